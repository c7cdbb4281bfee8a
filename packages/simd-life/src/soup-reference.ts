/**
 * The random boards of `assembly/soup.ts`, a bit at a time: slow, readable, kept as the reference
 * that the kernel is tested against.
 */

import { DENSITY_STEPS, type SoupSeed } from './soup.js';

/** Draws `count` cells, one byte each, 0 or 1. */
export function drawSoupReference({ k, state }: SoupSeed, count: number): Uint8Array {
  const cells = new Uint8Array(count);
  if (k === 0 || k === DENSITY_STEPS) return cells.fill(k === 0 ? 0 : 1);
  const lanes = [0, 1, 2, 3].map((lane) =>
    createXoshiro([0, 1, 2, 3].map((w) => state[w * 4 + lane]!)),
  );
  for (let from = 0; from < count; from += 128) {
    let words = [0, 0, 0, 0];
    for (let digit = 0, begun = false; digit < 16; digit++) {
      const isSet = ((k >> digit) & 1) === 1;
      begun ||= isSet; // digits below the lowest 1 leave nothing, and draw nothing
      if (begun) words = words.map((word, i) => (isSet ? word | lanes[i]!() : word & lanes[i]!()));
    }
    for (let i = 0; i < 128 && from + i < count; i++) {
      cells[from + i] = (words[i >> 5]! >>> (i & 31)) & 1;
    }
  }
  return cells;
}

/** xoshiro128** 1.1 from four state words; each call gives 32 bits. */
function createXoshiro(state: number[]): () => number {
  const turn = (x: number, by: number): number => (x << by) | (x >>> (32 - by));
  return () => {
    const [a, b, c, d] = state as [number, number, number, number];
    const random = Math.imul(turn(Math.imul(b, 5), 7), 9);
    const [e, f] = [c ^ a, d ^ b];
    state[0] = a ^ f;
    state[1] = b ^ e;
    state[2] = e ^ (b << 9);
    state[3] = turn(f, 11);
    return random;
  };
}
