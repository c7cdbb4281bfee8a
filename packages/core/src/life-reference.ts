/**
 * The scalar, readable Life that every fast engine is tested against. It counts the eight cells
 * around **with multiplicity**: on a torus one or two cells wide the same cell is a neighbour
 * several times over, as in the paper's data and in Golly.
 */

import { createGrid, type Grid } from './grid.js';
import type { LifeRule } from './rule.js';
import { locateCell, TORUS, type Topology } from './topology.js';

/** The next generation of a grid under a life-like rule. */
export function stepReference(grid: Grid, rule: LifeRule, topology: Topology = TORUS): Grid {
  const { width, height, cells } = grid;
  const bounds = { topology, width, height };
  const next = createGrid(width, height);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      let neighbours = 0;
      for (let down = -1; down <= 1; down++) {
        for (let right = -1; right <= 1; right++) {
          if (down === 0 && right === 0) continue;
          const neighbour = locateCell(bounds, row + down, column + right);
          neighbours += neighbour < 0 ? 0 : cells[neighbour]!;
        }
      }
      const k = row * width + column;
      const table = cells[k] === 1 ? rule.survival : rule.birth;
      next.cells[k] = (table >> neighbours) & 1;
    }
  }
  return next;
}
