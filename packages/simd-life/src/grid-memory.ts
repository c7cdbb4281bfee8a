/** Where a board lies in the kernels' memory; `assembly/index.ts` says what lies there. */

import { InputError, locateCell, type BoundedGrid, type Topology } from '@lifegpt/core';

const PAGE_BYTES = 65_536;
const MEMORY_BYTES = 2 ** 32;
/** Where the caller's memory begins: behind the kernels' own constants. */
export const HEAP = 4096;
/** Where the rule lies, behind 64 bytes for seeds and barriers. */
export const RULE = HEAP + 64;
/** Bytes of the notes that a kernel takes: 80 for each of 64 rows. */
export const NOTES_BYTES = 80 * 64;
/** Where they lie when there is one thread, behind the rule: 8 bytes of counts and 512 of a table. */
export const NOTES = RULE + 528;
/** Bytes at `HEAP` for all of these. */
export const HEAD = 64 + 528 + NOTES_BYTES;
/** Bytes that a kernel may write past the last cell. */
const SLACK = 32;
/** Bits before the first cell of a row. */
const LEAD_BITS = 128;
/** Stands in the halo's table for a cell that is always dead. */
const DEAD = 0xffff_ffff;

/** Addresses of a board: its cells, two bit grids, and the table of its halo. */
export interface GridMemory {
  readonly width: number;
  readonly height: number;
  readonly cells: number;
  readonly grid: number;
  readonly spare: number;
  /** Bytes from one row of a bit grid to the next. */
  readonly stride: number;
  /** 0 for a plain torus, whose halo the kernels write by themselves. */
  readonly halo: number;
  /** The first address behind it. */
  readonly end: number;
}

/** Finds the cell that lies at a place of the board or a step outside it: its row-major index, or -1 where none lives. */
export type CellLocator = (row: number, column: number) => number;

/**
 * Finds room for a board and writes the table of its halo.
 * @param more bytes that the caller needs behind it
 * @param locate where the cells around the board are, instead of its topology
 * @throws InputError when it does not fit into the engine's memory.
 */
export function layOutGrid(
  memory: WebAssembly.Memory,
  bounds: BoundedGrid,
  more = 0,
  locate?: CellLocator,
): GridMemory {
  const { width, height } = bounds;
  const align = (address: number): number => Math.ceil(address / 16) * 16;
  // lead with its halo, cells, halo and what a vector reads past it
  const stride = LEAD_BITS / 8 + Math.ceil(width / 128) * 16 + 16;
  const cells = HEAP + HEAD;
  const grid = align(cells + width * height + SLACK);
  const spare = grid + stride * (height + 2);
  const table = spare + stride * (height + 2);
  const isPlain = locate === undefined && isPlainTorus(bounds.topology);
  const find = locate ?? ((row, column) => locateCell(bounds, row, column));
  const words = isPlain ? null : tabulateHalo(bounds, stride, find);
  const end = align(table + (words?.byteLength ?? 0));
  reserveMemory(memory, end + more, `a ${width}x${height} board`);
  if (words !== null) new Uint32Array(memory.buffer, table, words.length).set(words);
  return { width, height, cells, grid, spare, stride, halo: words === null ? 0 : table, end };
}

/** Makes the memory reach up to `end`. @throws InputError when it cannot. */
export function reserveMemory(memory: WebAssembly.Memory, end: number, what: string): void {
  const gibibytes = (end / 2 ** 30).toFixed(1);
  if (end > MEMORY_BYTES) {
    throw new InputError(
      `${what} needs ${gibibytes} GiB of the engine's 4; choose something smaller`,
    );
  }
  const missing = Math.ceil((end - memory.buffer.byteLength) / PAGE_BYTES);
  if (missing <= 0) return;
  try {
    memory.grow(missing);
  } catch {
    throw new InputError(
      `this machine has no ${gibibytes} GiB for ${what}; choose something smaller`,
    );
  }
}

/** A torus without a shift: the kernels' fastest path. */
export function isPlainTorus(topology: Topology): boolean {
  return (
    topology.kind === 'torus' &&
    topology.horizontalShift === undefined &&
    topology.verticalShift === undefined
  );
}

/** For each bit of the halo the bit of the grid that it repeats, in the order of `writeHalo`. */
function tabulateHalo(
  { width, height }: BoundedGrid,
  stride: number,
  locate: CellLocator,
): Uint32Array {
  const words = new Uint32Array(2 * (width + 2) + 2 * height);
  let at = 0;
  function add(row: number, column: number): void {
    const cell = locate(row, column);
    const place = (Math.floor(cell / width) + 1) * stride * 8 + LEAD_BITS + (cell % width);
    words[at++] = cell < 0 ? DEAD : place;
  }
  for (const row of [-1, height]) for (let column = -1; column <= width; column++) add(row, column);
  for (const column of [-1, width]) for (let row = 0; row < height; row++) add(row, column);
  return words;
}
