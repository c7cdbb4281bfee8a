/**
 * A long run of one large board: from generation to generation a token whose window holds what it held before is kept, since
 * it is a function of what the window holds. The run says how many tokens were computed and how many kept.
 */

import {
  encodeHeader,
  formOfRule,
  listFormBits,
  TORUS,
  type Grid,
  type PromptHeader,
  type Rule,
  type Topology,
} from '@lifegpt/core';
import { decodeJacobi } from '../decode/jacobi.js';
import type { LanguageModel } from '../network/language-model.js';
import type { NearBoards } from '../network/near-pass.js';
import { openNearRun, type NearStep } from '../network/near-run.js';
import { checkTrainedFor } from '../network/trained-for.js';
import { predictBatch } from './predict-batch.js';

/** What to run. */
export interface NearRunOptions {
  readonly model: LanguageModel;
  readonly rule: Rule;
  /** A torus when left out. */
  readonly topology?: Topology;
  /** The state to begin with; it stays as it is. */
  readonly grid: Grid;
  readonly generations: number;
  readonly signal?: AbortSignal;
}

/** One generation of such a run. */
export interface NearGeneration {
  /** From 1. */
  readonly generation: number;
  /** The state. Its cells are the run's own and change with the next generation: copy what is to be kept. */
  readonly grid: Grid;
  /** Row-major indices of the cells that are not what they were a generation before. */
  readonly changed: Int32Array;
  /** Tokens that the model computed for this generation, and those that were kept; together all of an answer. */
  readonly computed: number;
  readonly kept: number;
  /** Passes over answer tokens. */
  readonly forwardPasses: number;
  /** The smallest margin of the computed tokens over their second choice, in logits. */
  readonly minMargin: number;
  /** Computed tokens that are no cell, or a missing end marker. */
  readonly malformedTokens: number;
  readonly seconds: number;
}

/**
 * Runs a board generation after generation, each from the model's own last state.
 * @throws InputError when the model was not trained for this rule or size.
 */
export async function* predictNear(options: NearRunOptions): AsyncGenerator<NearGeneration> {
  const { model, rule, topology = TORUS, generations, signal } = options;
  const { width, height } = options.grid;
  checkTrainedFor(model, options.grid, rule, topology);
  const { near } = model;
  const header = { rule, topology };
  const run = near && openNearRun(near, layHeader(model, options.grid, header), options.grid.cells);
  const cells = run?.cells ?? options.grid.cells.slice();
  const grid = { width, height, cells };
  const all = width * height + 1;
  for (let generation = 1; generation <= generations; generation++) {
    const began = performance.now();
    let done: DenseStep | NearStep | null = (await run?.step(signal)) ?? null;
    let malformedTokens = 0;
    if (done === null) {
      const dense = await stepDensely(model, grid, header, signal);
      cells.set(dense.next);
      run?.forget();
      malformedTokens = dense.malformedTokens;
      done = dense;
    }
    yield {
      generation,
      grid,
      changed: done.changed,
      computed: done.computed,
      kept: all - done.computed,
      forwardPasses: done.forwardPasses,
      minMargin: done.minMargin,
      malformedTokens,
      seconds: (performance.now() - began) / 1000,
    };
  }
}

interface DenseStep extends NearStep {
  readonly next: Uint8Array;
  readonly malformedTokens: number;
}

/** A generation without a plan: every token is computed. */
async function stepDensely(
  model: LanguageModel,
  grid: Grid,
  header: PromptHeader,
  signal: AbortSignal | undefined,
): Promise<DenseStep> {
  const batch = await predictBatch(model, [grid], {
    headers: [header],
    decode: decodeJacobi,
    signal,
  });
  const { grid: next, malformedTokens, margins } = batch.answers[0]!;
  const changed = Int32Array.from(next.cells.keys()).filter((k) => next.cells[k] !== grid.cells[k]);
  const { forwardPasses, minMargin } = batch;
  const computed = margins.length;
  return { changed, computed, forwardPasses, minMargin, malformedTokens, next: next.cells };
}

/** What the tokens of a board's header say. */
function layHeader(
  { tokenizer }: LanguageModel,
  { width, height }: Grid,
  header: PromptHeader,
): Omit<NearBoards, 'texts'> {
  const tokens = encodeHeader(tokenizer, header);
  const markerIds = [tokens[1]!, tokens.at(-1)!];
  const rules = Uint8Array.from(listFormBits(header.rule));
  return { width, height, form: formOfRule(header.rule), markerIds, rules };
}
