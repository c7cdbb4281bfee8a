/** Frames of a machine's animation: a part of its board, perhaps seen from afar. */

import { createGrid, type Grid } from '@lifegpt/core';
import type { MachineView } from './machine.js';

/** What of a board is shown. */
export function cutView(grid: Grid, { left, top, width, height, shrink }: MachineView): Grid {
  const frame = createGrid(Math.ceil(width / shrink), Math.ceil(height / shrink));
  for (let row = 0; row < height; row++) {
    const y = top + row;
    if (y < 0 || y >= grid.height) continue;
    const target = Math.floor(row / shrink) * frame.width;
    for (let column = 0; column < width; column++) {
      const x = left + column;
      if (x < 0 || x >= grid.width || grid.cells[y * grid.width + x] !== 1) continue;
      frame.cells[target + Math.floor(column / shrink)] = 1;
    }
  }
  return frame;
}
