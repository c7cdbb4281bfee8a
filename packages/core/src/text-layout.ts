/** How a text falls into tokens: a prompt with boards in it, then an answer. What all tasks have in common. */

import type { Tokenizer } from './tokenizer.js';

/** What a text asks for: the state after a state, or the rule that leads from a state to the next. */
export type Task = 'next-state' | 'infer-rule';

/** The parts of a text that decoding and training need, whatever its task is. */
export interface TextParts {
  readonly task: Task;
  readonly width: number;
  readonly height: number;
  readonly tokenizer: Tokenizer;
  /** Tokens of the prompt; the last of them predicts the answer's first token. */
  readonly promptTokens: number;
  /** Index of the first cell of the given state. */
  readonly firstCell: number;
  /** Tokens of the answer, its end marker among them. */
  readonly answerTokens: number;
  /** Tokens that the model reads when the whole answer but its last token is known. */
  readonly inputTokens: number;
  readonly endTokens: Int32Array;
  /** Ids of the cells `0` and `1`. */
  readonly cellTokens: readonly [number, number];
}

/** Columns of a text's coordinates: part, top, bottom, left, right. */
export const BORDER_COLUMNS = 5;

/** A cell's distances to the top, bottom, left and right border, plus one. */
export function borderDistances(
  cell: number,
  { width, height }: Pick<TextParts, 'width' | 'height'>,
): [top: number, bottom: number, left: number, right: number] {
  const row = Math.floor(cell / width);
  const column = cell % width;
  return [row + 1, height - row, column + 1, width - column];
}
