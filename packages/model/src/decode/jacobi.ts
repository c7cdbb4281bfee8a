import { positionIds } from '../positions.js';
import { countBoards, NEAR_TIE_MARGIN, pickBest, type Decoder } from './decoder.js';
import { decodeGreedy } from './greedy.js';

/**
 * Guesses the whole answer, runs one pass over it, replaces it by the most likely tokens, and
 * repeats until nothing changes (Santilli et al. 2023, arXiv 2305.10427).
 *
 * The fixed point is the greedy answer: its first token depends on the prompt alone, so it is right
 * after one pass; and when the first k tokens are right, token k + 1 is after the next pass. A cell
 * of Life hardly depends on earlier answer tokens, so two or three passes do.
 *
 * Margins below `NEAR_TIE_MARGIN` could round differently in a pass of another shape; then the
 * sequential reference decides.
 */
export const decodeJacobi: Decoder = async (model, request) => {
  const { layout, prompts, signal, onProgress } = request;
  const { promptTokens, inputTokens, answerTokens, firstCell } = layout;
  const boards = countBoards(request);
  const positions = positionIds(model.config, layout);

  const inputs = new Int32Array(boards * inputTokens);
  for (let b = 0; b < boards; b++) {
    const prompt = prompts.subarray(b * promptTokens, (b + 1) * promptTokens);
    inputs.set(prompt, b * inputTokens);
    // the first guess: that nothing moves
    const cells = prompt.subarray(firstCell, firstCell + answerTokens);
    inputs.set(cells.subarray(0, inputTokens - promptTokens), b * inputTokens + promptTokens);
  }

  for (let forwardPasses = 1; ; forwardPasses++) {
    signal?.throwIfAborted();
    const logits = await model.logits(inputs, boards, positions, answerTokens);
    const { tokens, minMargin } = pickBest(logits, model.config.vocab_size);
    const firstChange = replaceAnswers(inputs, tokens, layout, boards);
    onProgress?.(Math.max(forwardPasses, firstChange) * boards, tokens.length);
    if (firstChange < answerTokens) continue;
    if (minMargin >= NEAR_TIE_MARGIN) return { tokens, forwardPasses, minMargin };
    const reference = await decodeGreedy(model, request);
    return { ...reference, forwardPasses: forwardPasses + reference.forwardPasses };
  }
};

/** Writes the new answers over the guesses; returns the first position that differed anywhere. */
function replaceAnswers(
  inputs: Int32Array,
  tokens: Int32Array,
  {
    promptTokens,
    inputTokens,
    answerTokens,
  }: { promptTokens: number; inputTokens: number; answerTokens: number },
  boards: number,
): number {
  let firstChange = answerTokens;
  for (let b = 0; b < boards; b++) {
    for (let k = 0; k < inputTokens - promptTokens; k++) {
      const at = b * inputTokens + promptTokens + k;
      const token = tokens[b * answerTokens + k]!;
      if (inputs[at] !== token) firstChange = Math.min(firstChange, k);
      inputs[at] = token;
    }
  }
  return firstChange;
}
