/** Parameters of a model by their names, and the values from which training starts. */

import { openStream, type RandomStream } from '@lifegpt/core';

/** `ones`, `zeros`, normal noise of a standard deviation, or values that are drawn in some other way. */
export type InitialValues =
  'ones' | 'zeros' | number | ((random: RandomStream, count: number) => ArrayLike<number>);

/** A parameter of the model, by its GPT-2 name. */
export interface ParameterSpec {
  readonly name: string;
  readonly shape: readonly number[];
  /** How training starts it. */
  readonly initial: InitialValues;
}

/** The number of elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, dim) => product * dim, 1);
}

/** Draws a parameter's first values: a pure function of the seed and the parameter's name. */
export function drawInitialWeights(
  { name, shape, initial }: ParameterSpec,
  seed: number,
): Float32Array {
  const count = sizeOf(shape);
  if (initial === 'zeros') return new Float32Array(count);
  if (initial === 'ones') return new Float32Array(count).fill(1);
  const random = openStream(seed, 'initial', name);
  return typeof initial === 'number'
    ? Float32Array.from({ length: count }, () => initial * random.nextGaussian())
    : Float32Array.from(initial(random, count));
}
