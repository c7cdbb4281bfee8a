// A board of any size, streamed in blocks that stay in the first-level cache. The halo makes the
// topology: it is written before each generation, and the kernel knows no borders.

import { gather16, spreadWord } from './bits';
import { applyConway, applyRule, CONWAY, LIFE_LIKE, NOTE, noteCounts, setRule } from './rule';
import { findTrios, loadQuarter, lookUp } from './table';

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

/**
 * Bits to bytes. Rows come in order, so what is spread beyond the end of one the next ones put right; beyond the
 * last of them nothing is written, for there another thread's rows may begin.
 */
export function unpackCells(grid: usize, cells: usize, width: i32, height: i32, stride: usize): void {
  const end = cells + <usize>height * <usize>width;
  for (let row = 0; row < height; row++) {
    const words = grid + stride * <usize>(row + 1) + LEAD;
    const to = cells + <usize>row * <usize>width;
    let start = 0;
    for (; start < width && to + <usize>start + 32 <= end; start += 32) {
      spreadWord(words + <usize>(start >> 3), to + <usize>start);
    }
    for (let column = start; column < width; column++) {
      const word = load<u32>(words + <usize>((column >> 5) << 2));
      store<u8>(to + <usize>column, <u8>((word >> (column & 31)) & 1));
    }
  }
}

/**
 * Steps `generations` times from `grid`, with `spare` (as large) as the other buffer.
 * @param halo where the halo comes from: 0 for a plain torus, else the table of `writeHalo`
 * @param notes room for the notes of a block
 * @returns the buffer that holds the result
 */
export function stepGrid(
  grid: usize, spare: usize, width: i32, height: i32, stride: usize, halo: usize,
  generations: i32, rule: usize, notes: usize,
): usize {
  const kernel = setRule(rule);
  let from = grid;
  let to = spare;
  for (let i = 0; i < generations; i++) {
    writeHalo(from, width, height, stride, halo, 1, height);
    stepRows(kernel, from, to, width, stride, 1, height, notes);
    const other = from;
    from = to;
    to = other;
  }
  return from;
}

/**
 * Writes the halo that stepping the rows `first` to `last` (from 1) reads: the bits left and right of
 * them and of their neighbours, the row above when they begin with the first of all, the row below when
 * they end with the last. It reads cells alone, and threads whose parts overlap write the same.
 * @param halo 0 for a plain torus; else words that give, for each bit of the halo, the bit of the
 * grid that it repeats, or all ones for a dead one: the row above from left to right with both
 * corners, the row below, the bits left of the rows, the bits right of them
 */
export function writeHalo(
  grid: usize, width: i32, height: i32, stride: usize, halo: usize, first: i32, last: i32,
): void {
  const from = max(1, first - 1);
  const to = min(height, last + 1);
  if (halo == 0) {
    for (let row = from; row <= to; row++) wrapRow(grid + stride * <usize>row, width);
    if (first == 1) copyRow(grid, grid + stride * <usize>height, width, stride);
    if (last == height) copyRow(grid + stride * <usize>(height + 1), grid + stride, width, stride);
    return;
  }
  const ring = <usize>(width + 2) << 2; // bytes of a row in the table
  const left = halo + 2 * ring;
  const right = left + (<usize>height << 2);
  for (let row = from; row <= to; row++) {
    const offset = <usize>(row - 1) << 2;
    const before = repeatBit(grid, left + offset);
    const after = repeatBit(grid, right + offset);
    writeEnds(grid + stride * <usize>row, width, before, after);
  }
  if (first == 1) repeatRow(grid, grid, halo, width);
  if (last == height) repeatRow(grid, grid + stride * <usize>(height + 1), halo + ring, width);
}

/** The bits left and right of a torus' row. */
function wrapRow(row: usize, width: i32): void {
  const last = width - 1;
  const words = row + LEAD;
  const before = (load<u32>(words + <usize>((last >> 5) << 2)) >> (last & 31)) & 1;
  writeEnds(row, width, before, load<u32>(words) & 1);
}

/** A torus' row above or below; another thread may be writing the source's ends. */
function copyRow(to: usize, from: usize, width: i32, stride: usize): void {
  memory.copy(to, from, stride);
  wrapRow(to, width);
}

/** Sets the bits before the first and behind the last cell of a row. */
function writeEnds(row: usize, width: i32, before: u32, after: u32): void {
  const words = row + LEAD;
  store<u32>(words - 4, before << 31);
  const end = words + <usize>((width >> 5) << 2);
  // what lies beyond the last cell is left over from the kernel
  const kept = (width & 31) == 0 ? 0 : load<u32>(end) & ((1 << (width & 31)) - 1);
  store<u32>(end, kept | (after << (width & 31)));
}

/** A whole row of the halo, with both corners. */
function repeatRow(grid: usize, row: usize, table: usize, width: i32): void {
  const words = row + LEAD;
  store<u32>(words - 4, repeatBit(grid, table) << 31);
  let word: u32 = 0;
  for (let column = 0; column <= width; column++) {
    word |= repeatBit(grid, table + (<usize>(column + 1) << 2)) << (column & 31);
    if ((column & 31) == 31 || column == width) {
      store<u32>(words + <usize>((column >> 5) << 2), word);
      word = 0;
    }
  }
}

// @ts-ignore: decorator
@inline
function repeatBit(grid: usize, entry: usize): u32 {
  const bit = load<u32>(entry);
  return bit == 0xffffffff ? 0 : (load<u32>(grid + <usize>((bit >> 5) << 2)) >> (bit & 31)) & 1;
}

/** One generation of the rows `first` to `last`, whose surroundings hold their halo. */
// @ts-ignore: decorator
@inline
export function stepRows(
  kernel: i32, from: usize, to: usize, width: i32, stride: usize, first: i32, last: i32, notes: usize,
): void {
  if (kernel == CONWAY) stepConwayRows(from, to, width, stride, first, last);
  else if (kernel == LIFE_LIKE) stepAnyRows(from, to, width, stride, first, last, notes);
  else stepTableRows(from, to, width, stride, first, last);
}

// Functions of their own, exported so that the optimizer keeps them apart (see small-tori.ts), and so that a
// long run takes up better code as soon as the engine below has compiled it.

/** `stepRows` under B3/S23. */
export function stepConwayRows(from: usize, to: usize, width: i32, stride: usize, first: i32, last: i32): void {
  step(true, from, to, width, stride, first, last, 0);
}

/** `stepRows` under the life-like rule that was set. */
export function stepAnyRows(
  from: usize, to: usize, width: i32, stride: usize, first: i32, last: i32, notes: usize,
): void {
  step(false, from, to, width, stride, first, last, notes);
}

/** `stepRows` under the table that was set, sixteen columns at a time. */
export function stepTableRows(from: usize, to: usize, width: i32, stride: usize, first: i32, last: i32): void {
  const t0 = loadQuarter(0);
  const t1 = loadQuarter(1);
  const t2 = loadQuarter(2);
  const t3 = loadQuarter(3);
  const bytes = <usize>((width + 15) >> 4) << 1;
  for (let top = first; top <= last; top += BLOCK) {
    const bottom = min(top + BLOCK - 1, last);
    for (let column: usize = 0; column < bytes; column += 2) {
      let at = from + stride * <usize>(top - 1) + LEAD + column;
      let target = to + stride * <usize>top + LEAD + column;
      let above = findTrios(windowAt(at));
      let here = findTrios(windowAt((at += stride)));
      for (let row = top; row <= bottom; row++) {
        const below = findTrios(windowAt((at += stride)));
        store<u16>(target, <u16>lookUp(above, here, below, t0, t1, t2, t3));
        target += stride;
        above = here;
        here = below;
      }
    }
  }
}

// Sixteen cells with one more on each side, the one to the left lowest.
// @ts-ignore: decorator
@inline
function windowAt(at: usize): u32 {
  return load<u32>(at - 1) >> 7;
}

// Inlined once for each kind of life-like rule.
// @ts-ignore: decorator
@inline
function step(
  conway: bool, from: usize, to: usize, width: i32, stride: usize, first: i32, last: i32, notes: usize,
): void {
  const bytes = <usize>((width + 127) >> 7) << 4;
  for (let top = first; top <= last; top += BLOCK) {
    const bottom = min(top + BLOCK - 1, last);
    for (let column: usize = 0; column < bytes; column += 16) {
      let at = from + stride * <usize>(top - 1) + LEAD + column;
      let target = to + stride * <usize>top + LEAD + column;
      let note = notes;
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
      let hereOnes = v128.xor(besideOnes, alive);
      let hereTwos = v128.or(besideTwos, v128.and(besideOnes, alive));
      for (let row = top; row <= bottom; row++) {
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
        if (conway) {
          v128.store(target, applyConway(ones, aboveTwos, besideTwos, belowTwos, carry, alive));
          target += stride;
        } else {
          noteCounts(note, ones, aboveTwos, besideTwos, belowTwos, carry);
          note += NOTE;
        }
        aboveOnes = hereOnes;
        aboveTwos = hereTwos;
        hereOnes = belowOnes;
        hereTwos = belowTwos;
        besideOnes = belowSidesOnes;
        besideTwos = belowSidesTwos;
        alive = middle;
      }
      if (!conway) {
        const cells = from + stride * <usize>top + LEAD + column;
        applyRule(notes, bottom - top + 1, cells, target, stride);
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
