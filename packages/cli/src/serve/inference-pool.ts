/**
 * The threads that run the models. A pass holds the thread that runs it for milliseconds, so none
 * runs on the one that talks to clients. A thread that dies is replaced; its batch fails.
 */

import { Worker } from 'node:worker_threads';
import { createKnownPlans, type KnownPlans } from './known-plans.js';
import type {
  BatchAnswer,
  BoardBatch,
  ThreadData,
  ThreadOptions,
  ThreadReply,
  ThreadRequest,
} from './inference-thread.js';

/** Threads with models. */
export interface InferencePool {
  readonly device: string;
  /** Of each model: tokens a pass with which it is fastest. */
  readonly tokensAPass: Readonly<Record<string, number>>;
  /** Threads that could take a batch now. */
  countFree(): number;
  /** Whether a free thread has this plan at hand. */
  isReady(plan: string): boolean;
  /** Threads that are alive. */
  countAlive(): number;
  /**
   * Answers a batch; only while a thread is free.
   * @param signal ends it between two passes, and then it fails
   */
  run(batch: BoardBatch, signal?: AbortSignal): Promise<BatchAnswer>;
  /** Called when a thread has become free. */
  onFree(listener: () => void): void;
  /** Lets running batches end for so many milliseconds, then stops the threads. */
  stop(patience?: number): Promise<void>;
}

/** What a pool is made of. */
export interface PoolOptions extends ThreadOptions {
  readonly threads: number;
  /** Where the death of a thread is told. */
  readonly talk: (line: string) => void;
}

/** One thread. */
interface InferenceThread {
  readonly worker: Worker;
  /** The number of a batch that is to end. */
  readonly cancelled: Int32Array;
  readonly plans: KnownPlans;
  /** What its batch will come to; null while it is free. */
  running: { resolve: (answer: BatchAnswer) => void; reject: (error: Error) => void } | null;
}

/** Milliseconds before a dead thread is replaced, so that one that cannot live costs little. */
const REPLACEMENT_DELAY = 1000;
/** Milliseconds that a thread gets to end by itself. */
const STOP_PATIENCE = 5000;

type Ready = Extract<ThreadReply, { kind: 'ready' }>;

/** Starts the threads and waits until all have compiled the models. */
export async function startInferencePool(options: PoolOptions): Promise<InferencePool> {
  const { talk, threads: count, ...threadOptions } = options;
  const threads = new Set<InferenceThread>();
  /** Those that have not compiled their models yet. */
  const starting = new Set<Worker>();
  let announceFree = (): void => {};
  let stopping = false;
  let batches = 0;

  function startThread(): Promise<Ready> {
    const cancelled = new Int32Array(new SharedArrayBuffer(4));
    const worker = new Worker(new URL('inference-thread.js', import.meta.url), {
      workerData: { ...threadOptions, cancelled } satisfies ThreadData,
    });
    starting.add(worker);
    const thread: InferenceThread = { worker, cancelled, plans: createKnownPlans(), running: null };
    return new Promise((resolve, reject) => {
      let death = new Error('an inference thread ended');
      worker.on('message', (reply: ThreadReply) => {
        if (reply.kind === 'ready') {
          starting.delete(worker);
          threads.add(thread);
          resolve(reply);
        } else {
          const { running } = thread;
          thread.running = null;
          if (reply.kind === 'answer') running?.resolve(reply.answer);
          else running?.reject(new Error(reply.message));
        }
        announceFree();
      });
      worker.on('error', (error) => (death = error));
      worker.on('exit', () => {
        starting.delete(worker);
        threads.delete(thread);
        thread.running?.reject(death);
        reject(death);
        if (!stopping) replace(death);
      });
    });
  }

  function replace(death: Error): void {
    if (!isOpen) return; // the first start failed, and says so itself
    talk(`an inference thread died (${death.message}); another one takes its place`);
    setTimeout(() => {
      if (!stopping) startThread().catch(() => {});
    }, REPLACEMENT_DELAY);
  }

  const listFree = (): InferenceThread[] => [...threads].filter(({ running }) => running === null);

  async function stop(patience = STOP_PATIENCE): Promise<void> {
    stopping = true;
    await Promise.all([
      ...[...starting].map((worker) => worker.terminate()),
      ...[...threads].map((thread) => stopThread(thread, patience)),
    ]);
  }

  let isOpen = false;
  const started = await Promise.allSettled(Array.from({ length: count }, startThread));
  const failed = started.find((end) => end.status === 'rejected');
  if (failed !== undefined) {
    await stop();
    throw failed.reason;
  }
  isOpen = true;
  const { device, tokensAPass } = (started[0] as PromiseFulfilledResult<Ready>).value;

  return {
    device,
    tokensAPass,
    countFree: () => listFree().length,
    isReady: (plan) => listFree().some(({ plans }) => plans.has(plan)),
    countAlive: () => threads.size,
    run(batch, signal) {
      const free = listFree();
      const thread = free.find(({ plans }) => plans.has(batch.plan)) ?? free[0];
      if (thread === undefined) throw new Error('no inference thread is free');
      thread.plans.add(batch.plan);
      const number = (batches = (batches % 2 ** 30) + 1);
      const cancel = (): void => void Atomics.store(thread.cancelled, 0, number);
      signal?.addEventListener('abort', cancel, { once: true });
      return new Promise<BatchAnswer>((resolve, reject) => {
        thread.running = { resolve, reject };
        tell(thread, { kind: 'batch', number, batch });
      }).finally(() => signal?.removeEventListener('abort', cancel));
    },
    onFree: (listener) => void (announceFree = listener),
    stop,
  };
}

const tell = ({ worker }: InferenceThread, request: ThreadRequest): void =>
  worker.postMessage(request);

async function stopThread(thread: InferenceThread, patience: number): Promise<void> {
  const ended = new Promise((resolve) => thread.worker.once('exit', resolve));
  const impatience = setTimeout(() => void thread.worker.terminate(), patience);
  tell(thread, { kind: 'stop' });
  await ended;
  clearTimeout(impatience);
}
