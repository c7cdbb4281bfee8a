// Random boards, four at a time: each lane of a vector is one board with a generator of its own, so
// a board does not depend on its neighbours, and the kernel runs at the same speed for boards of
// four different densities.
//
// A cell lives with probability k / 65,536. From the lowest digit of k to its highest, a 1 takes the
// union with random bits and a 0 the intersection, so that each digit halves what the lower ones
// made and adds its own half.

import { spreadWord } from './bits';

// One mask of all ones or zeros a lane for each of the sixteen digits of k.
const digitMasks = memory.data(16 * 16, 16);

/**
 * Draws groups of four boards. Vector j of a group holds word j of each board: its cells 32 j to
 * 32 j + 31, row-major, the first in the lowest bit.
 * @param seed four words
 * @param first number of the first board; board n is a function of the seed, n and the range
 * @param words words a board
 * @param low @param high each board draws its density evenly from this range, in 65,536ths
 */
export function drawSoups(seed: usize, first: u32, groups: i32, words: i32, low: f64, high: f64, to: usize): void {
  for (let group = 0; group < groups; group++) {
    const board = i32x4.add(i32x4.splat(first + (<u32>group << 2)), i32x4(0, 1, 2, 3));
    const k = drawDensities(mix(i32x4.add(mix(board), v128.load32_splat(seed))), low, high);
    // the digits below the lowest 1 of a common density would leave nothing
    const start = low == high ? min(16, ctz(i32x4.extract_lane(k, 0))) : 0;
    for (let digit = start; digit < 16; digit++) {
      const bit = v128.and(i32x4.shr_u(k, digit), i32x4.splat(1));
      v128.store(digitMasks + (digit << 4), i32x4.neg(bit));
    }
    const full = i32x4.eq(k, i32x4.splat(65536));
    // the state of xoshiro128**, never all zeros
    let a = v128.or(seedWord(seed, board, 0x9e3779b9), i32x4.splat(1));
    let b = seedWord(seed + 4, board, 0x7f4a7c15);
    let c = seedWord(seed + 8, board, 0x94d049bb);
    let d = seedWord(seed + 12, board, 0xbf58476d);
    for (let word = 0; word < words; word++) {
      let alive = i32x4.splat(0);
      for (let digit = start; digit < 16; digit++) {
        // xoshiro128** 1.1, a generator a lane
        const five = i32x4.add(b, i32x4.shl(b, 2));
        const turned = v128.or(i32x4.shl(five, 7), i32x4.shr_u(five, 25));
        const random = i32x4.add(turned, i32x4.shl(turned, 3));
        const shifted = i32x4.shl(b, 9);
        c = v128.xor(c, a);
        d = v128.xor(d, b);
        b = v128.xor(b, c);
        a = v128.xor(a, d);
        c = v128.xor(c, shifted);
        d = v128.or(i32x4.shl(d, 11), i32x4.shr_u(d, 21));
        const isSet = v128.load(digitMasks + (digit << 4));
        alive = v128.bitselect(v128.or(alive, random), v128.and(alive, random), isSet);
      }
      v128.store(to, v128.or(alive, full));
      to += 16;
    }
  }
}

/** Spreads one board of a group over bytes: `count` cells, and up to 31 bytes more. */
export function spreadSoup(group: usize, lane: i32, cells: usize, count: i32): void {
  let word = group + <usize>(lane << 2);
  for (let from = 0; from < count; from += 32) {
    spreadWord(word, cells + <usize>from);
    word += 16;
  }
}

/** Sets the boards of the groups one behind the other, `words` words each. */
export function splitGroups(from: usize, groups: i32, words: i32, to: usize): void {
  const board = <usize>words << 2;
  for (let group = 0; group < groups; group++) {
    for (let word = 0; word < words; word++) {
      const four = v128.load(from);
      v128.store32_lane(to, four, 0);
      v128.store32_lane(to + board, four, 1);
      v128.store32_lane(to + 2 * board, four, 2);
      v128.store32_lane(to + 3 * board, four, 3);
      from += 16;
      to += 4;
    }
    to += 3 * board;
  }
}

/** Gathers boards that lie one behind the other into groups. */
export function joinGroups(from: usize, groups: i32, words: i32, to: usize): void {
  const board = <usize>words << 2;
  for (let group = 0; group < groups; group++) {
    for (let word = 0; word < words; word++) {
      let four = v128.load32_zero(from);
      four = v128.load32_lane(from + board, four, 1);
      four = v128.load32_lane(from + 2 * board, four, 2);
      four = v128.load32_lane(from + 3 * board, four, 3);
      v128.store(to, four);
      to += 16;
      from += 4;
    }
    from += 3 * board;
  }
}

// @ts-ignore: decorator
@inline
function seedWord(word: usize, board: v128, salt: i32): v128 {
  return mix(i32x4.add(mix(v128.xor(board, i32x4.splat(salt))), v128.load32_splat(word)));
}

// The finaliser of MurmurHash3: every input bit reaches every output bit.
// @ts-ignore: decorator
@inline
function mix(value: v128): v128 {
  let hash = v128.xor(value, i32x4.shr_u(value, 16));
  hash = i32x4.mul(hash, i32x4.splat(0x85ebca6b));
  hash = v128.xor(hash, i32x4.shr_u(hash, 13));
  hash = i32x4.mul(hash, i32x4.splat(0xc2b2ae35));
  return v128.xor(hash, i32x4.shr_u(hash, 16));
}

// @ts-ignore: decorator
@inline
function drawDensities(random: v128, low: f64, high: f64): v128 {
  return i32x4(
    scaleDensity(i32x4.extract_lane(random, 0), low, high),
    scaleDensity(i32x4.extract_lane(random, 1), low, high),
    scaleDensity(i32x4.extract_lane(random, 2), low, high),
    scaleDensity(i32x4.extract_lane(random, 3), low, high),
  );
}

function scaleDensity(random: u32, low: f64, high: f64): i32 {
  return <i32>Math.floor(low + (high - low) * (<f64>random / 4294967296.0) + 0.5);
}
