/** A cell as commands take it. */

import { InputError, type BoundedGrid } from '@lifegpt/core';

/** The cell of a row and a column from 0, as the wrap-around counts them. @throws InputError at one that there is not */
export function parseCell(text: string, { width, height }: BoundedGrid): number {
  const [, row, column] = (/^(\d+),(\d+)$/.exec(text) ?? []).map(Number);
  if (row === undefined || column === undefined || row >= height || column >= width) {
    throw new InputError(
      `--cell needs a row from 0 to ${height - 1} and a column from 0 to ${width - 1}, such as 0,0, not '${text}'`,
    );
  }
  return row * width + column;
}
