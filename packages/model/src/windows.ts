/**
 * What a training keeps of the text of a large board: a few windows of its answer, and of the given state what those
 * cells depend on. Positions are told from the whole board, so that places of large boards are learned at the price of
 * small ones. Of the cells that nothing depends on a few stay as keys, at random, and each counts for as many as were
 * left out, so that attention has to keep off them all.
 */

import type { PromptLayout, RandomStream, Topology } from '@lifegpt/core';
import { listNeighbourhood } from './neighbourhood.js';
import type { TextLayout } from './positions.js';

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
 * Draws windows until their answer has at least so many cells, half of their rows and columns of places at an end of the
 * board, where topologies differ. The text around the board and the end of the answer stay.
 * @param topologies those of the batch's boards, which all keep the same cells
 */
export function drawWindows(
  layout: PromptLayout,
  topologies: readonly Topology[],
  cells: number,
  random: RandomStream,
): TextPart {
  const { width, height, firstCell, promptTokens } = layout;
  if (cells >= width * height) return wholeText(layout);
  const answers = new Set<number>();
  while (answers.size < cells) {
    const [top, rows] = drawSpan(height, random);
    const [left, columns] = drawSpan(width, random);
    for (let row = top; row < top + rows; row++) {
      for (let column = left; column < left + columns; column++) answers.add(row * width + column);
    }
  }
  const bounds = [...new Set(topologies)].map((topology) => ({ topology, width, height }));
  const seen = new Set<number>();
  for (const cell of answers) {
    for (const bound of bounds) listNeighbourhood(bound, cell).forEach((near) => seen.add(near));
  }
  answers.add(width * height);
  const around = [
    ...countUp(firstCell),
    ...countUp(promptTokens).subarray(firstCell + width * height),
  ];
  const tokens = new Set(around);
  for (const cell of seen) tokens.add(firstCell + cell);
  const others = [...countUp(width * height)].filter((cell) => !seen.has(cell));
  const sampled = new Set(sample(others, SAMPLED_CELLS, random).map((cell) => firstCell + cell));
  for (const token of sampled) tokens.add(token);
  for (const answer of answers) tokens.add(promptTokens - 1 + answer);
  const kept = Int32Array.from(tokens).sort();
  const score = Math.log(others.length / sampled.size);
  const keyScores = Float32Array.from(kept, (token) => (sampled.has(token) ? score : 0));
  return { answers: Int32Array.from(answers).sort(), tokens: kept, keyScores };
}

/** Where a window begins along a side, and how long it is there. */
function drawSpan(side: number, random: RandomStream): [number, number] {
  const length = Math.min(WINDOW_SIDE, side);
  const last = side - length;
  const ends = [0, last, random.nextInt(last + 1), random.nextInt(last + 1)];
  return [ends[random.nextInt(4)]!, length];
}

/** At most so many of some values, by a shuffle that stops after them. */
function sample(values: number[], most: number, random: RandomStream): number[] {
  const count = Math.min(most, values.length);
  for (let i = 0; i < count; i++) {
    const j = i + random.nextInt(values.length - i);
    [values[i], values[j]] = [values[j]!, values[i]!];
  }
  return values.slice(0, count);
}

/** The kept columns of rows that have one for each of a text's tokens. */
export function takeColumns(rows: Int32Array, columns: number, kept: Int32Array): Int32Array;
export function takeColumns(rows: Float32Array, columns: number, kept: Int32Array): Float32Array;
export function takeColumns(
  rows: Int32Array | Float32Array,
  columns: number,
  kept: Int32Array,
): Int32Array | Float32Array {
  if (kept.length === columns) return rows;
  const count = rows.length / columns;
  const taken = new (rows.constructor as Int32ArrayConstructor)(count * kept.length);
  for (let row = 0; row < count; row++) {
    kept.forEach((column, i) => (taken[row * kept.length + i] = rows[row * columns + column]!));
  }
  return taken;
}

/** The kept rows of an array with so many entries a row. */
export function takeRows(rows: Int32Array, columns: number, kept: Int32Array): Int32Array {
  if (kept.length * columns === rows.length) return rows;
  const taken = new Int32Array(kept.length * columns);
  kept.forEach((row, i) =>
    taken.set(rows.subarray(row * columns, (row + 1) * columns), i * columns),
  );
  return taken;
}

function countUp(length: number): Int32Array {
  return Int32Array.from({ length }, (_, i) => i);
}
