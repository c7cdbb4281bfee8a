import { positionIds } from '../positions.js';
import { countBoards, pickBest, type Decoder } from './decoder.js';

/** One token after the other, each the most likely one: the sequential reference. */
export const decodeGreedy: Decoder = async (model, request) => {
  const { layout, prompts, signal, onProgress } = request;
  const { promptTokens, inputTokens, answerTokens } = layout;
  const boards = countBoards(request);
  const positions = positionIds(model.config, layout);
  const columns = positions.length / inputTokens;
  const answers = new Int32Array(boards * answerTokens);
  let minMargin = Infinity;

  for (let k = 0; k < answerTokens; k++) {
    signal?.throwIfAborted();
    const length = promptTokens + k;
    const inputs = new Int32Array(boards * length);
    for (let b = 0; b < boards; b++) {
      inputs.set(prompts.subarray(b * promptTokens, (b + 1) * promptTokens), b * length);
      inputs.set(
        answers.subarray(b * answerTokens, b * answerTokens + k),
        b * length + promptTokens,
      );
    }
    const logits = await model.logits(inputs, boards, positions.subarray(0, length * columns), 1);
    const best = pickBest(logits, model.config.vocab_size);
    minMargin = Math.min(minMargin, best.minMargin);
    best.tokens.forEach((token, b) => (answers[b * answerTokens + k] = token));
    onProgress?.((k + 1) * boards, answers.length);
  }
  return { tokens: answers, forwardPasses: answerTokens, minMargin };
};
