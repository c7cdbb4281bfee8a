/**
 * Seeded random streams: one root seed, and under it any number of named substreams that do not
 * disturb each other. Integer arithmetic only, so that every machine draws the same numbers.
 *
 * Generator: xoshiro128** 1.1 (Blackman and Vigna, "Scrambled linear pseudorandom number
 * generators", 2018). Its state is MurmurHash3-style mixing of the seed and the stream's path.
 */

import { InputError } from './input-error.js';

/** A stream of random numbers; each call moves it on. */
export interface RandomStream {
  /** Uniform over 0 .. 2^32 - 1. */
  nextUint32(): number;
  /** Uniform over [0, 1), with 32 random bits. */
  nextFloat(): number;
  /** Uniform over the integers 0 .. bound - 1 (unbiased, by rejection). */
  nextInt(bound: number): number;
  /** Normal with mean 0 and variance 1 (Box-Muller; floats, so equal to within rounding). */
  nextGaussian(): number;
}

/**
 * The four 32-bit state words of a stream: a pure function of the seed and the path.
 * Kernels that draw by themselves (SIMD soups) start from these words.
 * @throws InputError when the seed is not an integer from 0 to 2^53 - 1.
 */
export function deriveSeedWords(seed: number, path: readonly (string | number)[]): Uint32Array {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new InputError(`a seed is an integer from 0 to 2^53 - 1, not ${seed}`);
  }
  const text = `${seed}/${path.join('/')}`;
  const words = new Uint32Array(4);
  for (let lane = 0; lane < 4; lane++) {
    let hash = Math.imul(lane + 1, 0x9e3779b9);
    for (let i = 0; i < text.length; i++) {
      hash = Math.imul(mixBits(hash ^ text.charCodeAt(i)), 0x01000193);
    }
    words[lane] = mixBits(hash);
  }
  if (words.every((word) => word === 0)) words[0] = 1; // the one state xoshiro cannot leave
  return words;
}

/**
 * A seed of its own for a purpose, so that what is drawn for it is drawn nowhere else under the same root seed.
 * @throws InputError when the seed is not an integer from 0 to 2^53 - 1.
 */
export function deriveSeed(seed: number, purpose: string): number {
  const [low, high] = deriveSeedWords(seed, [purpose]);
  return (high! & 0x1fffff) * 2 ** 32 + low!;
}

/**
 * Opens the substream `path` of the root `seed`, from its beginning.
 * @example openStream(7, 'train', 'density', 120).nextFloat()
 */
export function openStream(seed: number, ...path: (string | number)[]): RandomStream {
  const words = deriveSeedWords(seed, path);
  let [a, b, c, d] = [words[0]! | 0, words[1]! | 0, words[2]! | 0, words[3]! | 0];

  function nextUint32(): number {
    const product = Math.imul(b, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
    return result;
  }

  const nextFloat = (): number => nextUint32() / 2 ** 32;

  function nextInt(bound: number): number {
    if (!Number.isInteger(bound) || bound < 1 || bound > 2 ** 32) {
      throw new InputError(`nextInt needs a bound from 1 to 2^32, not ${bound}`);
    }
    const limit = 2 ** 32 - (2 ** 32 % bound);
    for (;;) {
      const word = nextUint32();
      if (word < limit) return word % bound;
    }
  }

  function nextGaussian(): number {
    const radius = Math.sqrt(-2 * Math.log((nextUint32() + 1) / 2 ** 32));
    return radius * Math.cos(2 * Math.PI * nextFloat());
  }

  return { nextUint32, nextFloat, nextInt, nextGaussian };
}

/**
 * 32 bits to 32 bits, every input bit reaching every output bit (MurmurHash3's finaliser): for random
 * numbers that are a function of a place rather than of those drawn before.
 */
export function mixBits(value: number): number {
  let hash = value | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
