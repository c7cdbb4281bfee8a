/** Patterns onto boards. */

import { createGrid, InputError, isSquare, placeCentred, type Grid } from '@lifegpt/core';
import type { ModelCard } from '../messages.js';
import { ENGINE_SIDES, type Setup } from './setup.js';

/**
 * A pattern in the middle of a board; of one that is larger, the part that lives.
 * @throws InputError when that does not fit either.
 */
export function fitPattern(pattern: Grid, width: number, height: number): Grid {
  const isLarger = pattern.width > width || pattern.height > height;
  const part = isLarger ? cropToLive(pattern) : pattern;
  if (part.width > width || part.height > height) {
    throw new InputError(
      `The pattern is ${part.width} × ${part.height} and does not fit on a ${width} × ${height} board; choose a larger board`,
    );
  }
  return placeCentred(part, width, height);
}

/** Cells around a pattern for which a board grew. */
const MARGIN = 8;

/** A board's size, or a larger one on which a pattern has room, as far as its player can go. */
export function growFor(
  pattern: Grid,
  { width, height, topology }: Setup,
  card: ModelCard | null,
): { width: number; height: number } {
  const [, longest] = card?.sides ?? ENGINE_SIDES;
  const isLarger = pattern.width > width || pattern.height > height;
  const part = isLarger ? cropToLive(pattern) : pattern;
  const grow = (side: number, own: number): number =>
    own <= side ? side : Math.max(own, Math.min(longest, own + 2 * MARGIN));
  const sides = [grow(width, part.width), grow(height, part.height)] as const;
  const square = isSquare(topology) ? Math.max(...sides) : null;
  return { width: square ?? sides[0], height: square ?? sides[1] };
}

/** A board of another size: the whole pattern where it fits, else what lies in the middle. */
export function resizeBoard(board: Grid, width: number, height: number): Grid {
  const live = cropToLive(board);
  if (live.width <= width && live.height <= height) return fitPattern(board, width, height);
  const resized = createGrid(width, height);
  const [left, top] = [
    Math.floor((board.width - width) / 2),
    Math.floor((board.height - height) / 2),
  ];
  for (let k = 0; k < resized.cells.length; k++) {
    const [row, column] = [Math.floor(k / width) + top, (k % width) + left];
    const isInside = row >= 0 && row < board.height && column >= 0 && column < board.width;
    if (isInside) resized.cells[k] = board.cells[row * board.width + column]!;
  }
  return resized;
}

/** The smallest rectangle that holds all live cells; one dead cell when there is none. */
export function cropToLive({ width, height, cells }: Grid): Grid {
  let [left, right, top, bottom] = [width, -1, height, -1];
  cells.forEach((alive, k) => {
    if (alive === 0) return;
    const [column, row] = [k % width, Math.floor(k / width)];
    [left, right] = [Math.min(left, column), Math.max(right, column)];
    [top, bottom] = [Math.min(top, row), Math.max(bottom, row)];
  });
  if (right < 0) return createGrid(1, 1);
  const cropped = createGrid(right - left + 1, bottom - top + 1);
  for (let row = top; row <= bottom; row++) {
    const from = row * width;
    cropped.cells.set(cells.subarray(from + left, from + right + 1), (row - top) * cropped.width);
  }
  return cropped;
}
