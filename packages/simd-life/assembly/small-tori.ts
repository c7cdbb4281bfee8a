// Batches of 32x32 tori, four boards in a vector: a row is one 32-bit lane, and the wrap-around of a
// row is a rotation of its lane.

import { applyConway, applyRule, CONWAY, LIFE_LIKE, NOTE, noteCounts, setRule } from './rule';
import { findTrios, loadQuarter, lookUp } from './table';

// @ts-ignore: decorator
@inline
const ROWS: i32 = 32;
// @ts-ignore: decorator
@inline
const GROUP: usize = 512; // bytes of four boards

/**
 * Steps every group `generations` times, in place.
 * @param notes room for the notes of 32 rows
 */
export function stepBatch(batch: usize, groups: i32, generations: i32, rule: usize, notes: usize): void {
  const kernel = setRule(rule);
  for (let group = 0; group < groups; group++) {
    const at = batch + <usize>group * GROUP;
    if (kernel == CONWAY) stepConwayGroup(at, generations);
    else if (kernel == LIFE_LIKE) stepAnyGroup(at, generations, notes);
    else stepTableGroup(at, generations);
  }
}

// Functions of their own, exported so that the optimizer keeps them apart: merged, they share registers, and
// the one that needs few spills as much as the other.

/** Steps four boards under B3/S23. */
export function stepConwayGroup(at: usize, generations: i32): void {
  for (let i = 0; i < generations; i++) stepGroup(true, at, 0);
}

/** Steps four boards under the life-like rule that was set. */
export function stepAnyGroup(at: usize, generations: i32, notes: usize): void {
  for (let i = 0; i < generations; i++) stepGroup(false, at, notes);
}

/** Steps four boards under the table that was set, one after the other, half a row at a time. */
export function stepTableGroup(at: usize, generations: i32): void {
  const t0 = loadQuarter(0);
  const t1 = loadQuarter(1);
  const t2 = loadQuarter(2);
  const t3 = loadQuarter(3);
  for (let i = 0; i < generations; i++) {
    for (let lane: usize = 0; lane < 16; lane += 4) {
      const board = at + lane;
      const first = load<u32>(board);
      const last = load<u32>(board + GROUP - 16);
      let leftAbove = findTrios(rotl(last, 1));
      let rightAbove = findTrios(rotl(last, 17));
      let left = findTrios(rotl(first, 1));
      let right = findTrios(rotl(first, 17));
      for (let row = 0; row < ROWS; row++) {
        const word = row == ROWS - 1 ? first : load<u32>(board + <usize>((row + 1) << 4));
        const leftBelow = findTrios(rotl(word, 1));
        const rightBelow = findTrios(rotl(word, 17));
        const low = lookUp(leftAbove, left, leftBelow, t0, t1, t2, t3);
        const high = lookUp(rightAbove, right, rightBelow, t0, t1, t2, t3);
        store<u32>(board + <usize>(row << 4), low | (high << 16));
        leftAbove = left;
        rightAbove = right;
        left = leftBelow;
        right = rightBelow;
      }
    }
  }
}

// Inlined once for each kind of life-like rule.
// @ts-ignore: decorator
@inline
function stepGroup(conway: bool, at: usize, notes: usize): void {
  const first = v128.load(at);
  let middle = v128.load(at + GROUP - 16);
  let left = rotateUp(middle);
  let right = rotateDown(middle);
  let half = v128.xor(left, right);
  let aboveOnes = v128.xor(half, middle);
  let aboveTwos = v128.or(v128.and(left, right), v128.and(half, middle));
  let alive = first;
  left = rotateUp(alive);
  right = rotateDown(alive);
  let besideOnes = v128.xor(left, right);
  let besideTwos = v128.and(left, right);
  let hereOnes = v128.xor(besideOnes, alive);
  let hereTwos = v128.or(besideTwos, v128.and(besideOnes, alive));
  for (let row = 0; row < ROWS; row++) {
    middle = row == ROWS - 1 ? first : v128.load(at + <usize>((row + 1) << 4));
    left = rotateUp(middle);
    right = rotateDown(middle);
    const belowSidesOnes = v128.xor(left, right);
    const belowSidesTwos = v128.and(left, right);
    const belowOnes = v128.xor(belowSidesOnes, middle);
    const belowTwos = v128.or(belowSidesTwos, v128.and(belowSidesOnes, middle));

    const pair = v128.xor(aboveOnes, besideOnes);
    const ones = v128.xor(pair, belowOnes);
    const carry = v128.or(v128.and(aboveOnes, besideOnes), v128.and(pair, belowOnes));
    if (conway) {
      const next = applyConway(ones, aboveTwos, besideTwos, belowTwos, carry, alive);
      v128.store(at + <usize>(row << 4), next);
    } else {
      noteCounts(notes + NOTE * <usize>row, ones, aboveTwos, besideTwos, belowTwos, carry);
    }
    aboveOnes = hereOnes;
    aboveTwos = hereTwos;
    hereOnes = belowOnes;
    hereTwos = belowTwos;
    besideOnes = belowSidesOnes;
    besideTwos = belowSidesTwos;
    alive = middle;
  }
  if (!conway) applyRule(notes, ROWS, at, at, 16);
}

// @ts-ignore: decorator
@inline
function rotateUp(cells: v128): v128 {
  return v128.or(i32x4.shl(cells, 1), i32x4.shr_u(cells, 31));
}

// @ts-ignore: decorator
@inline
function rotateDown(cells: v128): v128 {
  return v128.or(i32x4.shr_u(cells, 1), i32x4.shl(cells, 31));
}
