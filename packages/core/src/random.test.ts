import { describe, expect, it } from 'vitest';
import { InputError } from './input-error.js';
import { deriveSeedWords, openStream, type RandomStream } from './random.js';

const take = (count: number, draw: () => number): number[] => Array.from({ length: count }, draw);

describe('deriveSeedWords and openStream', () => {
  // Computed once with an independent implementation (big integers); never to change, since
  // recorded seeds of data sets and runs depend on them.
  it.each([
    {
      seed: 7,
      path: ['train', 'density', 120],
      words: [2410187743, 2649336762, 407185997, 2415133456],
      numbers: [160946522, 1524925665, 2377658887, 220701214],
    },
    {
      seed: 0,
      path: [],
      words: [2523775580, 4128972767, 3583607223, 1246044796],
      numbers: [1649220895, 2308609142, 231068305, 2200145141],
    },
    {
      seed: 2 ** 53 - 1,
      path: ['soup'],
      words: [3233936761, 24885801, 2012702563, 4147193190],
      numbers: [1608293019, 3355999743, 2775563497, 4037483980],
    },
  ])('draw the golden numbers of seed $seed, path $path', ({ seed, path, words, numbers }) => {
    expect([...deriveSeedWords(seed, path)]).toEqual(words);
    expect(take(4, openStream(seed, ...path).nextUint32)).toEqual(numbers);
  });

  it('begin a substream anew at every opening, and apart from the others', () => {
    const lone = take(20, openStream(3, 'a').nextUint32);
    const first = openStream(3, 'a');
    const second = openStream(3, 'b');
    const mixed = take(20, () => {
      second.nextUint32();
      return first.nextUint32();
    });
    expect(mixed).toEqual(lone);
  });

  it('give other numbers for another seed, path or order of it', () => {
    const streams = [
      openStream(1, 'a', 'b'),
      openStream(2, 'a', 'b'),
      openStream(1, 'b', 'a'),
      openStream(1, 'a'),
      openStream(1, 'a', 'b', 0),
      openStream(1, 'a', 'b', 1),
    ];
    expect(new Set(streams.map((stream) => stream.nextUint32())).size).toBe(streams.length);
  });

  it('draw neighbouring substreams without correlation', () => {
    const pairs = take(
      20_000,
      (() => {
        let index = 0;
        return () => {
          const a = openStream(5, 'board', index).nextFloat() - 0.5;
          const b = openStream(5, 'board', ++index).nextFloat() - 0.5;
          return a * b * 12; // the correlation's term: the variance of a uniform number is 1/12
        };
      })(),
    );
    expect(Math.abs(mean(pairs))).toBeLessThan(4 / Math.sqrt(pairs.length));
  });

  it.each([-1, 1.5, NaN, 2 ** 53])('refuse the seed %d', (seed) => {
    expect(() => openStream(seed)).toThrow(InputError);
    expect(() => openStream(seed)).toThrow(`not ${seed}`);
  });
});

describe('RandomStream', () => {
  const stream: RandomStream = openStream(11, 'moments');

  it('draws floats uniformly over [0, 1)', () => {
    const draws = take(50_000, stream.nextFloat);
    expect(Math.min(...draws.slice(0, 10_000))).toBeGreaterThanOrEqual(0);
    expect(draws.every((draw) => draw < 1)).toBe(true);
    expect(mean(draws)).toBeCloseTo(0.5, 2);
    expect(variance(draws)).toBeCloseTo(1 / 12, 2);
  });

  it('draws normal numbers of mean 0, variance 1 and the right tails', () => {
    const draws = take(50_000, stream.nextGaussian);
    expect(Math.abs(mean(draws))).toBeLessThan(0.02);
    expect(Math.abs(variance(draws) - 1)).toBeLessThan(0.03);
    const beyondTwo = draws.filter((draw) => Math.abs(draw) > 2).length / draws.length;
    expect(beyondTwo).toBeCloseTo(0.0455, 2);
    expect(draws.every(Number.isFinite)).toBe(true);
  });

  it('draws every integer below the bound equally often (chi-squared, 5 degrees of freedom)', () => {
    const counts = [0, 0, 0, 0, 0, 0];
    for (let k = 0; k < 60_000; k++) counts[stream.nextInt(6)]!++;
    const chiSquared = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
    expect(chiSquared).toBeLessThan(25); // exceeded once in 7,000 seeds
  });

  it('rejects the words that would favour small integers', () => {
    // 3 * 2^30: without rejection the lowest third would come up twice as often
    const bound = 3 * 2 ** 30;
    const draws = take(6000, () => stream.nextInt(bound));
    const low = draws.filter((draw) => draw < 2 ** 30).length / draws.length;
    expect(Math.abs(low - 1 / 3)).toBeLessThan(0.03);
    expect(draws.every((draw) => Number.isInteger(draw) && draw >= 0 && draw < bound)).toBe(true);
  });

  it('takes bounds from 1 to 2^32 only', () => {
    expect(stream.nextInt(1)).toBe(0);
    const words = openStream(4).nextUint32();
    expect(openStream(4).nextInt(2 ** 32)).toBe(words);
    for (const bound of [0, -1, 1.5, 2 ** 32 + 1]) {
      expect(() => stream.nextInt(bound)).toThrow(InputError);
    }
  });
});

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function variance(values: readonly number[]): number {
  const centre = mean(values);
  return mean(values.map((value) => (value - centre) ** 2));
}
