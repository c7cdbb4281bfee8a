/** What a certificate goes through: for every answer token its contents, the cells it depends on, and the truth. */

import {
  encodeHeader,
  locateCell,
  type BoundedGrid,
  type LifeRule,
  type PromptLayout,
} from '@lifegpt/core';
import { listNeighbourhood } from '../neighbourhood.js';

/** One token of the answer. */
export interface AnswerTask {
  /** Its index in the answer. */
  readonly answer: number;
  /** Index of the token that predicts it among the input's. */
  readonly place: number;
  /** The cells whose contents decide it: nine at most, none for the end of the answer. */
  readonly cells: readonly number[];
  /** The right token where bit i of `contents` is the content of the i-th cell. */
  readonly winner: (contents: number) => number;
}

/** The tokens before the first cell: for models that read one, the header that names rule and topology. */
export function headOf(
  { hasHeader, headTokens, tokenizer }: PromptLayout,
  { topology }: BoundedGrid,
  rule: LifeRule,
): Int32Array {
  return hasHeader ? encodeHeader(tokenizer, { rule, topology }) : headTokens;
}

/** Lists the tokens of an answer. */
export function listAnswerTasks(
  layout: PromptLayout,
  bounds: BoundedGrid,
  rule: LifeRule,
): AnswerTask[] {
  const { width, height, promptTokens, answerTokens, cellTokens, endTokens } = layout;
  const count = width * height;
  return Array.from({ length: answerTokens }, (_, answer) => {
    const place = promptTokens - 1 + answer;
    if (answer >= count)
      return { answer, place, cells: [], winner: () => endTokens[answer - count]! };
    const cells = listNeighbourhood(bounds, answer);
    const own = cells.indexOf(answer);
    const neighbours = listNeighbours(bounds, answer).map((cell) => cells.indexOf(cell));
    const winner = (contents: number): number => {
      let alive = 0;
      for (const cell of neighbours) alive += (contents >> cell) & 1;
      const counts = ((contents >> own) & 1) === 1 ? rule.survival : rule.birth;
      return cellTokens[((counts >> alive) & 1) as 0 | 1];
    };
    return { answer, place, cells, winner };
  });
}

/** The eight neighbours; on narrow boards a cell may be several of them. */
function listNeighbours(bounds: BoundedGrid, cell: number): number[] {
  const row = Math.floor(cell / bounds.width);
  const column = cell % bounds.width;
  return [-1, 0, 1]
    .flatMap((dy) => [-1, 0, 1].map((dx) => [dy, dx] as const))
    .filter(([dy, dx]) => dy !== 0 || dx !== 0)
    .map(([dy, dx]) => locateCell(bounds, row + dy, column + dx))
    .filter((neighbour) => neighbour >= 0);
}
