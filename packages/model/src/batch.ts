/** The batch of a training step: a pure function of the recipe, the step, and the sizes that had errors. */

import {
  encodeExamples,
  encodePairExamples,
  layoutPair,
  layoutPrompt,
  openStream,
  topologyOfToken,
  type ExampleRequest,
  type ExampleSource,
  type PromptHeader,
  type PromptLayout,
  type RandomStream,
  type Tokenizer,
  type Topology,
} from '@lifegpt/core';
import type { TextLayout } from './positions.js';
import { drawBatchSize, listTopologiesOf, stageAt, type BatchSize, type Recipe } from './recipe.js';
import { sample } from './sample.js';
import type { TrainState } from './train-state.js';
import { drawTrainingRule } from './training-rules.js';
import { drawWindows, takeTokens, wholeText, type TextPart } from './windows.js';

/** A batch as the train-step graph takes it. */
export interface TrainBatch {
  readonly size: BatchSize;
  /** The topology of each board. */
  readonly topologies: readonly Topology[];
  readonly layout: TextLayout;
  /** Which of the text's tokens the batch has: all, or those of some windows. */
  readonly part: TextPart;
  /** `[boards, part.tokens]` */
  readonly inputs: Int32Array;
  /** `[boards, part.answers]` */
  readonly targets: Int32Array;
  /**
   * What is added to the scores of keys, `[boards, part.tokens]`: by forgetful masking, or because a key stands for
   * several that windows leave out; null without either.
   */
  readonly keyScores: Float32Array | null;
}

/** The batch of the step after `state`: a pure function of recipe, step and hard sizes. */
export function drawBatch(
  recipe: Recipe,
  { step: done, hardSizes }: TrainState,
  source: ExampleSource,
  tokenizer: Tokenizer,
): TrainBatch {
  const step = done + 1;
  const random = openStream(recipe.seed, 'batch', step);
  const size = drawBatchSize(recipe, step, hardSizes, random);
  const densities = stageAt(recipe, step).densities ?? recipe.densities;
  const density = densities[random.nextInt(densities.length)]!;
  const headers = drawHeaders(recipe, step, size);
  const { boards, width, height } = size;
  const request = {
    seed: recipe.seed,
    index: step,
    boards,
    width,
    height,
    ...headers[0]!,
    density,
  };
  const pool = recipe.training_boards;
  const { states, nextStates } = drawExamples(source, request, headers, pool, random);
  const topologies = headers.map(({ topology }) => topology);
  if (recipe.model.task === 'infer-rule') {
    const layout = layoutPair(tokenizer, width, height);
    const tokens = encodePairExamples(layout, states, nextStates, topologies[0]!);
    return { size, topologies, layout, part: wholeText(layout), ...tokens, keyScores: null };
  }
  const layout = layoutPrompt(tokenizer, width, height);
  const tokens = encodeExamples(layout, states, nextStates, headers);
  addAnswerNoise(recipe, step, layout, tokens.inputs);
  const most = stageAt(recipe, step).window_cells ?? Infinity;
  const windows = openStream(recipe.seed, 'windows', step);
  const part = drawWindows(layout, topologies, most, windows);
  const inputs = takeTokens(tokens.inputs, layout.inputTokens, part.tokens);
  const targets = takeTokens(tokens.targets, layout.answerTokens, part.answers);
  const keyScores =
    part.keyScores === null
      ? drawForgotten(recipe, step, size.boards, part.tokens.length)
      : repeat(part.keyScores, size.boards);
  return { size, topologies, layout, part, inputs, targets, keyScores };
}

/** What each board of a batch is stepped with: the first one on the batch's topology, the others on any of its size. */
function drawHeaders(recipe: Recipe, step: number, size: BatchSize): PromptHeader[] {
  const random = openStream(recipe.seed, 'batch rules', step);
  const choices = listTopologiesOf(recipe, size);
  return Array.from({ length: size.boards }, (_, b) => ({
    rule: drawTrainingRule(recipe, step, random),
    topology: topologyOfToken(
      b === 0 ? (size.topology ?? 'T') : choices[random.nextInt(choices.length)]!,
    ),
  }));
}

/**
 * Boards and the states after them: fresh ones, all at once where they have one header, or at random out of the first
 * `pool` boards of a stream that all steps share.
 */
function drawExamples(
  source: ExampleSource,
  request: ExampleRequest,
  headers: readonly PromptHeader[],
  pool: number | undefined,
  random: RandomStream,
): { states: Uint8Array; nextStates: Uint8Array } {
  const [first] = headers as [PromptHeader];
  const isOne = headers.every(
    ({ rule, topology }) =>
      topology === first.topology &&
      rule.birth === first.rule.birth &&
      rule.survival === first.rule.survival,
  );
  if (isOne && pool === undefined) return source.draw(request);
  const cells = request.width * request.height;
  const states = new Uint8Array(request.boards * cells);
  const nextStates = new Uint8Array(request.boards * cells);
  headers.forEach((header, b) => {
    const place = pool === undefined ? { first: b } : { index: 0, first: random.nextInt(pool) };
    const one = source.draw({ ...request, ...header, ...place, boards: 1 });
    states.set(one.states, b * cells);
    nextStates.set(one.nextStates, b * cells);
  });
  return { states, nextStates };
}

/** The same values for each of some boards. */
function repeat(values: Float32Array, boards: number): Float32Array {
  const all = new Float32Array(boards * values.length);
  for (let b = 0; b < boards; b++) all.set(values, b * values.length);
  return all;
}

/** Puts random cells where the first boards of a batch have their answers as inputs. */
function addAnswerNoise(
  { seed, answer_noise: share = 0 }: Recipe,
  step: number,
  { promptTokens, inputTokens, width, height, cellTokens }: PromptLayout,
  inputs: Int32Array,
): void {
  if (share === 0) return;
  const random = openStream(seed, 'answer noise', step);
  const boards = Math.ceil(share * (inputs.length / inputTokens));
  for (let b = 0; b < boards; b++) {
    const from = b * inputTokens + promptTokens;
    for (let k = 0; k < width * height; k++) {
      inputs[from + k] = cellTokens[random.nextInt(2) as 0 | 1];
    }
  }
}

/**
 * Forgetful causal masking (Liu et al. 2022, arXiv 2210.13432), as the paper's library does it: of each
 * text the same share of keys, and never the first, is hidden from all queries of all layers.
 */
export function drawForgotten(
  { seed, forgetful_masking: share = 0 }: Recipe,
  step: number,
  boards: number,
  tokens: number,
): Float32Array | null {
  if (share === 0) return null;
  const random = openStream(seed, 'forgotten', step);
  const mask = new Float32Array(boards * tokens);
  const count = Math.floor(share * tokens);
  const keys = Array.from({ length: tokens - 1 }, (_, i) => i + 1);
  for (let b = 0; b < boards; b++) {
    for (const key of sample(keys, count, random)) mask[b * tokens + key] = -1e9;
  }
  return mask;
}
