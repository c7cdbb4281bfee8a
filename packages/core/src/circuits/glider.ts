/** Gliders as lines through space and time: where one flies, which cells it has in any generation, whether it is there. */

import type { Grid } from '../grid.js';

/** Where a glider flies: down to the right, down to the left, up to the left, up to the right. */
export type Direction = 'SE' | 'SW' | 'NW' | 'NE';

/** A cell: column and row. */
export type Cell = readonly [x: number, y: number];

/**
 * A glider for all time. In generation t it stands where it came to in t + age generations from (x, y): a cell along both
 * axes in four.
 */
export interface Glider {
  readonly direction: Direction;
  readonly x: number;
  readonly y: number;
  readonly age: number;
}

/** The four states of a glider that flies down to the right, from (0, 0). */
const STATES: readonly (readonly Cell[])[] = [
  [[1, 0], [2, 1], [0, 2], [1, 2], [2, 2]],
  [[0, 1], [2, 1], [1, 2], [2, 2], [1, 3]],
  [[2, 1], [0, 2], [2, 2], [1, 3], [2, 3]],
  [[1, 1], [2, 2], [3, 2], [1, 3], [2, 3]],
]; // prettier-ignore

/** Cells that a glider gains along each axis in four generations. */
const STEPS: Readonly<Record<Direction, Cell>> = {
  SE: [1, 1],
  SW: [-1, 1],
  NW: [-1, -1],
  NE: [1, -1],
};

/** Turns cells that belong to a glider down to the right as its direction asks. */
export function turnCells(cells: readonly Cell[], direction: Direction): Cell[] {
  return cells.map(([x, y]) => {
    if (direction === 'SE') return [x, y];
    if (direction === 'SW') return [-y, x];
    return direction === 'NW' ? [-x, -y] : [y, -x];
  });
}

/** The five cells of a glider in a generation, which may be before the first. */
export function listGliderCells(glider: Glider, generation: number): Cell[] {
  const { direction, x, y, age } = glider;
  const lived = generation + age;
  const steps = Math.floor(lived / 4);
  const [right, down] = STEPS[direction];
  return turnCells(STATES[lived - 4 * steps]!, direction).map(([column, row]) => [
    column + x + steps * right,
    row + y + steps * down,
  ]);
}

/** The same lane, some generations later. */
export const delayGlider = (glider: Glider, generations: number): Glider => ({
  ...glider,
  age: glider.age - generations,
});

/** Cells around a glider that have to be dead for it to be one. */
const CLEARANCE = 1;

/**
 * Whether a glider is there.
 * @param grid the board in that generation
 * @param corner where the plane's (0, 0) lies on the board
 * @returns null when something else is there
 */
export function readGlider(
  grid: Grid,
  glider: Glider,
  generation: number,
  corner: Cell,
): boolean | null {
  const cells = listGliderCells(glider, generation);
  const [columns, rows] = [cells.map(([x]) => x), cells.map(([, y]) => y)];
  const wanted = new Set(cells.map(([x, y]) => `${x},${y}`));
  let [found, others] = [0, 0];
  for (let y = Math.min(...rows) - CLEARANCE; y <= Math.max(...rows) + CLEARANCE; y++) {
    for (let x = Math.min(...columns) - CLEARANCE; x <= Math.max(...columns) + CLEARANCE; x++) {
      if (grid.cells[(y + corner[1]) * grid.width + x + corner[0]] !== 1) continue;
      if (wanted.has(`${x},${y}`)) found++;
      else others++;
    }
  }
  if (others > 0 || (found > 0 && found < cells.length)) return null;
  return found === cells.length;
}
