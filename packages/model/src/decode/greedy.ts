import { positionIds } from '../network/positions.js';
import { chooserOf, countBoards, cutPrompts, type Decoder, type Strategy } from './decoder.js';

/**
 * One token after the other, each from the keys and values of all before it: the sequential
 * reference. Its cache stays where the model runs.
 */
export const decodeGreedy: Decoder = async (model, request) => {
  const { layout, prompts, signal, onPass } = request;
  const { promptTokens, inputTokens, answerTokens: total } = layout;
  const choose = chooserOf(request);
  const boards = countBoards(request);
  const positions = positionIds(model.config, layout);
  const columns = positions.length / inputTokens;
  const positionsOf = (from: number, to: number): Int32Array =>
    positions.subarray(from * columns, to * columns);

  const answers = new Int32Array(boards * total);
  const margins = new Float32Array(boards * total);
  let minMargin = Infinity;
  // the token that asks for the first answer token, then each answer token for the next
  let asking: Int32Array = Int32Array.from(
    { length: boards },
    (_, b) => prompts[(b + 1) * promptTokens - 1]!,
  );
  const prompt = cutPrompts(request, boards);
  const cache = await model.prefill(prompt, boards, positionsOf(0, promptTokens - 1), signal);
  try {
    for (let k = 0; k < total; k++) {
      signal?.throwIfAborted();
      const place = promptTokens - 1 + k;
      const logits = await cache.append(asking, positionsOf(place, place + 1));
      const vocabulary = model.config.vocab_size;
      const chosen = choose({ logits, vocabulary, boards, firstBoard: 0, firstPosition: k });
      asking = chosen.tokens;
      minMargin = Math.min(minMargin, chosen.minMargin);
      asking.forEach((token, b) => (answers[b * total + k] = token));
      chosen.margins.forEach((margin, b) => (margins[b * total + k] = margin));
      onPass?.({ forwardPasses: k + 1, firstBoard: 0, answers, decided: k + 1, total });
    }
  } finally {
    cache.release();
  }
  return { tokens: answers, margins, forwardPasses: total, minMargin };
};

/** Greedy decoding among the others. */
export const GREEDY: Strategy = {
  decode: decodeGreedy,
  title: 'One by one',
  summary: 'dense, token by token',
  needsPlan: false,
  isGuessing: false,
};
