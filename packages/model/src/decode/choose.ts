/** How a token is chosen from its logits: the most likely one, or a sample. */

import { deriveSeedWords, InputError, mixBits } from '@lifegpt/core';

/** Rows of logits and where they stand. */
export interface LogitRows {
  /** `[boards, positions, vocabulary]` */
  readonly logits: Float32Array;
  readonly vocabulary: number;
  readonly boards: number;
  /** Number of the first board in its batch. */
  readonly firstBoard: number;
  /** Position in the answer of each board's first row. */
  readonly firstPosition: number;
}

/** Chosen tokens, `[boards, positions]`, with their margins over the second choice, in logits. */
export interface ChosenTokens {
  readonly tokens: Int32Array;
  readonly margins: Float32Array;
  /** The smallest of them. */
  readonly minMargin: number;
}

/**
 * Chooses a token for each row. It has to be a function of the row and its place alone: then a pass
 * over many positions chooses what a pass over one does, and every strategy writes the same tokens.
 */
export type TokenChooser = (rows: LogitRows) => ChosenTokens;

/** The most likely token of each row; the first of equals. */
export const chooseBest: TokenChooser = ({ logits, vocabulary }) => {
  const rows = logits.length / vocabulary;
  const tokens = new Int32Array(rows);
  const margins = new Float32Array(rows);
  let minMargin = Infinity;
  for (let row = 0; row < rows; row++) {
    let [best, second, token] = [-Infinity, -Infinity, 0];
    for (let id = 0; id < vocabulary; id++) {
      const logit = logits[row * vocabulary + id]!;
      if (logit > best) [best, second, token] = [logit, best, id];
      else if (logit > second) second = logit;
    }
    tokens[row] = token;
    margins[row] = best - second;
    minMargin = Math.min(minMargin, best - second);
  }
  return { tokens, margins, minMargin };
};

/** How to sample. */
export interface SamplingOptions {
  /** Above 0; 1 samples from the model's own distribution. */
  readonly temperature: number;
  /** Only the k most likely tokens; all when left out. */
  readonly topK?: number;
  readonly seed: number;
  /** Another index, another sample of the same seed. @default 0 */
  readonly index?: number;
  /**
   * Numbers of the batch's boards, which the noise depends on: with them a board's sample is the
   * same in whatever company it is drawn. 0, 1, … when left out.
   */
  readonly numbers?: readonly number[];
}

/**
 * Samples with noise that is drawn for each board, position and token beforehand (the Gumbel-max
 * trick: adding Gumbel noise to logits / T and taking the largest is a draw from the softmax). So a
 * seed gives the same sample whatever the strategy, and Jacobi's fixed point is that sample.
 * @throws InputError at a temperature that is not above 0, or a top-k below 1.
 */
export function createSampler({
  temperature,
  topK,
  seed,
  index = 0,
  numbers,
}: SamplingOptions): TokenChooser {
  if (!(temperature > 0 && Number.isFinite(temperature))) {
    throw new InputError(`sampling needs a temperature above 0, not ${temperature}`);
  }
  if (topK !== undefined && !(Number.isInteger(topK) && topK >= 1)) {
    throw new InputError(`top-k is a whole number from 1, not ${topK}`);
  }
  const [key, salt] = deriveSeedWords(seed, ['sampling', index]);
  /** Gumbel noise: a hash of the place, through the quantile function. */
  const noise = (board: number, position: number, id: number): number => {
    let hash = mixBits(key! ^ mixBits(board + 0x9e3779b9));
    hash = mixBits(hash ^ mixBits(position ^ salt!));
    hash = mixBits(hash + Math.imul(id + 1, 0x85ebca6b));
    return -Math.log(-Math.log((hash + 0.5) / 2 ** 32));
  };
  return ({ logits, vocabulary, boards, firstBoard, firstPosition }) => {
    const rows = logits.length / vocabulary;
    const positions = rows / boards;
    const scores = new Float32Array(logits.length);
    for (let row = 0; row < rows; row++) {
      const place = firstBoard + Math.floor(row / positions);
      const board = numbers?.[place] ?? place;
      const position = firstPosition + (row % positions);
      const own = logits.subarray(row * vocabulary, (row + 1) * vocabulary);
      const least = topK === undefined ? -Infinity : findLeast(own, topK);
      for (let id = 0; id < vocabulary; id++) {
        const score = own[id]! + temperature * noise(board, position, id);
        scores[row * vocabulary + id] = own[id]! >= least ? score : -Infinity;
      }
    }
    return chooseBest({ logits: scores, vocabulary, boards, firstBoard, firstPosition });
  };
}

/** The k-th largest value. */
function findLeast(values: Float32Array, k: number): number {
  return k >= values.length ? -Infinity : Float32Array.from(values).sort().at(-k)!;
}
