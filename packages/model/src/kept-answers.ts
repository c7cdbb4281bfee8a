/**
 * Training on some of an answer's tokens: a large board has thousands of them, and what one says about where to look,
 * its neighbours say again. A text that keeps a few costs a fraction of it, so that a step can have more boards.
 */

import { borderDistances, type RandomStream } from '@lifegpt/core';
import type { TextLayout } from './positions.js';

/** The numbers of all tokens of an answer. */
export function listAnswers({ answerTokens }: TextLayout): Int32Array {
  return Int32Array.from({ length: answerTokens }, (_, answer) => answer);
}

/** Cells so near to a border are drawn more often: there topologies differ. */
const BORDER = 2;

/**
 * Draws which tokens of an answer a text keeps, ascending: always the first one, which the prompt's last token writes, and
 * the end marker; half of the others are cells near the border, if there are so many.
 * @param most how many tokens to keep; all where the answer has no more
 */
export function drawAnswers(layout: TextLayout, most: number, random: RandomStream): Int32Array {
  const { width, height, answerTokens } = layout;
  if (most >= answerTokens) return listAnswers(layout);
  const cells = width * height;
  const kept = new Set([0, answerTokens - 1]);
  const near = Array.from({ length: cells }, (_, cell) => cell).filter(
    (cell) => Math.min(...borderDistances(cell, layout)) <= BORDER,
  );
  const half = Math.min(near.length, Math.floor(most / 2));
  while (kept.size < half) kept.add(near[random.nextInt(near.length)]!);
  while (kept.size < most) kept.add(random.nextInt(cells));
  return Int32Array.from(kept).sort();
}

/** Input tokens of a text that keeps so many of its answer's. */
export function countKeptTokens({ promptTokens }: TextLayout, answers: Int32Array): number {
  return promptTokens + answers.length - 1;
}

/** Of rows of a whole text's input tokens, those that it keeps; `[texts, inputTokens, columns]` cut along its middle axis. */
export function keepInputs(
  layout: TextLayout,
  rows: Int32Array,
  answers: Int32Array,
  columns = 1,
): Int32Array {
  const { promptTokens, inputTokens } = layout;
  const size = countKeptTokens(layout, answers) * columns;
  const texts = rows.length / (inputTokens * columns);
  const kept = new Int32Array(texts * size);
  for (let text = 0; text < texts; text++) {
    const from = text * inputTokens * columns;
    kept.set(rows.subarray(from, from + promptTokens * columns), text * size);
    answers.forEach((answer, row) => {
      const token = from + (promptTokens - 1 + answer) * columns;
      const at = text * size + (promptTokens - 1 + row) * columns;
      kept.set(rows.subarray(token, token + columns), at);
    });
  }
  return kept;
}

/** Of whole answers, `[texts, answerTokens]`, the tokens that a text keeps. */
export function keepTargets(
  { answerTokens }: TextLayout,
  targets: Int32Array,
  answers: Int32Array,
): Int32Array {
  const texts = targets.length / answerTokens;
  const kept = new Int32Array(texts * answers.length);
  for (let text = 0; text < texts; text++) {
    answers.forEach((answer, row) => {
      kept[text * answers.length + row] = targets[text * answerTokens + answer]!;
    });
  }
  return kept;
}
