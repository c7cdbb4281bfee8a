/** How a random board is seeded: what the kernel and the plain reference have in common. */

import { deriveSeedWords, openStream, type ExampleRequest } from '@lifegpt/core';

/** Steps in which the order parameter is rounded: the kernel draws 16 binary digits of it. */
export const DENSITY_STEPS = 65_536;

/** Generators that run side by side in a vector. */
const LANES = 4;

/** One board of a batch, ready to be drawn. */
export interface SoupSeed {
  /** The order parameter in 65,536ths. */
  readonly k: number;
  /** `[word, lane]`: the state of four xoshiro128** generators, as the kernel loads them. */
  readonly state: Uint32Array;
}

/** The seed of board `board`: a pure function of the request and that number. */
export function seedSoup(request: ExampleRequest, board: number): SoupSeed {
  const { seed, index, width, height, density } = request;
  const [low, high] = density;
  const p = low + (high - low) * openStream(seed, 'density', index, board).nextFloat();
  const state = new Uint32Array(4 * LANES);
  for (let lane = 0; lane < LANES; lane++) {
    const words = deriveSeedWords(seed, ['soup', index, board, `${width}x${height}`, lane]);
    words.forEach((word, w) => (state[w * LANES + lane] = word));
  }
  return { k: Math.round(p * DENSITY_STEPS), state };
}
