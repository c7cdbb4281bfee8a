/**
 * The scalar, readable Life that every fast engine is tested against. It counts the eight
 * wrapped offsets **with multiplicity**: on a torus one or two cells wide the same cell is a
 * neighbour several times over, as in the paper's data and in Golly.
 */

import { createGrid, type Grid } from './grid.js';
import type { LifeRule } from './rule.js';

/** The next generation of a grid on a torus under a life-like rule. */
export function stepTorusReference(grid: Grid, rule: LifeRule): Grid {
  const { width, height, cells } = grid;
  const next = createGrid(width, height);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      let neighbours = 0;
      for (let down = -1; down <= 1; down++) {
        for (let right = -1; right <= 1; right++) {
          if (down === 0 && right === 0) continue;
          const r = (row + down + height) % height;
          const c = (column + right + width) % width;
          neighbours += cells[r * width + c]!;
        }
      }
      const k = row * width + column;
      const table = cells[k] === 1 ? rule.survival : rule.birth;
      next.cells[k] = (table >> neighbours) & 1;
    }
  }
  return next;
}
