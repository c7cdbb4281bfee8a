/**
 * The training loop: draws examples, runs the train-step graph, and yields what happened. Files,
 * progress bars and interruptions are its caller's; the loop itself is data in, events out.
 */

import { createTokenizer, layoutPrompt, type ExampleSource, type Tokenizer } from '@lifegpt/core';
import { drawBatch, type TrainBatch } from './batch.js';
import { NOISE } from './config.js';
import { hashBytes } from './hash.js';
import { startAsRowsAndColumns } from './initial-positions.js';
import { learningRateAt, vocabularyOf, type BatchSize, type Recipe } from './recipe.js';
import type { Runtime } from './runtime.js';
import { addToAverage, initialiseState, nameParameters, type TrainState } from './train-state.js';
import { createTrainStepper, type StepResult } from './train-stepper.js';

/** One finished training step. */
export interface StepEvent extends BatchSize, Omit<StepResult, 'state'> {
  readonly kind: 'step';
  /** Number of the step, from 1. */
  readonly step: number;
  readonly answerTokens: number;
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
  const stepper = await createTrainStepper(runtime, recipe);
  const tokenizer = createTokenizer(vocabularyOf(recipe));
  let state = options.state ?? beginTraining(recipe, tokenizer);
  let saved = recipe.steps === 0 ? null : state.step; // a mean of weights without steps is to be kept
  try {
    while (state.step < recipe.steps && !signal?.aborted) {
      const began = performance.now();
      const step = state.step + 1;
      const batch = drawBatch(recipe, state, source, tokenizer);
      const learningRate = learningRateAt(recipe, step);
      const { state: next, ...result } = await stepper.run(state, batch, learningRate);
      state = { ...next, dataHash: await chainHash(state.dataHash, batch) };
      if (isAveraged(recipe, step)) {
        state = { ...state, average: addToAverage(state.average, state.parameters) };
      }
      yield {
        kind: 'step',
        step,
        ...batch.size,
        ...result,
        answerTokens: batch.targets.length,
        learningRate,
        seconds: (performance.now() - began) / 1000,
      };
      if (step % recipe.checkpoint_every === 0) {
        saved = step;
        yield { kind: 'checkpoint', state };
      }
    }
    if (saved !== state.step) yield { kind: 'checkpoint', state };
  } finally {
    await stepper.release();
  }
}

/** True after a step whose weights are in the mean that the model becomes. */
function isAveraged({ average_weights: averaging, steps }: Recipe, step: number): boolean {
  return averaging !== undefined && step > averaging.from * steps && step % averaging.every === 0;
}

/** The state before the first step of a training from random weights. */
function beginTraining(recipe: Recipe, tokenizer: Tokenizer): TrainState {
  const state = initialiseState(recipe.model, recipe.seed);
  if (recipe.initial_positions === 'rows-and-columns') {
    const [side] = recipe.model.trained_for.sides;
    const layout = layoutPrompt(tokenizer, side, side);
    const positions = nameParameters(recipe.model, state.parameters).find(
      ({ name }) => name === 'wpe.weight',
    )!;
    startAsRowsAndColumns(positions.data, layout, recipe.seed, NOISE);
  }
  return state;
}

/** The hash of all batches up to this one. */
async function chainHash(before: string, { inputs, targets }: TrainBatch): Promise<string> {
  const head = new TextEncoder().encode(before);
  const bytes = new Uint8Array(head.length + inputs.byteLength + targets.byteLength);
  bytes.set(head);
  bytes.set(new Uint8Array(inputs.buffer, inputs.byteOffset, inputs.byteLength), head.length);
  bytes.set(
    new Uint8Array(targets.buffer, targets.byteOffset, targets.byteLength),
    head.length + inputs.byteLength,
  );
  return hashBytes(bytes);
}
