/**
 * The scalar, readable Life that every fast engine is tested against. It looks at the eight cells
 * around **with multiplicity**: on a torus one or two cells wide the same cell is a neighbour
 * several times over, as in the paper's data and in Golly.
 */

import { createGrid, type Grid } from './grid.js';
import type { Rule } from './rule.js';
import { toTable } from './rules/rule-table.js';
import { locateCell, TORUS, type Topology } from './topology.js';

/** The next generation of a grid under a rule. */
export function stepReference(grid: Grid, rule: Rule, topology: Topology = TORUS): Grid {
  const table = toTable(rule);
  const next = createGrid(grid.width, grid.height);
  listNeighbourhoods(grid, topology).forEach((neighbourhood, k) => {
    next.cells[k] = table[neighbourhood]!;
  });
  return next;
}

/** The neighbourhood of every cell as an index of a rule's table, `[height * width]`. */
export function listNeighbourhoods(grid: Grid, topology: Topology): Uint16Array {
  const { width, height, cells } = grid;
  const bounds = { topology, width, height };
  const all = new Uint16Array(width * height);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      let neighbourhood = 0; // its nine cells in reading order, as bits
      for (let down = -1; down <= 1; down++) {
        for (let right = -1; right <= 1; right++) {
          const cell = locateCell(bounds, row + down, column + right);
          neighbourhood = 2 * neighbourhood + (cell < 0 ? 0 : cells[cell]!);
        }
      }
      all[row * width + column] = neighbourhood;
    }
  }
  return all;
}
