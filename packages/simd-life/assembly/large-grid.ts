// A torus of any size, streamed in blocks that stay in the first-level cache. The halo makes the
// torus: it is written before each generation, and the kernel knows no borders.

import { applyConway, applyRule, isConway, setRule } from './rule';

// Bytes before the first cell of a row: a vector that ends in the halo bit before it.
// @ts-ignore: decorator
@inline
const LEAD: usize = 16;
// Rows that a column of vectors is carried down before the next column is begun.
const BLOCK: i32 = 64;

/** Bytes to bits. */
export function packCells(cells: usize, grid: usize, width: i32, height: i32, stride: usize): void {
  for (let row = 0; row < height; row++) {
    const words = grid + stride * <usize>(row + 1) + LEAD;
    const from = cells + <usize>row * <usize>width;
    for (let start = 0; start < width; start += 32) {
      const end = min(32, width - start);
      let word: u32 = 0;
      if (end == 32) {
        word = <u32>gather16(from + <usize>start) | (<u32>gather16(from + <usize>start + 16) << 16);
      } else {
        for (let i = 0; i < end; i++) word |= <u32>load<u8>(from + <usize>(start + i)) << i;
      }
      store<u32>(words + <usize>(start >> 3), word);
    }
  }
}

/** Bits to bytes. */
export function unpackCells(grid: usize, cells: usize, width: i32, height: i32, stride: usize): void {
  for (let row = 0; row < height; row++) {
    const words = grid + stride * <usize>(row + 1) + LEAD;
    const to = cells + <usize>row * <usize>width;
    for (let column = 0; column < width; column++) {
      const word = load<u32>(words + <usize>((column >> 5) << 2));
      store<u8>(to + <usize>column, <u8>((word >> (column & 31)) & 1));
    }
  }
}

/**
 * Steps `generations` times from `grid`, with `spare` (as large) as the other buffer.
 * @returns the buffer that holds the result
 */
export function stepGrid(
  grid: usize, spare: usize, width: i32, height: i32, stride: usize,
  generations: i32, birth: i32, survival: i32,
): usize {
  const conway = isConway(birth, survival);
  setRule(birth, survival);
  let from = grid;
  let to = spare;
  for (let i = 0; i < generations; i++) {
    wrapTorus(from, width, height, stride);
    if (conway) step(true, from, to, width, height, stride);
    else step(false, from, to, width, height, stride);
    const other = from;
    from = to;
    to = other;
  }
  return from;
}

/** Writes the halo: the bits left and right of each row, then whole rows above and below. */
function wrapTorus(grid: usize, width: i32, height: i32, stride: usize): void {
  const last = width - 1;
  for (let row = 1; row <= height; row++) {
    const words = grid + stride * <usize>row + LEAD;
    const first = load<u32>(words) & 1;
    const final = (load<u32>(words + <usize>((last >> 5) << 2)) >> (last & 31)) & 1;
    store<u32>(words - 4, final << 31);
    const after = words + <usize>((width >> 5) << 2);
    // what lies beyond the last cell is left over from the kernel
    const kept = (width & 31) == 0 ? 0 : load<u32>(after) & ((1 << (width & 31)) - 1);
    store<u32>(after, kept | (first << (width & 31)));
  }
  memory.copy(grid, grid + stride * <usize>height, stride);
  memory.copy(grid + stride * <usize>(height + 1), grid + stride, stride);
}

// Inlined once for each kind of rule.
// @ts-ignore: decorator
@inline
function step(conway: bool, from: usize, to: usize, width: i32, height: i32, stride: usize): void {
  const bytes = <usize>((width + 127) >> 7) << 4;
  for (let top = 1; top <= height; top += BLOCK) {
    const bottom = min(top + BLOCK - 1, height);
    for (let column: usize = 0; column < bytes; column += 16) {
      let at = from + stride * <usize>(top - 1) + LEAD + column;
      let target = to + stride * <usize>top + LEAD + column;
      // sums of three cells side by side, in the row above and in this one: ones and twos
      let middle = v128.load(at);
      let sides = west(at, middle);
      let right = east(at, middle);
      let half = v128.xor(sides, right);
      let aboveOnes = v128.xor(half, middle);
      let aboveTwos = v128.or(v128.and(sides, right), v128.and(half, middle));
      at += stride;
      let alive = v128.load(at);
      sides = west(at, alive);
      right = east(at, alive);
      let besideOnes = v128.xor(sides, right); // of two cells: without the one in the middle
      let besideTwos = v128.and(sides, right);
      for (let row = top; row <= bottom; row++) {
        const hereOnes = v128.xor(besideOnes, alive);
        const hereTwos = v128.or(besideTwos, v128.and(besideOnes, alive));
        at += stride;
        middle = v128.load(at);
        sides = west(at, middle);
        right = east(at, middle);
        const belowSidesOnes = v128.xor(sides, right);
        const belowSidesTwos = v128.and(sides, right);
        const belowOnes = v128.xor(belowSidesOnes, middle);
        const belowTwos = v128.or(belowSidesTwos, v128.and(belowSidesOnes, middle));

        const pair = v128.xor(aboveOnes, besideOnes);
        const ones = v128.xor(pair, belowOnes);
        const carry = v128.or(v128.and(aboveOnes, besideOnes), v128.and(pair, belowOnes));
        const next = conway
          ? applyConway(ones, aboveTwos, besideTwos, belowTwos, carry, alive)
          : applyRule(ones, aboveTwos, besideTwos, belowTwos, carry, alive);
        v128.store(target, next);
        target += stride;
        aboveOnes = hereOnes;
        aboveTwos = hereTwos;
        besideOnes = belowSidesOnes;
        besideTwos = belowSidesTwos;
        alive = middle;
      }
    }
  }
}

// Each cell's left neighbour: one bit up, the missing bit from the word before.
// @ts-ignore: decorator
@inline
function west(at: usize, cells: v128): v128 {
  return v128.or(i32x4.shl(cells, 1), i32x4.shr_u(v128.load(at - 4), 31));
}

// Each cell's right neighbour.
// @ts-ignore: decorator
@inline
function east(at: usize, cells: v128): v128 {
  return v128.or(i32x4.shr_u(cells, 1), i32x4.shl(v128.load(at + 4), 31));
}

// Sixteen bytes of 0 or 1 as sixteen bits.
// @ts-ignore: decorator
@inline
function gather16(at: usize): i32 {
  return i8x16.bitmask(i8x16.neg(v128.load(at)));
}
