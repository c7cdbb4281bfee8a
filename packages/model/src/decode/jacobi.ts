import { positionIds, type TextLayout } from '../network/positions.js';
import type { LanguageModel } from '../network/language-model.js';
import {
  chooserOf,
  countBoards,
  cutPrompts,
  NEAR_TIE_MARGIN,
  type Decoder,
  type DecodeRequest,
  type DecodeResult,
  type Strategy,
} from './decoder.js';
import { decodeGreedy } from './greedy.js';

/**
 * Guesses the whole answer, runs one pass over it, replaces it by the chosen tokens, and repeats
 * until nothing changes (Santilli et al. 2023, arXiv 2305.10427). The first guess is that nothing
 * moves, or that every bit of a rule is open.
 *
 * The fixed point is the greedy answer: its first token depends on the prompt alone, so it is right
 * after one pass; and when the first k tokens are right, token k + 1 is after the next pass. A cell
 * of Life hardly depends on earlier answer tokens, so two or three passes do.
 *
 * Margins below `NEAR_TIE_MARGIN` could round differently in a pass of another shape; then the
 * sequential reference decides.
 */
export const decodeJacobi: Decoder = async (model, request) =>
  iterateFromGuess(model, request, guessAnswers(request));

/** Jacobi decoding among the others. */
export const JACOBI: Strategy = {
  decode: decodeJacobi,
  title: 'Jacobi',
  summary: 'dense, the whole answer pass by pass',
  needsPlan: false,
  isGuessing: true,
};

/**
 * The fixed point from a guess of the answers, in groups of as many boards as the device is fastest with.
 * @param guess `[boards, answerTokens]`; any guess gives the same answer, a good one sooner
 */
export async function iterateFromGuess(
  model: LanguageModel,
  request: DecodeRequest,
  guess: Int32Array,
): Promise<DecodeResult> {
  const { promptTokens, answerTokens: total } = request.layout;
  const boards = countBoards(request);
  // the passes count, but of a pair of states it is the prompt that is long
  const length = request.layout.task === 'infer-rule' ? promptTokens : total;
  const most = Math.max(1, Math.floor(model.tokensAPass / length));
  const whole = {
    tokens: new Int32Array(boards * total),
    margins: new Float32Array(boards * total),
    forwardPasses: 0,
    minMargin: Infinity,
  };
  for (let first = 0; first < boards; first += most) {
    const last = Math.min(boards, first + most);
    const prompts = request.prompts.subarray(first * promptTokens, last * promptTokens);
    const group = { ...request, prompts };
    const part = guess.subarray(first * total, last * total);
    const result = await iterateGroup(model, group, part, first);
    whole.tokens.set(result.tokens, first * total);
    whole.margins.set(result.margins, first * total);
    whole.forwardPasses = Math.max(whole.forwardPasses, result.forwardPasses);
    whole.minMargin = Math.min(whole.minMargin, result.minMargin);
  }
  return whole;
}

async function iterateGroup(
  model: LanguageModel,
  request: DecodeRequest,
  guess: Int32Array,
  firstBoard: number,
): Promise<DecodeResult> {
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
  const cache = await model.prefill(prompt, boards, positions.subarray(0, split), signal);
  try {
    for (let forwardPasses = 1; ; forwardPasses++) {
      signal?.throwIfAborted();
      const logits = await cache.answer(inputs, positions.subarray(split));
      const vocabulary = model.config.vocab_size;
      const rows = { logits, vocabulary, boards, firstBoard, firstPosition: 0 };
      const { tokens, margins, minMargin } = choose(rows);
      const firstChange = replaceAnswers(inputs, tokens, layout, boards);
      const decided = Math.min(total, Math.max(forwardPasses, firstChange + 1));
      onPass?.({ forwardPasses, firstBoard, answers: tokens, decided, total });
      if (firstChange < total) continue;
      const isDecided = minMargin >= NEAR_TIE_MARGIN || request.nearTies === 'leave';
      if (isDecided) return { tokens, margins, forwardPasses, minMargin };
      const reference = await decodeGreedy(model, withBoardsFrom(request, firstBoard));
      return { ...reference, forwardPasses: forwardPasses + reference.forwardPasses };
    }
  } finally {
    cache.release();
  }
}

/** The same request, whose choices know that its boards are not the first ones. */
function withBoardsFrom(request: DecodeRequest, firstBoard: number): DecodeRequest {
  const choose = chooserOf(request);
  return { ...request, choose: (rows) => choose({ ...rows, firstBoard }) };
}

function guessAnswers(request: DecodeRequest): Int32Array {
  const { layout, prompts } = request;
  const { promptTokens, answerTokens, firstCell, endTokens, width, height } = layout;
  const boards = countBoards(request);
  const cells = width * height;
  const guess = new Int32Array(boards * answerTokens);
  if (layout.task === 'infer-rule') return guess.fill(layout.openToken);
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
  { answerTokens: total }: TextLayout,
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
