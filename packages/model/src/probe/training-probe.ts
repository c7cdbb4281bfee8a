/**
 * What weights in training write and where they look: the network with all parameters as an input, so
 * that it is compiled once and read as often as they change.
 */

import { createTokenizer, type Grid } from '@lifegpt/core';
import type { GraphBuilder } from '@lifegpt/onnx-training';
import { Tensor } from 'onnxruntime-common';
import { readAttention } from './attention-probe.js';
import type { AttentionWeights } from './attention-weights.js';
import { chooseBest } from '../decode/choose.js';
import { readAnswer } from '../predict/predict-batch.js';
import { sharpnessAt, vocabularyOf, type Recipe } from '../training/recipe.js';
import type { Runtime } from '../runtime.js';
import { defaultHeader } from '../network/trained-for.js';
import { declareParameters } from '../training/train-step.js';
import { createTextReader } from '../workbench/workbench.js';

/** A model's view of one example, seen as training sees it: each cell after a right answer so far. */
export interface TrainingView {
  /** The most likely token of each cell; what is no cell counts as dead. */
  readonly written: Grid;
  readonly weights: AttentionWeights;
}

/** Reads weights in training. */
export interface TrainingProbe {
  /**
   * The view of one example.
   * @param parameters a flat vector as in `TrainState`
   * @param state the given state
   * @param next the state after it
   * @param step the step that the parameters come from, which decides λ; the last one when left out
   */
  read(parameters: Float32Array, state: Grid, next: Grid, step?: number): Promise<TrainingView>;
  /** Frees the runtime's memory. */
  release(): Promise<void>;
}

/** Opens the probe of a recipe's model; its network is compiled when it is first asked. */
export function createTrainingProbe(runtime: Runtime, recipe: Recipe): TrainingProbe {
  const { model: config } = recipe;
  const source = {
    name: 'in training',
    config,
    tokenizer: createTokenizer(vocabularyOf(recipe)),
    openParameters(graph: GraphBuilder) {
      const { parameters } = declareParameters(graph, config);
      return (name: string) => parameters.get(name)!;
    },
    sharpness: (graph: GraphBuilder) => graph.input('sharpness', 'float', []),
  };
  const texts = createTextReader(source, runtime);
  const header = defaultHeader(config.trained_for);
  return {
    async read(parameters, state, next, step = recipe.steps) {
      const flat = new Tensor('float32', parameters, [parameters.length]);
      const inputs = { parameters: flat, ...sharpnessFeed(recipe, step) };
      const cells = Array.from(state.cells, (_, cell) => cell);
      const question = { state, answer: next, header, cells, inputs };
      const { weights, logits } = await readAttention(texts, config, question);
      const vocabulary = config.vocab_size;
      const rows = { logits, vocabulary, boards: 1, firstBoard: 0, firstPosition: 0 };
      const { grid: written } = readAnswer(weights.layout, chooseBest(rows).tokens);
      return { written, weights };
    },
    release: texts.release,
  };
}

/** λ as training has it in a step, for the networks that have one. */
function sharpnessFeed({ location, ...recipe }: Recipe, step: number): Record<string, Tensor> {
  if (location === undefined) return {};
  const sharpness = sharpnessAt({ ...recipe, location }, step);
  return { sharpness: new Tensor('float32', Float32Array.of(sharpness), []) };
}
