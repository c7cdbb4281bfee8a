/** The cells that a cell's next state depends on. */

import { locateCell, type BoundedGrid } from '@lifegpt/core';

/** The cell and its neighbours, each once, on a bounded grid. */
export function listNeighbourhood(bounds: BoundedGrid, cell: number): number[] {
  const row = Math.floor(cell / bounds.width);
  const column = cell % bounds.width;
  const found = new Set<number>();
  for (let dy = -1; dy <= 1; dy++) {
    for (let dx = -1; dx <= 1; dx++) {
      const neighbour = locateCell(bounds, row + dy, column + dx);
      if (neighbour >= 0) found.add(neighbour);
    }
  }
  return [...found];
}
