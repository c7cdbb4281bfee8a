/** A prompt as it stands, answered as it stands: what the model reads and writes, without boards around it. */

import { formatBoundedRule } from '@lifegpt/core';
import { checkTrainedFor, decodeBoards, type Decoder, type LanguageModel } from '@lifegpt/model';
import { readQuestion } from './serve/completions.js';

/**
 * Completes a prompt such as `@PredictNextState<0110…> [`.
 * @returns the answer's text with its end marker
 * @throws InputError when the text is no prompt, or the model was not trained for its board
 */
export async function answerPrompt(
  model: LanguageModel,
  prompt: string,
  decode: Decoder,
  signal: AbortSignal,
): Promise<{ readonly text: string; readonly board: string }> {
  const { grid, rule, topology, given } = readQuestion(model, prompt, undefined);
  checkTrainedFor(model, grid, rule, topology);
  const { width, height, cells } = grid;
  const { tokens } = await decodeBoards(
    model,
    { width, height, states: cells },
    { headers: [{ rule, topology }], decode, signal },
  );
  return {
    text: model.tokenizer.decode(tokens.subarray(given.length)),
    board: formatBoundedRule(rule, { topology, width, height }),
  };
}
