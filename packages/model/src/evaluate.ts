/** Fresh boards through the model, one step each, against the truth that came with them. */

import { encodePrompts, layoutPrompt, type Examples } from '@lifegpt/core';
import type { Decoder } from './decode/decoder.js';
import type { LanguageModel } from './language-model.js';
import { readAnswer } from './predict.js';

/** Counts of one evaluated batch. */
export interface EvaluationCounts {
  readonly boards: number;
  readonly cells: number;
  readonly wrongCells: number;
  /** Boards with a wrong cell or a malformed answer. */
  readonly wrongBoards: number;
  readonly forwardPasses: number;
  readonly minMargin: number;
}

/** Predicts the next state of every example and counts what is wrong. */
export async function evaluateExamples(
  model: LanguageModel,
  decode: Decoder,
  examples: Examples,
  signal?: AbortSignal,
): Promise<EvaluationCounts> {
  const { boards, width, height, states, nextStates } = examples;
  const layout = layoutPrompt(model.tokenizer, width, height);
  const cells = width * height;
  const { tokens, forwardPasses, minMargin } = await decode(model, {
    layout,
    prompts: encodePrompts(layout, states),
    ...(signal === undefined ? {} : { signal }),
  });
  let [wrongCells, wrongBoards] = [0, 0];
  for (let b = 0; b < boards; b++) {
    const answer = tokens.subarray(b * layout.answerTokens, (b + 1) * layout.answerTokens);
    const { grid, malformedTokens } = readAnswer(layout, answer);
    const wrong = grid.cells.reduce((sum, cell, k) => sum + (cell === nextStates[b * cells + k] ? 0 : 1), 0);
    wrongCells += wrong;
    if (wrong > 0 || malformedTokens > 0) wrongBoards++;
  }
  return { boards, cells: boards * cells, wrongCells, wrongBoards, forwardPasses, minMargin };
}
