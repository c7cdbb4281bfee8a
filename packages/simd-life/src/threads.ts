/**
 * The engine on several threads: a board's bands of rows in one shared memory, or the boards of a
 * batch each thread its share. Starting a thread is the caller's (worker_threads, Web Workers); what
 * it runs is `serveThread`.
 */

import {
  createGrid,
  TORUS,
  type ExampleRequest,
  type Grid,
  type Rule,
  type Topology,
} from '@lifegpt/core';
import { checkGenerations, checkRequest, createEngine, type PackedExamples } from './engine.js';
import { HEAP, layOutGrid, NOTES_BYTES, type GridMemory } from './grid-memory.js';
import { writeRule } from './rule-memory.js';
import { compile, startThreadKernels, type ThreadKernels, type Wasm } from './kernels.js';

/** One end of the line between two threads. */
export interface ThreadPort {
  /** Sends a message to the other end. */
  post(message: unknown): void;
  /** Receives the other end's messages. */
  listen(onMessage: (message: unknown) => void): void;
}

/** A started thread, seen from the one that started it. */
export interface Thread extends ThreadPort {
  /** Called once when the thread breaks down. */
  fails(onError: (error: Error) => void): void;
  /** Ends the thread. */
  stop(): void;
}

/** The engine on several threads. Calls wait for each other. */
export interface ThreadedLife {
  readonly threads: number;
  /** As `SimdLife.step`. */
  step(grid: Grid, rule: Rule, generations?: number, topology?: Topology): Promise<Grid>;
  /** As `SimdLife.drawBatch32`, into shared memory. */
  drawBatch32(request: ExampleRequest): Promise<PackedExamples>;
  /** Stops the threads. */
  release(): void;
}

/** What it takes to start. */
export interface ThreadedOptions {
  /** build/simd-life.wasm */
  readonly single: Wasm;
  /** build/simd-life-threads.wasm */
  readonly threaded: Wasm;
  readonly threads: number;
  /** Starts a thread that runs `serveThread`. */
  readonly start: () => Thread;
}

/** Fewer rows than this are not worth a thread. */
const ROWS_A_THREAD = 64;
const PAGES = { initial: 1, maximum: 65_536, shared: true } as const;

/** Starts the threads. Needs shared memory: in a page that is isolated, anywhere in Node. */
export async function createThreadedLife(options: ThreadedOptions): Promise<ThreadedLife> {
  const [single, threaded] = await Promise.all([options.single, options.threaded].map(compile));
  const memory = new WebAssembly.Memory(PAGES);
  const workers = Array.from({ length: options.threads }, () => openWorker(options.start()));
  await Promise.all(
    workers.map((worker) =>
      worker.ask({ kind: 'open', single: single!, threaded: threaded!, memory }),
    ),
  );
  let last: Promise<unknown> = Promise.resolve();
  /** One job after the other: they share the memory. */
  function enqueue<T>(job: () => Promise<T>): Promise<T> {
    const result = last.then(job);
    last = result.catch(() => undefined);
    return result;
  }

  async function step(
    grid: Grid,
    rule: Rule,
    generations = 1,
    topology: Topology = TORUS,
  ): Promise<Grid> {
    checkGenerations(generations);
    const { width, height, cells } = grid;
    return enqueue(async () => {
      const board = layOutGrid(memory, { topology, width, height }, workers.length * NOTES_BYTES);
      const bytes = new Uint8Array(memory.buffer, board.cells, cells.length);
      bytes.set(cells);
      new Int32Array(memory.buffer, HEAP, 1)[0] = 0; // the barrier
      const bands = splitEvenly(
        height,
        Math.min(workers.length, Math.ceil(height / ROWS_A_THREAD)),
      );
      const job = {
        kind: 'step',
        board,
        rule: writeRule(memory, rule),
        generations,
        threads: bands.length,
      } as const;
      await Promise.all(
        bands.map((band, i) =>
          workers[i]!.ask({ ...job, ...band, notes: board.end + i * NOTES_BYTES }),
        ),
      );
      return createGrid(width, height, bytes.slice());
    });
  }

  async function drawBatch32(request: ExampleRequest): Promise<PackedExamples> {
    checkRequest(request);
    const [states, nextStates] = [0, 0].map(
      () => new Uint32Array(new SharedArrayBuffer(request.boards * 128)),
    ) as [Uint32Array, Uint32Array];
    return enqueue(async () => {
      const shares = splitEvenly(request.boards, Math.min(workers.length, request.boards));
      await Promise.all(
        shares.map((share, i) =>
          workers[i]!.ask({ kind: 'draw', request, states, nextStates, ...share }),
        ),
      );
      return { states, nextStates };
    });
  }

  return {
    threads: workers.length,
    step,
    drawBatch32,
    release: () => workers.forEach(({ stop }) => stop()),
  };
}

/** A share of rows or boards: `first` counts from 0. */
interface Share {
  readonly first: number;
  readonly count: number;
}

type Job =
  | {
      readonly kind: 'open';
      readonly single: WebAssembly.Module;
      readonly threaded: WebAssembly.Module;
      readonly memory: WebAssembly.Memory;
    }
  | ({
      readonly kind: 'step';
      readonly board: GridMemory;
      readonly rule: number;
      readonly notes: number;
      readonly generations: number;
      readonly threads: number;
    } & Share)
  | ({
      readonly kind: 'draw';
      readonly request: ExampleRequest;
      readonly states: Uint32Array;
      readonly nextStates: Uint32Array;
    } & Share);

/** What a thread answers: nothing, or what went wrong. */
type Answer = { readonly error: string | null };

/** What a thread runs: does its share of each job and says so. */
export function serveThread(port: ThreadPort): void {
  let kernels: ThreadKernels;
  let engine: Awaited<ReturnType<typeof createEngine>>;
  async function work(job: Job): Promise<void> {
    if (job.kind === 'open') {
      kernels = await startThreadKernels(job.threaded, job.memory);
      engine = await createEngine(job.single);
    } else if (job.kind === 'step') stepBand(kernels, job);
    else {
      const { request, first, count, states, nextStates } = job;
      const start = (request.first ?? 0) + first;
      const drawn = engine.drawBatch32({ ...request, first: start, boards: count });
      states.set(drawn.states, first * 32);
      nextStates.set(drawn.nextStates, first * 32);
    }
  }
  port.listen((job) => {
    work(job as Job).then(
      () => port.post({ error: null } satisfies Answer),
      (error: unknown) => port.post({ error: String(error) } satisfies Answer),
    );
  });
}

/** The rows of one thread: packed, stepped with the others', unpacked. */
function stepBand(
  kernels: ThreadKernels,
  { board, rule, notes, generations, threads, first, count }: Job & { kind: 'step' },
): void {
  const { width, height, stride, grid, spare, halo } = board;
  const cells = board.cells + first * width;
  kernels.packCells(cells, grid + first * stride, width, count, stride);
  const result = kernels.stepBand(
    grid,
    spare,
    width,
    height,
    stride,
    halo,
    generations,
    rule,
    notes,
    first + 1,
    first + count,
    HEAP,
    threads,
  );
  kernels.unpackCells((result >>> 0) + first * stride, cells, width, count, stride);
}

/** A thread with one question at a time. */
function openWorker(thread: Thread): { ask(job: Job): Promise<void>; stop(): void } {
  let settle: ((answer: Answer) => void) | null = null;
  thread.listen((answer) => settle?.(answer as Answer));
  let broken: Error | null = null;
  thread.fails((error) => {
    broken = error;
    settle?.({ error: error.message });
  });
  return {
    ask: (job) =>
      new Promise((resolve, reject) => {
        if (broken !== null) return reject(broken);
        settle = ({ error }) => (error === null ? resolve() : reject(new Error(error)));
        thread.post(job);
      }),
    stop: () => thread.stop(),
  };
}

/** Cuts `count` things into `parts` shares that differ by one at most. */
function splitEvenly(count: number, parts: number): Share[] {
  return Array.from({ length: parts }, (_, i) => {
    const first = Math.floor((i * count) / parts);
    return { first, count: Math.floor(((i + 1) * count) / parts) - first };
  });
}
