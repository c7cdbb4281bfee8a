import { InputError } from '@lifegpt/core';
import { countBoards, type Decoder } from './decoder.js';
import { iterateFromGuess } from './jacobi.js';

/**
 * Verifies a draft from elsewhere: one pass when the model would have written just that, and further
 * passes from where it would not. The answer is the model's in any case; the draft decides only how
 * soon it is found. `acceptance` is the share of the draft's tokens that stand in the answer.
 * @param draft `[boards, answerTokens]`
 */
export function decodeSpeculative(draft: Int32Array): Decoder {
  return async (model, request) => {
    const expected = countBoards(request) * request.layout.answerTokens;
    if (draft.length !== expected) {
      throw new InputError(
        `a draft for these prompts has ${expected} tokens; ${draft.length} were given`,
      );
    }
    const result = await iterateFromGuess(model, request, draft);
    const accepted = draft.reduce((sum, token, i) => sum + (token === result.tokens[i] ? 1 : 0), 0);
    return { ...result, acceptance: accepted / draft.length };
  };
}
