/** The batch of a training step on texts in a line: a pure function of the recipe and the step. */

import {
  encodeExamples,
  layoutPrompt,
  openStream,
  type Examples,
  type ExampleRequest,
  type ExampleSource,
  type PromptLayout,
  type RandomStream,
  type Tokenizer,
} from '@lifegpt/core';
import { defaultHeader } from '../network/trained-for.js';
import { drawKind, stageAt, type Recipe } from './recipe.js';
import { sample } from './sample.js';

/** A batch as the train-step graph takes it. */
export interface LineBatch {
  readonly boards: number;
  readonly layout: PromptLayout;
  /** `[boards, inputTokens]` */
  readonly inputs: Int32Array;
  /** `[boards, answerTokens]` */
  readonly targets: Int32Array;
  /** What forgetful masking adds to the scores of keys, `[boards, inputTokens]`; null without it. */
  readonly keyScores: Float32Array | null;
}

/** The batch of the step after `done` steps. */
export function drawLineBatch(
  recipe: Recipe,
  done: number,
  source: ExampleSource,
  tokenizer: Tokenizer,
): LineBatch {
  const step = done + 1;
  const random = openStream(recipe.seed, 'batch', step);
  const { sizes, cells_per_batch: cells = 1, densities = recipe.densities } = stageAt(recipe, step);
  const { height, width } = drawKind(recipe, sizes, random);
  const boards = Math.max(1, Math.round(cells / (height * width)));
  const density = densities[random.nextInt(densities.length)]!;
  const header = defaultHeader(recipe.model.trained_for);
  const request = { seed: recipe.seed, index: step, boards, width, height, ...header, density };
  const { states, nextStates } = drawExamples(source, request, recipe.training_boards, random);
  const layout = layoutPrompt(tokenizer, width, height);
  const tokens = encodeExamples(layout, states, nextStates);
  const keyScores = drawForgotten(recipe, step, boards, layout.inputTokens);
  return { boards, layout, ...tokens, keyScores };
}

/** Fresh boards and the states after them, or some at random of the first `pool` boards of a stream that all steps share. */
function drawExamples(
  source: ExampleSource,
  request: ExampleRequest,
  pool: number | undefined,
  random: RandomStream,
): Pick<Examples, 'states' | 'nextStates'> {
  if (pool === undefined) return source.draw(request);
  const cells = request.width * request.height;
  const states = new Uint8Array(request.boards * cells);
  const nextStates = new Uint8Array(request.boards * cells);
  for (let b = 0; b < request.boards; b++) {
    const one = source.draw({ ...request, index: 0, first: random.nextInt(pool), boards: 1 });
    states.set(one.states, b * cells);
    nextStates.set(one.nextStates, b * cells);
  }
  return { states, nextStates };
}

/**
 * Forgetful causal masking (Liu et al. 2022, arXiv 2210.13432), as the paper's library does it: of each
 * text the same share of keys, and never the first, is hidden from all queries of all layers.
 */
export function drawForgotten(
  { seed, forgetful_masking: share = 0 }: Pick<Recipe, 'seed' | 'forgetful_masking'>,
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
