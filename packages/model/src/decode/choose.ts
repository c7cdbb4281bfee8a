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
export interface TokenChooser {
  (rows: LogitRows): ChosenTokens;
  /** Left out where only the logits tell what is chosen. */
  readonly neededLead?: NeededLead;
}

/**
 * By how much the logit of a token has to lie above all others for it to be chosen, whatever the logits are: what certainty
 * of the likeliest token says of a choice.
 * @param board number of the board in its batch
 * @param position in the answer
 */
export type NeededLead = (
  board: number,
  position: number,
  token: number,
  vocabulary: number,
) => number;

/** The most likely token of each row; the first of equals. */
export const chooseBest: TokenChooser = Object.assign(takeBest, { neededLead: () => 0 });

function takeBest({ logits, vocabulary }: LogitRows): ChosenTokens {
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
}

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
  /** Gumbel noise is a hash of board, position and token, through the quantile function, which grows with it. */
  const hashPlace = (board: number, position: number): number =>
    mixBits(mixBits(key! ^ mixBits(board + 0x9e3779b9)) ^ mixBits(position ^ salt!));
  const hashToken = (place: number, id: number): number =>
    mixBits(place + Math.imul(id + 1, 0x85ebca6b));
  const noiseOf = (hash: number): number => -Math.log(-Math.log((hash + 0.5) / 2 ** 32));
  const numberOf = (board: number): number => numbers?.[board] ?? board;

  function sample(rowsOfLogits: LogitRows): ChosenTokens {
    const { logits, vocabulary, boards, firstBoard, firstPosition } = rowsOfLogits;
    const rows = logits.length / vocabulary;
    const positions = rows / boards;
    const scores = new Float32Array(logits.length);
    for (let row = 0; row < rows; row++) {
      const board = numberOf(firstBoard + Math.floor(row / positions));
      const place = hashPlace(board, firstPosition + (row % positions));
      const own = logits.subarray(row * vocabulary, (row + 1) * vocabulary);
      const least = topK === undefined ? -Infinity : findLeast(own, topK);
      for (let id = 0; id < vocabulary; id++) {
        const score = own[id]! + temperature * noiseOf(hashToken(place, id));
        scores[row * vocabulary + id] = own[id]! >= least ? score : -Infinity;
      }
    }
    return takeBest({ ...rowsOfLogits, logits: scores });
  }

  /** The largest noise of another token may lift it so far; with a top k fewer could be lifted. */
  const neededLead: NeededLead = (board, position, token, vocabulary) => {
    const place = hashPlace(numberOf(board), position);
    let largest = 0;
    for (let id = 0; id < vocabulary; id++) {
      if (id !== token) largest = Math.max(largest, hashToken(place, id));
    }
    return temperature * (noiseOf(largest) - noiseOf(hashToken(place, token)));
  };
  return Object.assign(sample, { neededLead });
}

/** The k-th largest value. */
function findLeast(values: Float32Array, k: number): number {
  return k >= values.length ? -Infinity : Float32Array.from(values).sort().at(-k)!;
}
