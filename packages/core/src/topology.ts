/**
 * How the borders of a board are joined, in Golly's notation for bounded grids: the suffix
 * `:T32,32` of a rule. Today a board is a torus; the other letters are recognised and refused.
 */

import { MAX_CELLS, MAX_SIDE } from './grid.js';
import { InputError } from './input-error.js';

/** How the borders of a board are joined. */
export type Topology = { readonly kind: 'torus' };

/** A board's topology and size: what Golly writes behind the colon of a rule. */
export interface BoundedGrid {
  readonly topology: Topology;
  /** Columns, at least 1. */
  readonly width: number;
  /** Rows, at least 1. */
  readonly height: number;
}

/**
 * Reads a bounded grid as Golly writes it, without the colon: `T32,20`, or `T32` for a square.
 * @throws InputError when it is no bounded grid, or one that is not supported yet.
 */
export function parseBounds(text: string): BoundedGrid {
  const parts = BOUNDS.exec(text);
  if (parts === null) {
    throw new InputError(`':${text}' is not a bounded grid; write :T32,20 (columns, rows) or :T32`);
  }
  const letter = parts[1]!.toUpperCase();
  const unsupported = UNSUPPORTED_TOPOLOGIES.get(letter);
  if (unsupported !== undefined) {
    throw new InputError(
      `':${text}' is ${unsupported}, not supported yet; write a torus, e.g. :T32`,
    );
  }
  if (letter !== 'T') {
    throw new InputError(
      `':${text}' has the unknown topology '${parts[1]}'; write T for a torus, e.g. :T32,20`,
    );
  }
  const [width, height] = [Number(parts[2]), Number(parts[5] ?? parts[2])];
  const [twist, shift] = [parts[3] || parts[6], parts[4] || parts[7]];
  if (twist) {
    throw new InputError(
      `':${text}' twists a border with '*', which a torus cannot; write :T32,20`,
    );
  }
  if (shift) {
    throw new InputError(
      `':${text}' shifts a border by ${shift}; shifted tori are not supported yet, write :T32,20`,
    );
  }
  if (width === 0 || height === 0) {
    throw new InputError(
      `':${text}' has a side of 0, an unbounded one, which is not supported yet; give both sides, e.g. :T32,20`,
    );
  }
  if (width > MAX_SIDE || height > MAX_SIDE || width * height > MAX_CELLS) {
    throw new InputError(
      `':${text}' is too large; a board has at most ${MAX_SIDE} cells a side and ${MAX_CELLS} in all`,
    );
  }
  return { topology: { kind: 'torus' }, width, height };
}

/** Writes a bounded grid canonically, with both sides and without the colon: `T32,32`. */
export function formatBounds(bounds: BoundedGrid): string {
  return `T${bounds.width},${bounds.height}`;
}

// letter, then a side with its twist and its shift, then perhaps the other side with its own
const BOUNDS = /^([a-z])(\d+)(\*?)([+-]\d+)?(?:,(\d+)(\*?)([+-]\d+)?)?$/i;

const UNSUPPORTED_TOPOLOGIES = new Map([
  ['P', 'a plane (P)'],
  ['K', 'a Klein bottle (K)'],
  ['C', 'a cross-surface (C)'],
  ['S', 'a sphere (S)'],
]);
