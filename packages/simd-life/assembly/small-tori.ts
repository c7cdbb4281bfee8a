// Batches of 32x32 tori, four boards in a vector: a row is one 32-bit lane, and the wrap-around of a
// row is a rotation of its lane.

import { applyConway, applyRule, isConway, setRule } from './rule';

// @ts-ignore: decorator
@inline
const ROWS: i32 = 32;
// @ts-ignore: decorator
@inline
const GROUP: usize = 512; // bytes of four boards

/** Steps every group `generations` times, in place. */
export function stepBatch(batch: usize, groups: i32, generations: i32, birth: i32, survival: i32): void {
  const conway = isConway(birth, survival);
  setRule(birth, survival);
  for (let group = 0; group < groups; group++) {
    const at = batch + <usize>group * GROUP;
    for (let i = 0; i < generations; i++) {
      if (conway) stepGroup(true, at);
      else stepGroup(false, at);
    }
  }
}

// Inlined once for each kind of rule.
// @ts-ignore: decorator
@inline
function stepGroup(conway: bool, at: usize): void {
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
  for (let row = 0; row < ROWS; row++) {
    const hereOnes = v128.xor(besideOnes, alive);
    const hereTwos = v128.or(besideTwos, v128.and(besideOnes, alive));
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
    const next = conway
      ? applyConway(ones, aboveTwos, besideTwos, belowTwos, carry, alive)
      : applyRule(ones, aboveTwos, besideTwos, belowTwos, carry, alive);
    v128.store(at + <usize>(row << 4), next);
    aboveOnes = hereOnes;
    aboveTwos = hereTwos;
    besideOnes = belowSidesOnes;
    besideTwos = belowSidesTwos;
    alive = middle;
  }
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
