/** Steps of the network on one vector in doubles, and how far float32 may take each of its numbers: the certifier's own. */

import type { Linear, Norm, OneLayer } from './one-layer.js';
import { gamma, normErrors, SECOND_ORDER, UNIT } from './rounding.js';

/** Numbers, and bounds of how far the runtime's may be from them. */
export interface Vector {
  readonly x: Float64Array;
  readonly error: Float64Array;
}

/** A token's embedding: its vector and those of its place. */
export function embed(
  { width, embedding }: OneLayer,
  token: number,
  positions: readonly Float64Array[],
): Vector {
  const x = embedding.slice(token * width, (token + 1) * width);
  const error = x.map(Math.abs);
  for (const row of positions) {
    for (let d = 0; d < width; d++) {
      x[d]! += row[d]!;
      error[d]! += Math.abs(row[d]!);
    }
  }
  return { x, error: error.map((sum) => gamma(positions.length) * sum) };
}

/** A normalisation. */
export function normalise({ x, error }: Vector, norm: Norm, epsilon: number): Vector {
  const width = x.length;
  let mean = 0;
  let shift = 0;
  let meanShift = 0;
  for (let d = 0; d < width; d++) {
    mean += x[d]! / width;
    meanShift += error[d]! / width;
    shift += error[d]! ** 2;
  }
  let spread = 0;
  for (let d = 0; d < width; d++) spread += (x[d]! - mean) ** 2 / width;
  const variance = spread + epsilon;
  const deviation = Math.sqrt(variance);
  const rounding = normErrors(width, Math.abs(mean), variance);
  // σ moves by at most the norm of what its input is off by, over √width
  const relative = rounding.scale + (Math.sqrt(shift / width) / deviation) * SECOND_ORDER;
  const normed = new Float64Array(width);
  const off = new Float64Array(width);
  for (let d = 0; d < width; d++) {
    const unit = (x[d]! - mean) / deviation;
    normed[d] = unit * norm.gain[d]! + norm.bias[d]!;
    const own = (error[d]! + meanShift + rounding.mean) / deviation;
    off[d] =
      (Math.abs(norm.gain[d]!) * (own + Math.abs(unit) * (relative + 6 * UNIT)) +
        2 * UNIT * Math.abs(normed[d]!)) *
      SECOND_ORDER;
  }
  return { x: normed, error: off };
}

/** Columns `from` up to `to` of a linear map. */
export function mapLinear(
  { x, error }: Vector,
  linear: Linear,
  from = 0,
  to = linear.outputs,
): Vector {
  const { inputs, outputs, weight, bias } = linear;
  const count = to - from;
  const sizes = bias.slice(from, to).map(Math.abs);
  const carried = new Float64Array(count);
  for (let d = 0; d < inputs; d++) {
    for (let o = 0, at = d * outputs + from; o < count; o++, at++) {
      const size = Math.abs(weight[at]!);
      sizes[o]! += Math.abs(x[d]!) * size;
      carried[o]! += error[d]! * size;
    }
  }
  // one more for the bias, two for a scale and its own rounding
  const off = sizes.map((size, o) => gamma(inputs + 3) * size + carried[o]! * SECOND_ORDER);
  return { x: multiply(x, linear, from, to), error: off };
}

/** The same without errors. */
export function multiply(
  x: Float64Array,
  { inputs, outputs, weight, bias }: Linear,
  from = 0,
  to = outputs,
): Float64Array {
  const sum = bias.slice(from, to);
  for (let d = 0; d < inputs; d++) {
    const factor = x[d]!;
    for (let o = 0, at = d * outputs + from; at < d * outputs + to; o++, at++) {
      sum[o]! += factor * weight[at]!;
    }
  }
  return sum;
}
