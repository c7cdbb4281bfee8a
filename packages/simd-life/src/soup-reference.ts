/**
 * The random boards of `assembly/soup.ts`, a bit at a time: slow, readable, kept as the reference
 * that the kernel is tested against.
 */

import { mixBits, type ExampleRequest } from '@lifegpt/core';
import { DENSITY_STEPS, seedSoup } from './soup.js';

/** The density of board `board` in 65,536ths. */
export function drawDensityReference(request: ExampleRequest, board: number): number {
  const [low, high] = request.density.map((p) => p * DENSITY_STEPS) as [number, number];
  const random = mixBits(mixBits(board) + seedSoup(request)[0]!);
  return Math.floor(low + (high - low) * (random / 2 ** 32) + 0.5);
}

/** Draws the cells of board `board`, one byte each, 0 or 1. */
export function drawSoupReference(request: ExampleRequest, board: number): Uint8Array {
  const { width, height, density } = request;
  const cells = new Uint8Array(width * height);
  const k = drawDensityReference(request, board);
  if (k === 0 || k === DENSITY_STEPS) return cells.fill(k === 0 ? 0 : 1);
  const next = openXoshiro(seedSoup(request), board);
  // boards of one density draw no digits below its lowest 1: they would leave nothing
  const start = density[0] === density[1] ? lowestDigit(k) : 0;
  for (let from = 0; from < cells.length; from += 32) {
    let word = 0;
    for (let digit = start; digit < 16; digit++) {
      word = ((k >> digit) & 1) === 1 ? word | next() : word & next();
    }
    for (let i = 0; i < 32 && from + i < cells.length; i++) cells[from + i] = (word >>> i) & 1;
  }
  return cells;
}

const SALTS = [0x9e3779b9, 0x7f4a7c15, 0x94d049bb, 0xbf58476d];

/** xoshiro128** 1.1 of one board; each call gives 32 bits. */
function openXoshiro(seed: Uint32Array, board: number): () => number {
  const state = SALTS.map((salt, i) => mixBits(mixBits(board ^ salt) + seed[i]!));
  state[0]! |= 1; // never all zeros
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

function lowestDigit(k: number): number {
  return 31 - Math.clz32(k & -k);
}
