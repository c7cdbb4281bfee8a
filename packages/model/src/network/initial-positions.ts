/**
 * Learned positions that start as the sum of a row's noise and a column's: so the cells of a row have
 * something in common from the start, and those of a column, and what is learned at one helps at all
 * the others. It tells how wide the board is; that rows and columns have neighbours, which ones, and what the
 * cells of a prompt have to do with those of its answer, is left to be found.
 */

import { openStream, type PromptLayout } from '@lifegpt/core';

/**
 * Overwrites the rows of `wpe.weight` that belong to cells; the same noise whatever came before.
 * @param table `[positions, width]`
 */
export function startAsRowsAndColumns(
  table: Float32Array,
  layout: PromptLayout,
  seed: number,
  noise: number,
): void {
  const { width, height, firstCell, promptTokens, inputTokens } = layout;
  const size = table.length / inputTokens;
  // the token that predicts answer cell k stands one before it
  for (const [part, first] of Object.entries({ prompt: firstCell, answer: promptTokens - 1 })) {
    const draw = (axis: string, count: number): Float32Array => {
      const random = openStream(seed, 'initial', 'wpe.weight', part, axis);
      return Float32Array.from({ length: count * size }, () => noise * random.nextGaussian());
    };
    const rows = draw('row', height);
    const columns = draw('column', width);
    for (let cell = 0; cell < width * height; cell++) {
      const [row, column] = [Math.floor(cell / width), cell % width];
      for (let i = 0; i < size; i++) {
        table[(first + cell) * size + i] = rows[row * size + i]! + columns[column * size + i]!;
      }
    }
  }
}
