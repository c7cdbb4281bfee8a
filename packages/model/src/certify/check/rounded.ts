/** float32 as the runtime may round it, between two ends: weights of keys, shares and sums. */

import { BITS, exponential, least, magnitude, most, ONE, over, times, toFixed } from './fixed.js';
import type { FixedRows } from './fixed-matrix.js';

/** What the runtime's arithmetic is supposed to be; all 0 for numbers that do not round. */
export interface Supposed {
  readonly unit: bigint;
  readonly exp: bigint;
  readonly tanh: bigint;
  readonly tiny: bigint;
}

/** float32, with a hundredth to spare. */
export const ROUNDED: Supposed = {
  unit: toFixed(1.01 * 2 ** -24),
  exp: ONE >> 21n,
  tanh: ONE >> 20n,
  tiny: 1n,
};
/** Numbers that do not round. */
export const UNROUNDED: Supposed = { unit: 0n, exp: 0n, tanh: 0n, tiny: 0n };

/** Two ends. */
export type Ends = readonly [lo: bigint, hi: bigint];

/** Numbers that sums must stay below. */
export const LARGEST = 1n << 50n;

/** What rounds. */
export interface Rounded {
  /** e^-λd² for d from `near` to `far`, as it may come out. */
  fall(near: bigint, far: bigint): Ends;
  /** The weight of the sink. */
  readonly sink: Ends;
  /** Shares of e^score. */
  share(lows: readonly bigint[], highs: readonly bigint[]): Ends[];
  /** A row between ends by a matrix of weights, as any order of float32 sums may give it. */
  sumUp(row: readonly Ends[], weights: FixedRows, bias?: readonly bigint[]): Ends[];
}

/** Rounds as is supposed. @param sharpness λ */
export function openRounded(sharpness: bigint, { unit, exp, tiny }: Supposed): Rounded {
  const count = (n: number): bigint => BigInt(n);

  function fall(near: bigint, far: bigint): Ends {
    const [from, to] = [near, far].map((d) => times(sharpness, times(d, d)));
    const low = exponential(-times(to!, ONE + 6n * unit) - 1n)[0];
    const high = exponential(-times(from!, ONE - 6n * unit) + 1n)[1];
    return [most(0n, times(low, ONE - exp) - tiny), times(high, ONE + exp) + tiny + 1n];
  }

  const sinkAt = times(sharpness, toFixed(0.6));
  const sink: Ends = [
    times(exponential(-times(sinkAt, ONE + 4n * unit))[0], ONE - exp),
    times(exponential(-times(sinkAt, ONE - 4n * unit))[1], ONE + exp) + 1n,
  ];

  function share(lows: readonly bigint[], highs: readonly bigint[]): Ends[] {
    const top = highs.reduce(most);
    const spread = top - lows.reduce(least);
    const apart = times(2n * unit, spread);
    const off = 2n * exp + count(lows.length + 8) * unit;
    // against the largest, so that nothing overflows
    const low = lows.map((score) => exponential(score - top));
    const high = highs.map((score) => exponential(score - top));
    const [up, down] = [exponential(apart)[1], exponential(-apart)[0]];
    const sumHigh = high.reduce((sum, [, hi]) => sum + hi, 0n);
    const sumLow = low.reduce((sum, [lo]) => sum + lo, 0n);
    return lows.map((_, i) => {
      const others = [
        times(sumHigh - high[i]![1], up) + 1n,
        times(sumLow - low[i]![0], down),
      ] as const;
      const from = over(times(low[i]![0], ONE - off), low[i]![0] + others[0] + 1n);
      const to = over(times(high[i]![1], ONE + off), high[i]![1] + others[1]);
      return [most(0n, from - tiny - 1n), to + tiny + 2n];
    });
  }

  function sumUp(row: readonly Ends[], weights: FixedRows, bias?: readonly bigint[]): Ends[] {
    const columns = weights[0]!.length;
    const [lo, hi, size_] = [0, 1, 2].map(() => Array<bigint>(columns).fill(0n)) as [
      bigint[],
      bigint[],
      bigint[],
    ];
    row.forEach(([from, to], i) => {
      const largest = most(magnitude(from), magnitude(to));
      const own = weights[i]!;
      for (let c = 0; c < columns; c++) {
        const weight = own[c]!;
        if (weight >= 0n) {
          lo[c]! += weight * from;
          hi[c]! += weight * to;
          size_[c]! += weight * largest;
        } else {
          lo[c]! += weight * to;
          hi[c]! += weight * from;
          size_[c]! -= weight * largest;
        }
      }
    });
    return lo.map((sum, c) => {
      const added = bias?.[c] ?? 0n;
      const all = times(size_[c]!, 1n) + magnitude(added) + 1n;
      if (all >= LARGEST << BITS) throw new RangeError('numbers of it are too large');
      const off = count(row.length + 2) * (times(unit, all) + tiny + 1n);
      return [times(sum, 1n) + added - off, times(hi[c]!, 1n) + added + off + 1n];
    });
  }

  return { fall, sink, share, sumUp };
}
