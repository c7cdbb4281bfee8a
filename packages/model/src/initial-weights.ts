/** The weights that training starts from: a pure function of the seed and the parameter's name. */

import { openStream } from '@lifegpt/core';
import { sizeOf, type InitialWaves, type ParameterSpec } from './config.js';

/** Draws a parameter's first values. */
export function drawInitialWeights(
  { name, shape, initial }: ParameterSpec,
  seed: number,
): Float32Array {
  const values = new Float32Array(sizeOf(shape));
  if (initial === 'ones') return values.fill(1);
  if (initial === 'zeros') return values;
  const random = openStream(seed, 'initial', name);
  const noise = typeof initial === 'number' ? initial : initial.noise;
  for (let i = 0; i < values.length; i++) values[i] = noise * random.nextGaussian();
  if (typeof initial !== 'number') addWaves(values, shape[1]!, initial);
  return values;
}

/** The shortest wave, in cells; the longest is twice the longest side. */
const SHORTEST_PERIOD = 2;

/** Adds cosine and sine of the row's number, with periods in geometric progression; row 0 has none. */
function addWaves(values: Float32Array, width: number, { amplitude, columns }: InitialWaves): void {
  const [first, count] = columns;
  const pairs = Math.floor(count / 2);
  const rows = values.length / width;
  const longestPeriod = 2 * (rows - 1);
  for (let row = 1; row < rows; row++) {
    for (let pair = 0; pair < pairs; pair++) {
      const ratio = (longestPeriod / SHORTEST_PERIOD) ** (pair / Math.max(1, pairs - 1));
      const angle = (2 * Math.PI * row) / (SHORTEST_PERIOD * ratio);
      const at = row * width + first + 2 * pair;
      values[at]! += amplitude * Math.cos(angle);
      values[at + 1]! += amplitude * Math.sin(angle);
    }
  }
}
