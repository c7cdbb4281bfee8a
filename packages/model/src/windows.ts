/**
 * What a training keeps of the text of a large board: a few windows of its answer, and of the given state what those
 * cells depend on. Positions are told from the whole board, so that places of large boards are learned at the price of
 * small ones. Of the cells that nothing depends on a few stay as keys, at random, and each counts for as many as were
 * left out, so that attention has to keep off them all.
 */

import type { PromptLayout, RandomStream, Topology } from '@lifegpt/core';
import { listNeighbourhood } from './neighbourhood.js';
import type { TextLayout } from './positions.js';
import { sample } from './sample.js';

/** The tokens of a text that a batch holds. */
export interface TextPart {
  /** The answer tokens to predict, ascending. */
  readonly answers: Int32Array;
  /** The input tokens, ascending; the last of them are those that predict `answers`. */
  readonly tokens: Int32Array;
  /** What is added to the score of each of them as a key, since it stands for several; null where nothing is. */
  readonly keyScores: Float32Array | null;
}

/** Height and width of a window. */
const WINDOW_SIDE = 6;

/** Cells that stand for all others. */
const SAMPLED_CELLS = 256;

/** Every token of a text. */
export function wholeText({ answerTokens, inputTokens }: TextLayout): TextPart {
  return { answers: countUp(answerTokens), tokens: countUp(inputTokens), keyScores: null };
}

/**
 * Draws what is kept of the texts of a batch: a batch's boards keep the same cells, and the text around the board and the
 * end of the answer stay.
 * @param topologies those of the batch's boards
 * @param cells the least number of the answer's cells; a board that has no more stays whole
 */
export function drawWindows(
  layout: PromptLayout,
  topologies: readonly Topology[],
  cells: number,
  random: RandomStream,
): TextPart {
  const { width, height, firstCell, promptTokens } = layout;
  const area = width * height;
  if (cells >= area) return wholeText(layout);
  const predicted = drawCells(layout, cells, random);
  const seen = new Set<number>();
  for (const topology of new Set(topologies)) {
    for (const cell of predicted) {
      for (const near of listNeighbourhood({ topology, width, height }, cell)) seen.add(near);
    }
  }
  const others = [...countUp(area)].filter((cell) => !seen.has(cell));
  const sampled = new Set(sample(others, SAMPLED_CELLS, random));
  const score = Math.log(others.length / sampled.size);
  const answers = Int32Array.from([...predicted, area]).sort();
  const isGiven = (token: number): boolean => token < firstCell || token >= firstCell + area;
  const prompt = countUp(promptTokens).filter(
    (token) => isGiven(token) || seen.has(token - firstCell) || sampled.has(token - firstCell),
  );
  // the token before the answer stays as a key, too, where it predicts nothing that is kept
  const asking = answers.map((answer) => promptTokens - 1 + answer);
  const tokens = Int32Array.from(new Set([...prompt, ...asking]));
  const keyScores = Float32Array.from(tokens, (token) =>
    sampled.has(token - firstCell) ? score : 0,
  );
  return { answers, tokens, keyScores };
}

/**
 * Cells in windows, at least so many: of the places of their rows and of their columns half are at an end of the board, where
 * topologies differ.
 */
function drawCells(
  { width, height }: PromptLayout,
  atLeast: number,
  random: RandomStream,
): ReadonlySet<number> {
  const cells = new Set<number>();
  while (cells.size < atLeast) {
    const [top, rows] = drawSpan(height, random);
    const [left, columns] = drawSpan(width, random);
    for (let row = top; row < top + rows; row++) {
      for (let column = left; column < left + columns; column++) cells.add(row * width + column);
    }
  }
  return cells;
}

/** Where a window begins along a side, and how long it is there. */
function drawSpan(side: number, random: RandomStream): [number, number] {
  const length = Math.min(WINDOW_SIDE, side);
  const last = side - length;
  const ends = [0, last, random.nextInt(last + 1), random.nextInt(last + 1)];
  return [ends[random.nextInt(4)]!, length];
}

/** What belongs to the kept tokens, of values `[rows, tokens, entries]`. */
export function takeTokens(
  values: Int32Array,
  tokens: number,
  kept: Int32Array,
  entries = 1,
): Int32Array {
  if (kept.length === tokens) return values;
  const rows = values.length / (tokens * entries);
  const taken = new Int32Array(rows * kept.length * entries);
  for (let row = 0; row < rows; row++) {
    kept.forEach((token, i) => {
      const from = (row * tokens + token) * entries;
      taken.set(values.subarray(from, from + entries), (row * kept.length + i) * entries);
    });
  }
  return taken;
}

function countUp(length: number): Int32Array {
  return Int32Array.from({ length }, (_, i) => i);
}
