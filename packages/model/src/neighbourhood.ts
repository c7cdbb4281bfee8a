/** The cells that a cell's next state depends on. */

import { locateCell, type BoundedGrid } from '@lifegpt/core';

/** The places around a cell, with its own. */
export const PLACES = 9;

/** The cell and its neighbours, each once, on a bounded grid. */
export function listNeighbourhood(bounds: BoundedGrid, cell: number): number[] {
  return [...new Set(lookAround(bounds, cell))].filter((place) => place >= 0);
}

/**
 * The nine places around a cell, row by row, with the cell itself in the middle: on short sides a cell can stand in
 * several of them, and -1 stands where there is none.
 */
function lookAround(bounds: BoundedGrid, cell: number): number[] {
  const row = Math.floor(cell / bounds.width);
  const column = cell % bounds.width;
  return Array.from({ length: PLACES }, (_, i) =>
    locateCell(bounds, row + Math.floor(i / 3) - 1, column + (i % 3) - 1),
  );
}
