/**
 * Vectors that carry how far float32 may be off in each of their numbers: the check's own analysis of the
 * first half of the network. Rounding as assumed in `rounding.ts`.
 */

import type { Linear, Norm } from './one-layer.js';
import { UNIT } from './rounding.js';

/** Numbers, and the largest error of each. */
export interface Rounded {
  readonly x: number[];
  readonly off: number[];
}

/** γ(n) with room for products of errors. */
export function growth(operations: number): number {
  return 1.02 * operations * UNIT;
}

/** The sum of exact vectors. */
export function sumVectors(vectors: readonly ArrayLike<number>[]): Rounded {
  const x = Array.from(vectors[0]!, (_, d) => vectors.reduce((sum, row) => sum + row[d]!, 0));
  const off = x.map(
    (_, d) => growth(vectors.length) * vectors.reduce((sum, row) => sum + Math.abs(row[d]!), 0),
  );
  return { x, off };
}

/** Layer normalisation. */
export function normaliseVector(
  { x, off }: Rounded,
  { gain, bias }: Norm,
  epsilon: number,
): Rounded {
  const count = x.length;
  const mean = x.reduce((sum, value) => sum + value, 0) / count;
  const variance = x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count + epsilon;
  const deviation = Math.sqrt(variance);
  const square = variance + mean * mean;
  const shift = Math.hypot(...off) / Math.sqrt(count);
  const scale =
    (growth(count + 6) * (square + 2 * mean * mean)) / (2 * variance) + (1.02 * shift) / deviation;
  const meanOff = growth(count + 2) * Math.sqrt(square) + shift;
  return {
    x: x.map((value, d) => ((value - mean) / deviation) * gain[d]! + bias[d]!),
    off: x.map((value, d) => {
      const unit = Math.abs((value - mean) / deviation);
      const own = (off[d]! + meanOff) / deviation + unit * (scale + 6 * UNIT);
      return (
        1.02 *
        (Math.abs(gain[d]!) * own + 2 * UNIT * (unit * Math.abs(gain[d]!) + Math.abs(bias[d]!)))
      );
    }),
  };
}

/** Columns `from` up to `to` of a linear map. */
export function applyLinear(
  { x, off }: Rounded,
  { inputs, outputs, weight, bias }: Linear,
  from: number,
  to: number,
): Rounded {
  const result: Rounded = { x: [], off: [] };
  for (let column = from; column < to; column++) {
    let sum = bias[column]!;
    let terms = Math.abs(sum);
    let carried = 0;
    for (let d = 0; d < inputs; d++) {
      const entry = weight[d * outputs + column]!;
      sum += x[d]! * entry;
      terms += Math.abs(x[d]! * entry);
      carried += off[d]! * Math.abs(entry);
    }
    result.x.push(sum);
    result.off.push(growth(inputs + 3) * terms + 1.02 * carried);
  }
  return result;
}
