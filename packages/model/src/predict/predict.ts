/**
 * The autoregressive autoregressor (ARAR): predicts a state, feeds it back, and so simulates; beside
 * each prediction stands the truth, when the caller hands in a stepper.
 */

import {
  createGrid,
  encodeAnswers,
  layoutPrompt,
  TORUS,
  type Grid,
  type Rule,
  type Stepper,
  type Topology,
} from '@lifegpt/core';
import type { TokenChooser } from '../decode/choose.js';
import type { Decoder } from '../decode/decoder.js';
import { decodeSpeculative } from '../decode/speculative.js';
import type { LanguageModel } from '../network/language-model.js';
import { decodeNear } from '../decode/near.js';
import { predictBatch } from './predict-batch.js';
import { predictNear } from './predict-near.js';
import { checkTrainedFor } from '../network/trained-for.js';

/** What to predict and how. */
export interface PredictOptions {
  readonly model: LanguageModel;
  readonly rule: Rule;
  /** A torus when left out. */
  readonly topology?: Topology;
  readonly grid: Grid;
  readonly generations: number;
  readonly decode: Decoder;
  /** How tokens are chosen in each generation; the most likely ones when left out. */
  readonly choose?: (generation: number) => TokenChooser;
  /**
   * Drafts each answer, to be verified instead of `decode`. The answers are the model's all the same;
   * how many of the draft's tokens stand in them is `acceptance`.
   */
  readonly draft?: Stepper;
  /** The truth to compare with. The model never sees it. */
  readonly truth?: Stepper;
  readonly signal?: AbortSignal;
}

/** One predicted generation. */
export interface Prediction {
  /** From 1. */
  readonly generation: number;
  readonly grid: Grid;
  /** The true state after as many generations from the start, or null without a stepper. */
  readonly truth: Grid | null;
  /** Answer tokens that are no cell, or a missing end marker. */
  readonly malformedTokens: number;
  readonly tokens: number;
  /** Those of them that were kept from the generation before, since their windows hold what they held. */
  readonly keptTokens: number;
  readonly forwardPasses: number;
  readonly minMargin: number;
  /** Share of a draft's tokens that stand in the answer; null without a draft. */
  readonly acceptance: number | null;
  readonly seconds: number;
}

/**
 * Predicts generation after generation, each from the model's own last state.
 * @throws InputError when the model was not trained for this rule or size.
 */
export async function* predictStates(options: PredictOptions): AsyncGenerator<Prediction> {
  const { model, rule, topology = TORUS, generations, decode, truth, signal } = options;
  let { grid } = options;
  checkTrainedFor(model, grid, rule, topology);
  const isKept = decode === decodeNear && model.near !== undefined;
  if (isKept && options.choose === undefined && options.draft === undefined) {
    yield* keepTokens(options);
    return;
  }
  const layout = layoutPrompt(model.tokenizer, grid.width, grid.height);
  let trueGrid = truth === undefined ? null : grid;
  for (let generation = 1; generation <= generations; generation++) {
    const began = performance.now();
    const decoder =
      options.draft === undefined
        ? decode
        : decodeSpeculative(
            encodeAnswers(layout, options.draft.step(grid, rule, 1, topology).cells),
          );
    const choose = options.choose?.(generation);
    const batch = await predictBatch(model, [grid], {
      headers: [{ rule, topology }],
      decode: decoder,
      choose,
      signal,
    });
    const { grid: answer, malformedTokens, margins } = batch.answers[0]!;
    const seconds = (performance.now() - began) / 1000;
    grid = answer;
    if (trueGrid !== null) trueGrid = truth!.step(trueGrid, rule, 1, topology);
    yield {
      generation,
      grid,
      truth: trueGrid,
      malformedTokens,
      tokens: margins.length,
      keptTokens: 0,
      forwardPasses: batch.forwardPasses,
      minMargin: batch.minMargin,
      acceptance: batch.acceptance,
      seconds,
    };
  }
}

/** The same by the plan, with kept tokens. */
async function* keepTokens(options: PredictOptions): AsyncGenerator<Prediction> {
  const { rule, topology = TORUS, truth } = options;
  const { width, height } = options.grid;
  let trueGrid = truth === undefined ? null : options.grid;
  for await (const step of predictNear(options)) {
    const { generation, computed, kept, forwardPasses, minMargin, malformedTokens, seconds } = step;
    if (trueGrid !== null) trueGrid = truth!.step(trueGrid, rule, 1, topology);
    yield {
      generation,
      grid: createGrid(width, height, step.grid.cells.slice()),
      truth: trueGrid,
      malformedTokens,
      tokens: computed + kept,
      keptTokens: kept,
      forwardPasses,
      minMargin,
      acceptance: null,
      seconds,
    };
  }
}
