/** The engine of one thread: compiled kernels and their memory behind two interfaces of core. */

import {
  createGrid,
  InputError,
  TORUS,
  type ExampleRequest,
  type Examples,
  type ExampleSource,
  type Grid,
  type Rule,
  type Stepper,
  type Topology,
} from '@lifegpt/core';
import {
  HEAD,
  HEAP,
  isPlainTorus,
  layOutGrid,
  type CellLocator,
  NOTES,
  reserveMemory,
  type GridMemory,
} from './grid-memory.js';
import { startKernels, type Kernels, type Wasm } from './kernels.js';
import { writeRule } from './rule-memory.js';
import { DENSITY_STEPS, seedSoup } from './soup.js';

/** Life on boards of any size and topology; examples; batches of 32x32 tori. */
export interface SimdLife extends Stepper, ExampleSource {
  /**
   * Steps a board whose surroundings somebody else knows, by the same kernels.
   * @param locate the cell that each place a step outside the board repeats
   */
  stepAround(grid: Grid, rule: Rule, generations: number, locate: CellLocator): Grid;
  /**
   * Steps many 32x32 tori at once.
   * @param boards `[boards, 32]`: bit c of word r is the cell in row r, column c; not changed
   * @throws InputError when the length is no multiple of 32.
   */
  stepBatch32(boards: Uint32Array, rule: Rule, generations: number): Uint32Array;
  /**
   * The boards of `draw` on 32x32 tori, one bit a cell: a million pairs are 256 MB.
   * @throws InputError when the request asks for other boards.
   */
  drawBatch32(request: ExampleRequest): PackedExamples;
}

/** Pairs of 32x32 states, one bit a cell, as `stepBatch32` takes them. */
export interface PackedExamples {
  /** `[boards, 32]` */
  readonly states: Uint32Array;
  /** `[boards, 32]`, the generation after `states` */
  readonly nextStates: Uint32Array;
}

const ROWS = 32;
const BOARDS_A_GROUP = 4;
const GROUP_BYTES = 4 * ROWS * BOARDS_A_GROUP;
/** Groups that are drawn and stepped in one go: they stay in the second-level cache. */
const GROUPS_A_GO = 256;
/** Behind what lies at `HEAP`: groups of 32x32 boards, and behind them what is read out. */
const BATCH = HEAP + HEAD;
const OUTPUT = BATCH + GROUPS_A_GO * GROUP_BYTES;

/**
 * Compiles the engine.
 * @param wasm the bytes of build/simd-life.wasm, or the module compiled from them
 */
export async function createEngine(wasm: Wasm): Promise<SimdLife> {
  const kernels = await startKernels(wasm);
  const { memory } = kernels;
  const bytesAt = (address: number, length: number): Uint8Array =>
    new Uint8Array(memory.buffer, address, length);
  const wordsAt = (address: number, length: number): Uint32Array =>
    new Uint32Array(memory.buffer, address, length);

  const step = (grid: Grid, rule: Rule, generations = 1, topology: Topology = TORUS): Grid =>
    stepBoard(grid, rule, generations, topology);
  const stepAround: SimdLife['stepAround'] = (grid, rule, generations, locate) =>
    stepBoard(grid, rule, generations, TORUS, locate);

  function stepBoard(
    grid: Grid,
    rule: Rule,
    generations: number,
    topology: Topology,
    locate?: CellLocator,
  ): Grid {
    checkGenerations(generations);
    const { width, height, cells } = grid;
    const board = layOutGrid(memory, { topology, width, height }, 0, locate);
    bytesAt(board.cells, cells.length).set(cells);
    stepCells(kernels, board, rule, generations);
    return createGrid(width, height, bytesAt(board.cells, cells.length).slice());
  }

  function draw(request: ExampleRequest): Examples {
    checkRequest(request);
    const { boards, width, height } = request;
    const states = new Uint8Array(boards * width * height);
    const nextStates = new Uint8Array(states.length);
    if (isBatch32(request)) drawTori32(request, states, nextStates);
    else drawBoards(request, states, nextStates);
    return { boards, width, height, states, nextStates };
  }

  /** Boards of any size, one after the other. */
  function drawBoards(
    { first = 0, boards, width, height, rule, topology = TORUS, ...request }: ExampleRequest,
    states: Uint8Array,
    nextStates: Uint8Array,
  ): void {
    const count = width * height;
    const words = Math.ceil(count / 32);
    const board = layOutGrid(memory, { topology, width, height }, 4 * words * BOARDS_A_GROUP);
    const [low, high] = scaleDensities(request.density);
    wordsAt(HEAP, 4).set(seedSoup({ ...request, width, height }));
    for (let b = 0; b < boards; b++) {
      const lane = b % BOARDS_A_GROUP;
      if (lane === 0) kernels.drawSoups(HEAP, first + b, 1, words, low, high, board.end);
      kernels.spreadSoup(board.end, lane, board.cells, count);
      states.set(bytesAt(board.cells, count), b * count);
      stepCells(kernels, board, rule, 1);
      nextStates.set(bytesAt(board.cells, count), b * count);
    }
  }

  /** 32x32 tori, by the batch kernel. */
  function drawTori32(request: ExampleRequest, states: Uint8Array, nextStates: Uint8Array): void {
    const count = ROWS * ROWS;
    reserveMemory(memory, OUTPUT + GROUPS_A_GO * BOARDS_A_GROUP * count + 32, 'a batch');
    drawGroups(request, (isNext, from, boards) => {
      for (let b = 0; b < boards; b++) {
        const group = BATCH + Math.floor(b / BOARDS_A_GROUP) * GROUP_BYTES;
        kernels.spreadSoup(group, b % BOARDS_A_GROUP, OUTPUT + b * count, count);
      }
      (isNext ? nextStates : states).set(bytesAt(OUTPUT, boards * count), from * count);
    });
  }

  function drawBatch32(request: ExampleRequest): PackedExamples {
    checkRequest(request);
    if (!isBatch32(request)) {
      throw new InputError(
        `a packed batch holds 32x32 tori, not ${request.width}x${request.height} boards; use draw`,
      );
    }
    const states = new Uint32Array(request.boards * ROWS);
    const nextStates = new Uint32Array(states.length);
    reserveMemory(memory, OUTPUT + GROUPS_A_GO * GROUP_BYTES, 'a batch');
    drawGroups(request, (isNext, from, boards) => {
      const groups = Math.ceil(boards / BOARDS_A_GROUP);
      kernels.splitGroups(BATCH, groups, ROWS, OUTPUT);
      (isNext ? nextStates : states).set(wordsAt(OUTPUT, boards * ROWS), from * ROWS);
    });
    return { states, nextStates };
  }

  /** Draws groups at `BATCH` and steps them; `read` sees each go's states, then their next ones. */
  function drawGroups(
    { first = 0, boards, rule, ...request }: ExampleRequest,
    read: (isNext: boolean, from: number, boards: number) => void,
  ): void {
    const [low, high] = scaleDensities(request.density);
    wordsAt(HEAP, 4).set(seedSoup(request));
    for (let from = 0; from < boards; from += GROUPS_A_GO * BOARDS_A_GROUP) {
      const count = Math.min(boards - from, GROUPS_A_GO * BOARDS_A_GROUP);
      const groups = Math.ceil(count / BOARDS_A_GROUP);
      kernels.drawSoups(HEAP, first + from, groups, ROWS, low, high, BATCH);
      read(false, from, count);
      kernels.stepBatch(BATCH, groups, 1, writeRule(memory, rule), NOTES);
      read(true, from, count);
    }
  }

  function stepBatch32(boards: Uint32Array, rule: Rule, generations: number): Uint32Array {
    checkGenerations(generations);
    if (boards.length % ROWS !== 0) {
      throw new InputError(
        `a batch holds 32 words a board; ${boards.length} words are no whole number of boards`,
      );
    }
    const groups = Math.ceil(boards.length / ROWS / BOARDS_A_GROUP);
    const bytes = groups * GROUP_BYTES;
    const [packed, grouped] = [BATCH, BATCH + bytes];
    reserveMemory(memory, grouped + bytes, `a batch of ${boards.length / ROWS} boards`);
    wordsAt(packed, boards.length).set(boards); // what is left of the last group is never read
    kernels.joinGroups(packed, groups, ROWS, grouped);
    kernels.stepBatch(grouped, groups, generations, writeRule(memory, rule), NOTES);
    kernels.splitGroups(grouped, groups, ROWS, packed);
    return wordsAt(packed, boards.length).slice();
  }

  return { step, stepAround, draw, stepBatch32, drawBatch32 };
}

/** Steps the bytes at `board.cells` in place. */
function stepCells(kernels: Kernels, board: GridMemory, rule: Rule, generations: number): void {
  const { width, height, cells, grid, spare, stride, halo } = board;
  kernels.packCells(cells, grid, width, height, stride);
  const at = writeRule(kernels.memory, rule);
  const result = kernels.stepGrid(grid, spare, width, height, stride, halo, generations, at, NOTES);
  kernels.unpackCells(result >>> 0, cells, width, height, stride);
}

function isBatch32({ width, height, topology = TORUS }: ExampleRequest): boolean {
  return width === ROWS && height === ROWS && isPlainTorus(topology);
}

function scaleDensities([low, high]: ExampleRequest['density']): [number, number] {
  return [low * DENSITY_STEPS, high * DENSITY_STEPS];
}

/** @throws InputError when it is no number of generations. */
export function checkGenerations(generations: number): void {
  if (!Number.isInteger(generations) || generations < 0 || generations >= 2 ** 31) {
    throw new InputError(`generations are a whole number from 0 to 2^31 - 1, not ${generations}`);
  }
}

/** @throws InputError when it describes no boards. */
export function checkRequest(request: ExampleRequest): void {
  const { first = 0, boards, index, width, height, density } = request;
  createGrid(width, height); // refuses sides that are none
  const [low, high] = density;
  if (!Number.isInteger(boards) || boards < 1)
    throw new InputError(`a batch has 1 board or more, not ${boards}`);
  if (!Number.isInteger(index) || index < 0)
    throw new InputError(`a batch has an index from 0, not ${index}`);
  if (!Number.isInteger(first) || first < 0 || first + boards > 2 ** 32)
    throw new InputError(`boards are numbered from 0 to 2^32 - 1; ${first} + ${boards} are not`);
  if (!(low >= 0 && low <= high && high <= 1)) {
    throw new InputError(`a range of order parameters lies within 0..1, not ${low}..${high}`);
  }
}
