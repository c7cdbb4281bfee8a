/** The engine: compiled kernels and their memory behind two interfaces of core. */

import {
  createGrid,
  InputError,
  type ExampleRequest,
  type Examples,
  type ExampleSource,
  type Grid,
  type LifeRule,
  type Stepper,
} from '@lifegpt/core';
import { seedSoup } from './soup.js';

/** Life on tori: steps grids, draws examples, and steps batches of 32x32 boards. */
export interface SimdLife extends Stepper, ExampleSource {
  /**
   * Steps many 32x32 tori at once.
   * @param boards `[boards, 32]`: bit c of word r is the cell in row r, column c; not changed
   * @throws InputError when the length is no multiple of 32.
   */
  stepBatch32(boards: Uint32Array, rule: LifeRule, generations: number): Uint32Array;
}

/** The exports of assembly/index.ts. */
interface Kernels {
  readonly memory: WebAssembly.Memory;
  packCells(cells: number, grid: number, width: number, height: number, stride: number): void;
  unpackCells(grid: number, cells: number, width: number, height: number, stride: number): void;
  stepGrid(
    grid: number,
    spare: number,
    width: number,
    height: number,
    stride: number,
    generations: number,
    birth: number,
    survival: number,
  ): number;
  stepBatch(
    batch: number,
    groups: number,
    generations: number,
    birth: number,
    survival: number,
  ): void;
  fillSoup(state: number, cells: number, count: number, k: number): void;
}

const PAGE_BYTES = 65_536;
const MEMORY_BYTES = 2 ** 32;
/** Where the caller's memory begins: behind the kernels' own constants. */
const HEAP = 4096;
/** Bytes that a kernel may write past the last cell. */
const SLACK = 128;
const ROWS = 32;
const BOARDS_A_GROUP = 4;

/**
 * Compiles the engine.
 * @param wasm the bytes of build/simd-life.wasm, or the module compiled from them
 */
export async function createEngine(wasm: BufferSource | WebAssembly.Module): Promise<SimdLife> {
  const module = wasm instanceof WebAssembly.Module ? wasm : await WebAssembly.compile(wasm);
  const instance = await WebAssembly.instantiate(module, { env: { abort: failInKernel } });
  const kernels = instance.exports as unknown as Kernels;

  function step(grid: Grid, rule: LifeRule, generations = 1): Grid {
    checkGenerations(generations);
    const layout = layOut(kernels, grid.width, grid.height);
    bytesAt(kernels, layout.cells, grid.cells.length).set(grid.cells);
    stepCells(kernels, layout, rule, generations);
    const cells = bytesAt(kernels, layout.cells, grid.cells.length).slice();
    return createGrid(grid.width, grid.height, cells);
  }

  function draw(request: ExampleRequest): Examples {
    const { boards, width, height, rule } = request;
    checkRequest(request);
    const layout = layOut(kernels, width, height);
    const count = width * height;
    const states = new Uint8Array(boards * count);
    const nextStates = new Uint8Array(boards * count);
    for (let board = 0; board < boards; board++) {
      const { k, state } = seedSoup(request, board);
      new Uint32Array(kernels.memory.buffer, HEAP, state.length).set(state);
      kernels.fillSoup(HEAP, layout.cells, count, k);
      states.set(bytesAt(kernels, layout.cells, count), board * count);
      stepCells(kernels, layout, rule, 1);
      nextStates.set(bytesAt(kernels, layout.cells, count), board * count);
    }
    return { boards, width, height, states, nextStates };
  }

  function stepBatch32(boards: Uint32Array, rule: LifeRule, generations: number): Uint32Array {
    checkGenerations(generations);
    if (boards.length % ROWS !== 0) {
      throw new InputError(
        `a batch holds 32 words a board; ${boards.length} words are no whole number of boards`,
      );
    }
    const groups = Math.ceil(boards.length / ROWS / BOARDS_A_GROUP);
    const length = groups * BOARDS_A_GROUP * ROWS;
    reserve(kernels, HEAP + length * 4);
    const words = new Uint32Array(kernels.memory.buffer, HEAP, length);
    words.fill(0);
    boards.forEach((word, i) => (words[interleave(i)] = word));
    kernels.stepBatch(HEAP, groups, generations, rule.birth, rule.survival);
    return boards.map((_, i) => words[interleave(i)]!);
  }

  return { step, draw, stepBatch32 };
}

/** Where a torus lies in memory: seeds first, then bytes, then two bit grids. */
interface Layout {
  readonly width: number;
  readonly height: number;
  readonly cells: number;
  readonly grid: number;
  readonly spare: number;
  /** Bytes from one row of a bit grid to the next. */
  readonly stride: number;
}

/** @throws InputError when the grids do not fit into the engine's memory. */
function layOut(kernels: Kernels, width: number, height: number): Layout {
  const align = (address: number): number => Math.ceil(address / 16) * 16;
  const stride = 16 + Math.ceil(width / 128) * 16 + 16; // halo, cells, halo and what a vector reads past
  const cells = HEAP + 64;
  const grid = align(cells + width * height + SLACK);
  const spare = grid + stride * (height + 2);
  const end = spare + stride * (height + 2);
  if (end > MEMORY_BYTES) {
    throw new InputError(
      `a ${width}x${height} torus needs ${(end / 2 ** 30).toFixed(1)} GiB of the engine's 4; choose a smaller one`,
    );
  }
  reserve(kernels, end);
  return { width, height, cells, grid, spare, stride };
}

/** Steps the bytes at `layout.cells` in place. */
function stepCells(kernels: Kernels, layout: Layout, rule: LifeRule, generations: number): void {
  const { width, height, cells, grid, spare, stride } = layout;
  kernels.packCells(cells, grid, width, height, stride);
  const { birth, survival } = rule;
  const result = kernels.stepGrid(grid, spare, width, height, stride, generations, birth, survival);
  kernels.unpackCells(result >>> 0, cells, width, height, stride);
}

function bytesAt({ memory }: Kernels, address: number, length: number): Uint8Array {
  return new Uint8Array(memory.buffer, address, length);
}

function reserve({ memory }: Kernels, end: number): void {
  const missing = Math.ceil((end - memory.buffer.byteLength) / PAGE_BYTES);
  if (missing <= 0) return;
  try {
    memory.grow(missing);
  } catch {
    throw new InputError(
      `this machine has no ${(end / 2 ** 20).toFixed(0)} MiB for the engine; choose a smaller torus`,
    );
  }
}

/** Row r of board b stands in lane b % 4 of vector r of its group. */
function interleave(i: number): number {
  const board = Math.floor(i / ROWS);
  const group = Math.floor(board / BOARDS_A_GROUP);
  return (group * ROWS + (i % ROWS)) * BOARDS_A_GROUP + (board % BOARDS_A_GROUP);
}

function checkGenerations(generations: number): void {
  if (!Number.isInteger(generations) || generations < 0 || generations >= 2 ** 31) {
    throw new InputError(`generations are a whole number from 0 to 2^31 - 1, not ${generations}`);
  }
}

function checkRequest({ boards, index, width, height, density }: ExampleRequest): void {
  createGrid(width, height); // refuses sides that are none
  const [low, high] = density;
  if (!Number.isInteger(boards) || boards < 1)
    throw new InputError(`a batch has 1 board or more, not ${boards}`);
  if (!Number.isInteger(index) || index < 0)
    throw new InputError(`a batch has an index from 0, not ${index}`);
  if (!(low >= 0 && low <= high && high <= 1)) {
    throw new InputError(`a range of order parameters lies within 0..1, not ${low}..${high}`);
  }
}

function failInKernel(): never {
  throw new Error('the engine stopped: an assertion in its kernels failed');
}
