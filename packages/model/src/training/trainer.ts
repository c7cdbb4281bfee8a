/**
 * The training loop: takes steps, and yields what happened. Files, progress bars and interruptions are its caller's; the
 * loop itself is data in, events out.
 */

import { createTokenizer, InputError, layoutPrompt, type ExampleSource } from '@lifegpt/core';
import { isLocationConfig } from '../network/location-config.js';
import { NOISE } from '../network/gpt-config.js';
import { startAsRowsAndColumns } from '../network/initial-positions.js';
import type { Runtime } from '../runtime.js';
import { openLineTraining } from './line-training.js';
import { openLocationTraining } from './location-training.js';
import { learningRateAt, vocabularyOf, type Recipe } from './recipe.js';
import { initialiseState, nameParameters, type TrainState } from './train-state.js';
import type { StepResult, Training } from './training.js';

/** One finished training step. */
export interface StepEvent extends Omit<StepResult, 'state'> {
  readonly kind: 'step';
  /** Number of the step, from 1. */
  readonly step: number;
  readonly learningRate: number;
  readonly seconds: number;
}

/** A state worth keeping: every `checkpoint_every` steps, at the end, and when interrupted. */
export interface CheckpointEvent {
  readonly kind: 'checkpoint';
  readonly state: TrainState;
}

/** What `train` needs. */
export interface TrainOptions {
  readonly runtime: Runtime;
  readonly recipe: Recipe;
  readonly source: ExampleSource;
  /** Where to go on from; a fresh state when left out. */
  readonly state?: TrainState;
  /** Stops after the step in progress, with a last checkpoint. */
  readonly signal?: AbortSignal;
}

/** Trains until the recipe's last step or until aborted. */
export async function* train(options: TrainOptions): AsyncGenerator<StepEvent | CheckpointEvent> {
  const { runtime, recipe, source, signal } = options;
  const training = await openTraining(runtime, recipe, source);
  let state = options.state ?? beginTraining(recipe);
  let saved = state.step;
  try {
    while (state.step < recipe.steps && !signal?.aborted) {
      const began = performance.now();
      const { state: next, ...result } = await training.step(state);
      state = next;
      const { step } = state;
      const seconds = (performance.now() - began) / 1000;
      const learningRate = learningRateAt(recipe, step);
      yield { kind: 'step', step, ...result, learningRate, seconds };
      if (step % recipe.checkpoint_every === 0) {
        saved = step;
        yield { kind: 'checkpoint', state };
      }
    }
    if (saved !== state.step) yield { kind: 'checkpoint', state };
  } finally {
    await training.release();
  }
}

/** Compiles the training of a recipe. */
export function openTraining(
  runtime: Runtime,
  recipe: Recipe,
  source: ExampleSource,
): Promise<Training> {
  const { model, location } = recipe;
  return isLocationConfig(model)
    ? openLocationTraining(runtime, { ...recipe, model, location: location! }, source)
    : openLineTraining(runtime, { ...recipe, model }, source);
}

/** The state before the first step. */
function beginTraining(recipe: Recipe): TrainState {
  if (recipe.initial_weights !== undefined) {
    throw new InputError(
      `recipe ${recipe.name} begins with the weights of SHA-256 ${recipe.initial_weights}; name the model that has them (--from)`,
    );
  }
  const state = initialiseState(recipe.model, recipe.seed);
  if (recipe.initial_positions === 'rows-and-columns') {
    const [side] = recipe.model.trained_for.sides;
    const layout = layoutPrompt(createTokenizer(vocabularyOf(recipe)), side, side);
    const positions = nameParameters(recipe.model, state.parameters).find(
      ({ name }) => name === 'wpe.weight',
    )!;
    startAsRowsAndColumns(positions.data, layout, recipe.seed, NOISE);
  }
  return state;
}
