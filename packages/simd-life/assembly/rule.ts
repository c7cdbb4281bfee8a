// What one vector of cells becomes, from the column sums around it. All arithmetic is bit-sliced: a
// v128 is 128 one-bit numbers, and a sum is written as one vector per binary digit.

import { setTable } from './table';

// A rule as masks of all ones or zeros. The digits of weight two and four choose among four groups of
// four masks; a group is a polynomial over bits in the cell and the lowest digit,
//     m0 ^ m1 alive ^ (m2 ^ m3 alive) ones
// with the masks as coefficients. Two more masks set a count of eight right, whose lower digits are
// those of a count of zero.
const masks = memory.data(18 * 16, 16);

// @ts-ignore: decorator
@inline
const CONWAY_BIRTH: i32 = 0b1000;
// @ts-ignore: decorator
@inline
const CONWAY_SURVIVAL: i32 = 0b1100;

// The kernels: of B3/S23, of any life-like rule, of any other.
// @ts-ignore: decorator
@inline
export const CONWAY: i32 = 0;
// @ts-ignore: decorator
@inline
export const LIFE_LIKE: i32 = 1;
// @ts-ignore: decorator
@inline
export const TABLE: i32 = 2;

/**
 * Takes over a rule. Threads may do so at once: they write the same.
 * @param rule two words of 9 bits, birth and survival; or all ones and nothing, and behind them a table of 512 bytes
 * @returns the kernel for it
 */
export function setRule(rule: usize): i32 {
  const birth = load<i32>(rule);
  const survival = load<i32>(rule + 4);
  if (birth < 0) {
    setTable(rule + 8);
    return TABLE;
  }
  if (birth == CONWAY_BIRTH && survival == CONWAY_SURVIVAL) return CONWAY;
  setMasks(birth, survival);
  return LIFE_LIKE;
}

function setMasks(birth: i32, survival: i32): void {
  let values = 0; // bit 2 n: what comes of a dead cell with n neighbours; bit 2 n + 1: of a live one
  for (let count = 0; count < 8; count++) {
    values |= ((birth >> count) & 1) << (2 * count);
    values |= ((survival >> count) & 1) << (2 * count + 1);
  }
  // values to coefficients: first in the cell, then in the lowest digit
  values ^= (values & 0x5555) << 1;
  values ^= (values & 0x3333) << 2;
  for (let index = 0; index < 16; index++) setMask(index, values >> index);
  setMask(16, birth ^ (birth >> 8));
  const change = birth ^ survival;
  setMask(17, change ^ (change >> 8));
}

function setMask(index: i32, bit: i32): void {
  v128.store(masks + (index << 4), i32x4.splat(-(bit & 1)));
}

/** One of the masks. */
// @ts-ignore: decorator
@inline
function loadMask(index: i32): v128 {
  return v128.load(masks + (index << 4));
}

/**
 * B3/S23. The eight neighbours' sum is ones + 2 (a + b + c + carry): a cell lives with three
 * neighbours, or with two when it is alive, so exactly one of the four twos must be set, and the
 * one or the cell itself.
 */
// @ts-ignore: decorator
@inline
export function applyConway(ones: v128, a: v128, b: v128, c: v128, carry: v128, alive: v128): v128 {
  const odd = v128.xor(v128.xor(a, b), v128.xor(c, carry));
  const pairs = v128.or(v128.and(a, b), v128.and(c, carry));
  return v128.and(v128.andnot(odd, pairs), v128.or(ones, alive));
}

// Any other life-like rule goes over a few rows several times: first the digits of their counts are written down, then each half
// of the masks is applied. All masks at once are more than the sixteen registers of most processors hold.

// A row of notes: the digits of weight one, two, four and eight, and what the lower half of the masks makes of it.
// @ts-ignore: decorator
@inline
export const NOTE: usize = 80;
// @ts-ignore: decorator
@inline
const TWOS: usize = 16;
// @ts-ignore: decorator
@inline
const FOURS: usize = 32;
// @ts-ignore: decorator
@inline
const EIGHTS: usize = 48;
// @ts-ignore: decorator
@inline
const LOW: usize = 64;

/** Notes the digits of a row's counts, from its column sums. */
// @ts-ignore: decorator
@inline
export function noteCounts(note: usize, ones: v128, a: v128, b: v128, c: v128, carry: v128): void {
  const x = v128.xor(a, b);
  const y = v128.xor(c, carry);
  const p = v128.and(a, b);
  const q = v128.and(c, carry);
  v128.store(note, ones);
  v128.store(note + TWOS, v128.xor(x, y));
  v128.store(note + FOURS, v128.xor(v128.xor(p, q), v128.and(x, y)));
  v128.store(note + EIGHTS, v128.and(p, q));
}

/**
 * What becomes of rows whose counts were noted.
 * @param cells the first row, and `stride` bytes on the next one
 * @param target where the first one goes; it may be `cells`
 */
// @ts-ignore: decorator
@inline
export function applyRule(notes: usize, rows: i32, cells: usize, target: usize, stride: usize): void {
  const end = notes + NOTE * <usize>rows;
  let m0 = loadMask(0), m1 = loadMask(1), m2 = loadMask(2), m3 = loadMask(3);
  let m4 = loadMask(4), m5 = loadMask(5), m6 = loadMask(6), m7 = loadMask(7);
  let at = cells;
  for (let note = notes; note < end; note += NOTE) {
    v128.store(note + LOW, applyHalf(note, v128.load(at), m0, m1, m2, m3, m4, m5, m6, m7));
    at += stride;
  }
  m0 = loadMask(8), m1 = loadMask(9), m2 = loadMask(10), m3 = loadMask(11);
  m4 = loadMask(12), m5 = loadMask(13), m6 = loadMask(14), m7 = loadMask(15);
  at = cells;
  for (let note = notes; note < end; note += NOTE) {
    const high = applyHalf(note, v128.load(at), m0, m1, m2, m3, m4, m5, m6, m7);
    v128.store(note + LOW, choose(v128.load(note + LOW), high, v128.load(note + FOURS)));
    at += stride;
  }
  const e0 = loadMask(16);
  const e1 = loadMask(17);
  for (let note = notes; note < end; note += NOTE) {
    const eights = v128.and(v128.load(note + EIGHTS), v128.xor(e0, v128.and(e1, v128.load(cells))));
    v128.store(target, v128.xor(v128.load(note + LOW), eights));
    cells += stride;
    target += stride;
  }
}

/** Two groups of masks, between which the digit of weight two chooses. */
// @ts-ignore: decorator
@inline
function applyHalf(
  note: usize, alive: v128,
  m0: v128, m1: v128, m2: v128, m3: v128, m4: v128, m5: v128, m6: v128, m7: v128,
): v128 {
  const ones = v128.load(note);
  const zero = applyGroup(m0, m1, m2, m3, alive, ones);
  return choose(zero, applyGroup(m4, m5, m6, m7, alive, ones), v128.load(note + TWOS));
}

// @ts-ignore: decorator
@inline
function choose(zero: v128, one: v128, digit: v128): v128 {
  return v128.xor(zero, v128.and(v128.xor(zero, one), digit));
}

// @ts-ignore: decorator
@inline
function applyGroup(m0: v128, m1: v128, m2: v128, m3: v128, alive: v128, ones: v128): v128 {
  const constant = v128.xor(m0, v128.and(m1, alive));
  const slope = v128.xor(m2, v128.and(m3, alive));
  return v128.xor(constant, v128.and(slope, ones));
}
