/** The optimizer's part of a training step: what its graph is fed, and the state that it gives back. */

import { Tensor } from 'onnxruntime-common';
import { learningRateAt, type Recipe } from './recipe.js';
import type { TrainState } from './train-state.js';

/** A vector for a graph. */
export const vector = (data: Float32Array): Tensor => new Tensor('float32', data, [data.length]);
/** A number for a graph. */
export const scalar = (value: number): Tensor => new Tensor('float32', Float32Array.of(value), []);

/** Moments, rate and number of the step after `state`. */
export function feedOptimizer(recipe: Recipe, state: TrainState): Record<string, Tensor> {
  const step = state.step + 1;
  return {
    first_moment: vector(state.firstMoment),
    second_moment: vector(state.secondMoment),
    learning_rate: scalar(learningRateAt(recipe, step)),
    step: scalar(step),
  };
}

/** What the graph made of parameters and moments, and the norm of the gradient. */
export function readOptimizer(
  outputs: Readonly<Record<string, Tensor>>,
): Omit<TrainState, 'step' | 'dataHash'> & { readonly gradientNorm: number } {
  const floats = (name: string): Float32Array => outputs[name]!.data as Float32Array;
  return {
    parameters: floats('next_parameters'),
    firstMoment: floats('next_first_moment'),
    secondMoment: floats('next_second_moment'),
    gradientNorm: floats('gradient_norm')[0]!,
  };
}
