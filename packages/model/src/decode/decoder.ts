/** What all decoding strategies have in common: the same tokens, in more or fewer passes. */

import type { PromptLayout } from '@lifegpt/core';
import { InputError } from '@lifegpt/core';
import type { LanguageModel } from '../language-model.js';

/** Boards of one size whose next states are asked for. */
export interface DecodeRequest {
  readonly layout: PromptLayout;
  /** `[boards, promptTokens]` */
  readonly prompts: Int32Array;
  readonly signal?: AbortSignal;
  /** Called after each pass with the number of answer tokens decided so far, of all boards. */
  readonly onProgress?: (decided: number, total: number) => void;
}

/** The answers, and what they cost. */
export interface DecodeResult {
  /** `[boards, answerTokens]` */
  readonly tokens: Int32Array;
  readonly forwardPasses: number;
  /** Smallest difference between the best and the second logit over all positions. */
  readonly minMargin: number;
}

/** A decoding strategy at temperature 0. */
export type Decoder = (model: LanguageModel, request: DecodeRequest) => Promise<DecodeResult>;

/**
 * Below this logit margin two forward passes of different shape may disagree by rounding, and the
 * position is decided by the sequential reference. Measured differences are below 1e-4.
 */
export const NEAR_TIE_MARGIN = 1e-3;

/** The number of boards in a request. @throws InputError when the prompts do not fit the layout. */
export function countBoards({ prompts, layout }: DecodeRequest): number {
  const boards = prompts.length / layout.promptTokens;
  if (!Number.isInteger(boards) || boards < 1) {
    throw new InputError(
      `prompts for ${layout.width}x${layout.height} have ${layout.promptTokens} tokens each; ${prompts.length} tokens were given`,
    );
  }
  return boards;
}

/** The most likely token of each row of logits, and the smallest margin among them. */
export function pickBest(
  logits: Float32Array,
  vocabulary: number,
): { tokens: Int32Array; minMargin: number } {
  const rows = logits.length / vocabulary;
  const tokens = new Int32Array(rows);
  let minMargin = Infinity;
  for (let row = 0; row < rows; row++) {
    let [best, second, token] = [-Infinity, -Infinity, 0];
    for (let id = 0; id < vocabulary; id++) {
      const logit = logits[row * vocabulary + id]!;
      if (logit > best) [best, second, token] = [logit, best, id];
      else if (logit > second) second = logit;
    }
    tokens[row] = token;
    minMargin = Math.min(minMargin, best - second);
  }
  return { tokens, minMargin };
}
