/** One step of boards of one size in one go. */

import {
  createGrid,
  encodePrompts,
  layoutPrompt,
  type Grid,
  type PromptHeader,
  type PromptLayout,
} from '@lifegpt/core';
import type { TokenChooser } from './decode/choose.js';
import type { Decoder } from './decode/decoder.js';
import type { LanguageModel } from './language-model.js';

/** How a batch is decoded. */
export interface BatchOptions {
  /** Rule and topology of each board; models without a header need none. */
  readonly headers?: readonly PromptHeader[];
  readonly decode: Decoder;
  /** How tokens are chosen; the most likely ones when left out. */
  readonly choose?: TokenChooser | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What became of one board. */
export interface BoardAnswer {
  readonly grid: Grid;
  /** Answer tokens that are no cell, or a missing end marker. */
  readonly malformedTokens: number;
  /** Margins of the answer's tokens over their second choice, in logits; the first ones are the cells'. */
  readonly margins: Float32Array;
}

/** The answers for a batch, and what they cost. */
export interface BatchPrediction {
  readonly answers: readonly BoardAnswer[];
  readonly forwardPasses: number;
  readonly minMargin: number;
  /** Share of a draft's tokens that stand in the answers; null without a draft. */
  readonly acceptance: number | null;
}

/**
 * Predicts the next states of boards of one size. Whether the model was trained for them is the
 * caller's question (`checkTrainedFor`).
 */
export async function predictBatch(
  model: LanguageModel,
  boards: readonly Grid[],
  { headers, decode, choose, signal }: BatchOptions,
): Promise<BatchPrediction> {
  const { width, height } = boards[0]!;
  const layout = layoutPrompt(model.tokenizer, width, height);
  const states = new Uint8Array(boards.length * width * height);
  boards.forEach(({ cells }, b) => states.set(cells, b * width * height));
  const result = await decode(model, {
    layout,
    prompts: encodePrompts(layout, states, headers),
    ...(choose === undefined ? {} : { choose }),
    ...(signal === undefined ? {} : { signal }),
  });
  const { tokens, margins, forwardPasses, minMargin, acceptance = null } = result;
  const size = layout.answerTokens;
  const answers = boards.map((_, b) => ({
    ...readAnswer(layout, tokens.subarray(b * size, (b + 1) * size)),
    margins: margins.subarray(b * size, (b + 1) * size),
  }));
  return { answers, forwardPasses, minMargin, acceptance };
}

/** Reads one answer's tokens as a grid; a token that is no cell counts as dead and as malformed. */
export function readAnswer(
  layout: PromptLayout,
  tokens: Int32Array,
): { grid: Grid; malformedTokens: number } {
  const { width, height, cellTokens, endTokens } = layout;
  const grid = createGrid(width, height);
  let malformedTokens = 0;
  tokens.forEach((token, k) => {
    if (k < grid.cells.length) {
      if (token === cellTokens[1]) grid.cells[k] = 1;
      else if (token !== cellTokens[0]) malformedTokens++;
    } else if (token !== endTokens[k - grid.cells.length]) malformedTokens++;
  });
  return { grid, malformedTokens };
}
