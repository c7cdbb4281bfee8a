/** What requests cost before anything is computed: how threads are shared out, and what one request may take at most. */

import { RequestFailure } from './failure.js';

/** Cells from which on attention, which grows with the square, costs as much as the rest. */
const SQUARE_BOARD = 1024;
/** How much more the sequential reference takes: a pass a token instead of two or three. */
const SEQUENTIAL = 32;
/** What one request may cost: a hundred generations of 32x32, or a dozen of 64x64. */
const MOST_COST = 2 ** 18;

/** The cost of one next state, in cells of a small board. */
export function costOf({ width, height }: { width: number; height: number }): number {
  const cells = width * height;
  return cells * (1 + cells / SQUARE_BOARD);
}

/** The same, decided token by token. */
export const sequentialCostOf = (size: { width: number; height: number }): number =>
  SEQUENTIAL * costOf(size);

/** @throws RequestFailure 400 when a request asks for more than one may */
export function checkCost(
  size: { readonly width: number; readonly height: number },
  states: number,
): void {
  const cost = states * costOf(size);
  if (cost <= MOST_COST) return;
  const most = Math.floor(MOST_COST / costOf(size));
  throw new RequestFailure(
    400,
    'too_costly',
    `${states} states of ${size.width}x${size.height} are more than one request may ask for; ask for ${most} at most`,
  );
}

/** @throws RequestFailure 503 when a near-tie on a board of this size takes more than one request may */
export function checkSequentialCost(size: {
  readonly width: number;
  readonly height: number;
}): void {
  if (sequentialCostOf(size) <= MOST_COST) return;
  throw new RequestFailure(
    503,
    'near_tie',
    `two tokens of this answer are all but equal, and to decide between them on ${size.width}x${size.height} takes more ` +
      `than one request may; ask for another seed, a lower temperature or a smaller board`,
  );
}
