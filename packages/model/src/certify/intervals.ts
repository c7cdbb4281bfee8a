/** Ranges of the network's functions over intervals, for the check. */

import { growth } from './rounded-vector.js';

/** Where GELU turns, and less than it is there. */
const TURN = -0.7517916;
const LEAST = -0.16997121;
/** Below -TAIL, z Φ(z) lies between -1e-12 and 0; beyond it, Φ is 1 up to 1e-12. */
const TAIL = 7.5;

/** The range of GELU: it falls up to `TURN`, then rises. */
export function geluRange(from: number, to: number): [number, number] {
  const [a, b] = [gelu(from), gelu(to)];
  const highest = Math.max(a, b) + 1e-12;
  return [from < TURN + 1e-6 && to > TURN - 1e-6 ? LEAST : Math.min(a, b) - 1e-12, highest];
}

/** z Φ(z), by the series Φ(z) = 1/2 + φ(z) (z + z³/3 + z⁵/(3 5) + …) (Marsaglia 2004). */
function gelu(z: number): number {
  if (z < -TAIL) return 0;
  if (z > TAIL) return z;
  let term = z;
  let sum = z;
  for (let k = 3; Math.abs(term) > 1e-17 * Math.abs(sum); k += 2) {
    term *= (z * z) / k;
    sum += term;
  }
  return z * (0.5 + (sum * Math.exp(-0.5 * z * z)) / Math.sqrt(2 * Math.PI));
}

/** The range of √(Σ x² / n + ε) over a box without mean, whose `count` numbers stand from `at` on. */
export function deviationRange(
  low: Float64Array,
  high: Float64Array,
  at: number,
  epsilon: number,
): [number, number] {
  const count = low.length - at;
  let least = 0;
  let most = 0;
  for (let d = at; d < low.length; d++) {
    const [a, b] = [low[d]!, high[d]!];
    most += Math.max(a * a, b * b);
    if (a > 0) least += a * a;
    else if (b < 0) least += b * b;
  }
  return [Math.sqrt(least / count + epsilon), Math.sqrt(most / count + epsilon)];
}

/**
 * Rounding inside a normalisation whose numbers have at most this mean and at least this deviation.
 * @returns the relative error of 1/σ and the absolute error of the mean
 */
export function kernelErrors(
  count: number,
  mean: number,
  deviation: number,
): { scale: number; mean: number } {
  const ratio = (mean / deviation) ** 2;
  return {
    scale: (growth(count + 6) * (1 + 3 * ratio)) / 2,
    mean: growth(count + 2) * deviation * Math.sqrt(1 + ratio),
  };
}
