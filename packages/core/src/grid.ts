/** The board: a flat row-major array of cells, one byte a cell, 0 dead and 1 alive. */

import { InputError } from './input-error.js';

/** The longest side of a grid: a wrong number in a file should not fill the memory. */
export const MAX_SIDE = 65_536;
/** The most cells of a grid, a byte each. */
export const MAX_CELLS = 2 ** 31;

/** A rectangular board of cells. Its topology belongs to the rule, not to the grid. */
export interface Grid {
  /** Columns, at least 1. */
  readonly width: number;
  /** Rows, at least 1. */
  readonly height: number;
  /** `width * height` bytes, row-major, each 0 or 1. */
  readonly cells: Uint8Array;
}

/**
 * Makes an all-dead grid, or wraps the given cells (not copied).
 * @throws InputError when a side is not a positive integer, the grid is larger than `MAX_SIDE` and
 * `MAX_CELLS` allow, or the cells do not fill it.
 */
export function createGrid(width: number, height: number, cells?: Uint8Array): Grid {
  if (!Number.isInteger(width) || !Number.isInteger(height) || width < 1 || height < 1) {
    throw new InputError(`a grid needs positive whole sides, not ${width}x${height}`);
  }
  if (width > MAX_SIDE || height > MAX_SIDE || width * height > MAX_CELLS) {
    throw new InputError(
      `a ${width}x${height} grid is too large; at most ${MAX_SIDE} cells a side and ${MAX_CELLS} in all`,
    );
  }
  if (cells !== undefined && cells.length !== width * height) {
    throw new InputError(
      `a ${width}x${height} grid has ${width * height} cells, but ${cells.length} were given`,
    );
  }
  return { width, height, cells: cells ?? new Uint8Array(width * height) };
}

/**
 * Reads a string of `0` and `1`, row-major.
 * @throws InputError at the first other character, or when the length is not `width * height`.
 */
export function parseCells(text: string, width: number, height: number): Grid {
  if (text.length !== width * height) {
    throw new InputError(
      `a ${width}x${height} state has ${width * height} cells, but the text has ${text.length}`,
    );
  }
  const cells = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const cell = text.charCodeAt(i) - ZERO;
    if (cell !== 0 && cell !== 1) {
      throw new InputError(
        `cell ${i} (row ${Math.floor(i / width)}, column ${i % width}) is '${text.charAt(i)}'; a state is written in 0 and 1`,
      );
    }
    cells[i] = cell;
  }
  return createGrid(width, height, cells);
}

/** Longest text that a JavaScript engine holds, rounded down. */
const MAX_TEXT = 2 ** 28;
/** Arguments of one call. */
const CELLS_A_PIECE = 8192;
/** The letter `0` in UTF-8; `1` is the next one. */
const ZERO = 48;

/**
 * Writes the cells as a string of `0` and `1`, row-major.
 * @throws InputError when they are more than a text can hold.
 */
export function formatCells({ width, height, cells }: Grid): string {
  if (cells.length > MAX_TEXT) {
    throw new InputError(
      `a ${width}x${height} state is too long for a text of 0 and 1; write it to a file with --out, e.g. as .rle`,
    );
  }
  let text = '';
  for (let from = 0; from < cells.length; from += CELLS_A_PIECE) {
    const letters: number[] = [];
    for (const cell of cells.subarray(from, from + CELLS_A_PIECE)) letters.push(ZERO + cell);
    text += String.fromCharCode(...letters);
  }
  return text;
}

/** Number of live cells. */
export function countAlive({ cells }: Grid): number {
  let sum = 0;
  // by number: an iterator takes twenty times as long on a large board
  for (let k = 0; k < cells.length; k++) sum += cells[k]!;
  return sum;
}

/**
 * Copies a pattern into the middle of a larger all-dead grid (rounded towards the top left).
 * @throws InputError when the pattern does not fit.
 */
export function placeCentred(pattern: Grid, width: number, height: number): Grid {
  if (pattern.width > width || pattern.height > height) {
    throw new InputError(
      `the pattern is ${pattern.width}x${pattern.height} and does not fit on a ${width}x${height} grid; ` +
        `give a larger one, e.g. --rule B3/S23:T${Math.max(width, pattern.width)},${Math.max(height, pattern.height)}`,
    );
  }
  const grid = createGrid(width, height);
  const left = Math.floor((width - pattern.width) / 2);
  const top = Math.floor((height - pattern.height) / 2);
  for (let row = 0; row < pattern.height; row++) {
    grid.cells.set(
      pattern.cells.subarray(row * pattern.width, (row + 1) * pattern.width),
      (top + row) * width + left,
    );
  }
  return grid;
}
