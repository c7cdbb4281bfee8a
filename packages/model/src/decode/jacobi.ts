import type { PromptLayout } from '@lifegpt/core';
import { positionIds } from '../positions.js';
import { chooserOf, countBoards, cutPrompts, NEAR_TIE_MARGIN, type Decoder } from './decoder.js';
import { decodeGreedy } from './greedy.js';

/**
 * Guesses the whole answer, runs one pass over it, replaces it by the chosen tokens, and repeats
 * until nothing changes (Santilli et al. 2023, arXiv 2305.10427). The first guess is that nothing
 * moves.
 *
 * The fixed point is the greedy answer: its first token depends on the prompt alone, so it is right
 * after one pass; and when the first k tokens are right, token k + 1 is after the next pass. A cell
 * of Life hardly depends on earlier answer tokens, so two or three passes do.
 *
 * Margins below `NEAR_TIE_MARGIN` could round differently in a pass of another shape; then the
 * sequential reference decides.
 */
export const decodeJacobi: Decoder = async (model, request) =>
  iterateFromGuess(model, request, guessThatNothingMoves(request));

/**
 * The fixed point from a guess of the answers.
 * @param guess `[boards, answerTokens]`; any guess gives the same answer, a good one sooner
 */
export async function iterateFromGuess(
  model: Parameters<Decoder>[0],
  request: Parameters<Decoder>[1],
  guess: Int32Array,
): ReturnType<Decoder> {
  const { layout, prompts, signal, onPass } = request;
  const { promptTokens, inputTokens, answerTokens: total } = layout;
  const choose = chooserOf(request);
  const boards = countBoards(request);
  const positions = positionIds(model.config, layout);
  const split = (promptTokens - 1) * (positions.length / inputTokens);

  // what the answer is asked with: the prompt's last token, then the answer but for its last one
  const inputs = new Int32Array(boards * total);
  for (let b = 0; b < boards; b++) inputs[b * total] = prompts[(b + 1) * promptTokens - 1]!;
  replaceAnswers(inputs, guess, layout, boards);
  const prompt = cutPrompts(request, boards);
  const cache = await model.prefill(prompt, boards, positions.subarray(0, split));
  try {
    for (let forwardPasses = 1; ; forwardPasses++) {
      signal?.throwIfAborted();
      const logits = await cache.answer(inputs, positions.subarray(split));
      const vocabulary = model.config.vocab_size;
      const { tokens, minMargin } = choose({ logits, vocabulary, boards, firstPosition: 0 });
      const firstChange = replaceAnswers(inputs, tokens, layout, boards);
      const decided = Math.min(total, Math.max(forwardPasses, firstChange + 1));
      onPass?.({ forwardPasses, answers: tokens, decided, total });
      if (firstChange < total) continue;
      if (minMargin >= NEAR_TIE_MARGIN) return { tokens, forwardPasses, minMargin };
      const reference = await decodeGreedy(model, request);
      return { ...reference, forwardPasses: forwardPasses + reference.forwardPasses };
    }
  } finally {
    cache.release();
  }
}

function guessThatNothingMoves(request: Parameters<Decoder>[1]): Int32Array {
  const { layout, prompts } = request;
  const { promptTokens, answerTokens, firstCell, endTokens, width, height } = layout;
  const boards = countBoards(request);
  const cells = width * height;
  const guess = new Int32Array(boards * answerTokens);
  for (let b = 0; b < boards; b++) {
    const from = b * promptTokens + firstCell;
    guess.set(prompts.subarray(from, from + cells), b * answerTokens);
    guess.set(endTokens, b * answerTokens + cells);
  }
  return guess;
}

/** Writes answers over those before; returns the first position that differed on any board. */
function replaceAnswers(
  inputs: Int32Array,
  answers: Int32Array,
  { answerTokens: total }: PromptLayout,
  boards: number,
): number {
  let firstChange = total;
  for (let b = 0; b < boards; b++) {
    for (let k = 0; k < total - 1; k++) {
      const at = b * total + k + 1;
      const token = answers[b * total + k]!;
      if (inputs[at] !== token) firstChange = Math.min(firstChange, k);
      inputs[at] = token;
    }
  }
  return firstChange;
}
