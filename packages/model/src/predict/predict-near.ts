/**
 * A long run of one large board: from generation to generation a token whose window holds what it held before is kept, since
 * it is a function of what the window holds. The run says how many tokens were computed and how many kept.
 */

import { TORUS, type Grid, type Rule, type Topology } from '@lifegpt/core';
import { decodeJacobi } from '../decode/jacobi.js';
import type { LanguageModel } from '../network/language-model.js';
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
  checkTrainedFor(model, options.grid, rule, topology);
  const grid = { ...options.grid, cells: options.grid.cells.slice() };
  for (let generation = 1; generation <= generations; generation++) {
    const began = performance.now();
    const { answers, forwardPasses, minMargin } = await predictBatch(model, [grid], {
      headers: [{ rule, topology }],
      decode: decodeJacobi,
      signal,
    });
    const { grid: next, malformedTokens, margins } = answers[0]!;
    const changed: number[] = [];
    next.cells.forEach((cell, k) => {
      if (cell !== grid.cells[k]) changed.push(k);
    });
    grid.cells.set(next.cells);
    yield {
      generation,
      grid,
      changed: Int32Array.from(changed),
      computed: margins.length,
      kept: 0,
      forwardPasses,
      minMargin,
      malformedTokens,
      seconds: (performance.now() - began) / 1000,
    };
  }
}
