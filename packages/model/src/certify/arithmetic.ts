/**
 * Intervals of doubles that hold whatever a float32 network computes, in any order and fused or not. What is supposed of the
 * runtime is in `Arithmetic`, and docs/certificate.md says why it is enough.
 *
 * The doubles of this program round, too, 2^-29 of what float32 does; each unit below is a hundredth larger than it has to
 * be, which is more than all of that together.
 */

/** What is supposed of the runtime's arithmetic. */
export interface Arithmetic {
  /** Share by which a sum, product or quotient may be off: half a unit in the last place. */
  readonly unit: number;
  /** The same of the exponential function. */
  readonly exp: number;
  /** By how much the hyperbolic tangent may be off. */
  readonly tanh: number;
  /** What may be taken for zero, or come out instead of it. */
  readonly tiny: number;
}

/** float32 by IEEE 754, and functions as ONNX Runtime's CPU has them, with room to spare (a test measures them). */
export const FLOAT32: Arithmetic = {
  unit: 1.01 * 2 ** -24,
  exp: 2 ** -21,
  tanh: 2 ** -20,
  tiny: 2 ** -120,
};
/** Numbers that do not round: to tell what rounding takes. */
export const REAL: Arithmetic = { unit: 0, exp: 0, tanh: 0, tiny: 0 };

/** What sums must stay below: float32 ends at 2^128, and squares of a few of them are added up. */
export const LARGEST = 2 ** 50;

/** Lower and upper ends of some numbers. */
export interface Intervals {
  readonly lo: Float64Array;
  readonly hi: Float64Array;
}

/** A number between two. */
export type Interval = readonly [lo: number, hi: number];

/** So many numbers that are 0. */
export function makeIntervals(count: number): Intervals {
  return { lo: new Float64Array(count), hi: new Float64Array(count) };
}

/** Numbers that are known. */
export function exactly(values: ArrayLike<number>): Intervals {
  return { lo: Float64Array.from(values), hi: Float64Array.from(values) };
}

/**
 * A row of numbers by a matrix of known ones, plus known ones, as float32 adds them up: n products in any order are off by at
 * most n + 1 units of the sum of their magnitudes.
 * @param matrix `[rows][columns]`
 */
export function multiply(
  { unit, tiny }: Arithmetic,
  row: Intervals,
  matrix: ArrayLike<number>,
  columns: number,
  bias?: ArrayLike<number>,
): Intervals {
  const product = makeIntervals(columns);
  const magnitude = new Float64Array(columns);
  const { lo, hi } = product;
  const rows = row.lo.length;
  for (let i = 0; i < rows; i++) {
    const [low, high] = [row.lo[i]!, row.hi[i]!];
    const most = Math.max(Math.abs(low), Math.abs(high));
    for (let c = 0; c < columns; c++) {
      const weight = matrix[i * columns + c]!;
      lo[c]! += weight >= 0 ? weight * low : weight * high;
      hi[c]! += weight >= 0 ? weight * high : weight * low;
      magnitude[c]! += Math.abs(weight) * most;
    }
  }
  for (let c = 0; c < columns; c++) {
    const added = bias?.[c] ?? 0;
    if (!(magnitude[c]! + Math.abs(added) < LARGEST)) {
      [lo[c], hi[c]] = [NaN, NaN]; // float32 might end there, and what follows may be no number
      continue;
    }
    const off = (rows + 2) * (unit * (magnitude[c]! + Math.abs(added)) + tiny);
    lo[c]! += added - off;
    hi[c]! += added + off;
  }
  return product;
}

/** e^(-λ d²) of a distance between two, as float32 computes it: λ and d are off by a unit, and three products are. */
export function bell(
  { unit, exp, tiny }: Arithmetic,
  sharpness: number,
  [near, far]: Interval,
): Interval {
  const [least, most] = [near * near * sharpness, far * far * sharpness];
  return [
    Math.max(0, Math.exp(-most * (1 + 6 * unit)) * (1 - exp) - tiny),
    Math.exp(-least * (1 - 6 * unit)) * (1 + exp) + tiny,
  ];
}

/** Shares by e^score that sum to 1. */
export function softmax({ unit, exp, tiny }: Arithmetic, { lo, hi }: Intervals): Intervals {
  const count = lo.length;
  const shares = makeIntervals(count);
  // scores are off by a unit of how far they lie below the largest
  const spread = Math.max(...hi) - Math.min(...lo);
  const apart = 2 * unit * spread;
  const off = 2 * exp + (count + 8) * unit;
  for (let i = 0; i < count; i++) {
    let [most, least] = [1, 1];
    for (let j = 0; j < count; j++) {
      if (j === i) continue;
      most += Math.exp(hi[j]! - lo[i]! + apart);
      least += Math.exp(lo[j]! - hi[i]! - apart);
    }
    shares.lo[i] = Math.max(0, (1 - off) / most - tiny);
    shares.hi[i] = (1 + off) / least + tiny;
  }
  return shares;
}
