/**
 * The first layer of models that read a header there, in doubles: attention from any token to the header's tokens, and the
 * feed-forward layer. It has as many inputs as there are places and contents, so how far the runtime is from this is not
 * bounded in the worst case but assumed (`FIRST_LAYER_ERROR`), and measured for every one of them (`measure-first-layer.ts`).
 */

import { distribution } from './normal-distribution.js';
import type { Norm, OneLayer } from './one-layer.js';
import { FIRST_LAYER_ERROR } from './rounding.js';
import { embed, multiply, normalise, type Vector } from './steps.js';

/**
 * Prepares the layer for a header; in models without one it is the identity.
 * @param head the header's tokens, which stand before all others
 * @param positionRows for each of them the vectors of its place
 * @returns what the layer makes of a token's embedding that stands at the header's end or behind it
 */
export function openHeaderLayer(
  model: OneLayer,
  head: Int32Array,
  positionRows: readonly (readonly Float64Array[])[],
): (token: Vector) => Vector {
  const { header, heads, size, epsilon } = model;
  if (header === null) return (token) => token;
  const across = heads * size;
  const norm = (x: Float64Array, by: Norm): Float64Array =>
    normalise({ x, error: new Float64Array(x.length) }, by, epsilon).x;
  const [keys, values] = [across, 2 * across].map((from) =>
    Array.from(head, (token, place) => {
      const normed = norm(embed(model, token, positionRows[place]!).x, header.ln1);
      return multiply(normed, header.attention, from, from + across);
    }),
  );
  return (token) => {
    const query = multiply(norm(token.x, header.ln1), header.attention, 0, across);
    const mixed = new Float64Array(across);
    for (let h = 0; h < heads; h++) {
      attend(query, keys!, values!, [h * size, (h + 1) * size], mixed);
    }
    const x = multiply(mixed, header.project);
    for (let d = 0; d < x.length; d++) x[d]! += token.x[d]!;
    const hidden = multiply(norm(x, header.ln2), header.expand);
    for (let i = 0; i < hidden.length; i++) hidden[i]! *= distribution(hidden[i]!);
    multiply(hidden, header.contract).forEach((value, d) => (x[d]! += value));
    return { x, error: new Float64Array(x.length).fill(FIRST_LAYER_ERROR * rootMeanSquare(x)) };
  };
}

/** One head: fills its columns of `mixed`. */
function attend(
  query: Float64Array,
  keys: readonly Float64Array[],
  values: readonly Float64Array[],
  [from, to]: readonly [number, number],
  mixed: Float64Array,
): void {
  const scores = keys.map((key) => {
    let score = 0;
    for (let d = from; d < to; d++) score += query[d]! * key[d]!;
    return score / Math.sqrt(to - from);
  });
  const top = Math.max(...scores);
  const weights = scores.map((score) => Math.exp(score - top));
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  for (const [j, value] of values.entries()) {
    for (let d = from; d < to; d++) mixed[d]! += (weights[j]! / whole) * value[d]!;
  }
}

/** What errors of the first layer are measured by. */
export function rootMeanSquare(x: ArrayLike<number>): number {
  let sum = 0;
  for (let d = 0; d < x.length; d++) sum += x[d]! ** 2;
  return Math.sqrt(sum / x.length);
}
