/** Well-known patterns that circuits are built of, turned and put in place. */

import { parseRle } from '../formats/rle.js';
import { createGrid } from '../grid.js';
import { stepReference } from '../life-reference.js';
import { CONWAY } from '../rule.js';
import { turnCells, type Cell, type Direction } from './glider.js';

/** How a pattern is turned: where its columns and rows go. */
export type Orientation =
  'plain' | 'quarter turn' | 'half turn' | 'upside down' | 'rows as columns';

const TURNS: Readonly<Record<Orientation, (cell: Cell) => Cell>> = {
  plain: ([x, y]) => [x, y],
  'quarter turn': ([x, y]) => [-y, x],
  'half turn': ([x, y]) => [-x, -y],
  'upside down': ([x, y]) => [x, -y],
  'rows as columns': ([x, y]) => [y, x],
};

/** Where a part stands: it is turned first, then moved. */
export interface Placement {
  readonly orientation: Orientation;
  readonly x: number;
  readonly y: number;
}

const place = (cells: readonly Cell[], { orientation, x, y }: Placement): Cell[] =>
  cells.map((cell) => {
    const [column, row] = TURNS[orientation](cell);
    return [column + x, row + y];
  });

/** The snark (Mike Playle, 2013): a still life that turns a glider by a quarter, and is ready for the next after 43 generations. */
const SNARK = readCells(
  '6b2o3b2o$6b2o2bob3o$10bo4bo$6b4ob2o2bo$6bo2bobobob2o$9bobobobo$10b2obobo$14bo2$2o$bo7b2o$bobo5b2o$2b2o7$12b2o$12bo$13b3o$15bo!',
);

/** A snark. As it stands plain it turns gliders that fly up to the right down to the right. */
export const buildSnark = (placement: Placement): Cell[] => place(SNARK, placement);

/** Generations between two gliders of the gun. */
export const GUN_PERIOD = 46;

/**
 * The gun of Heinrich Koenig (2017), two of Tanner Jacobi's period-46 oscillators at right angles. Gliders pass between the
 * gliders of another stream of this period, which they do not with the 30 generations of the Gosper gun.
 */
const GUN = readCells(
  '4b2o$5bo$5bobo$6b2o2b2o$10b2o7$o$3o7b2o$3bo6bobo$2bobo7bo$2b2o6bobo$10b2o$2b2o$2bo$3b3o$5bo$8b2o$9bo$6b3o14b3o$6bo15bo3bo$21bo5bo$13b2o6bo5bo$13b2o6b3ob3o$31b2o$31bobo$12b2o19bo$13bo19b2o$10b3o16b2o$10bo13bo4bo$23bobobobo$22bob2ob2o$22bo$21b2o!',
);

/** Dead cells around a gun while it runs ahead. */
const ROOM = 8;

/** The gun's cells in each generation of its period, as far as they were asked for. */
const PHASES: (readonly Cell[])[] = [GUN];

/**
 * A gun; plain it shoots up to the right.
 * @param ahead generations that it has run, below `GUN_PERIOD`
 */
export function buildGun(placement: Placement, ahead: number): Cell[] {
  while (PHASES.length <= ahead) PHASES.push(stepCells(PHASES.at(-1)!));
  return place(PHASES[ahead]!, placement);
}

/** The next generation of a gun. */
function stepCells(cells: readonly Cell[]): Cell[] {
  const side = Math.max(...GUN.flat()) + 1 + 2 * ROOM;
  const grid = createGrid(side, side);
  for (const [x, y] of cells) grid.cells[(y + ROOM) * side + x + ROOM] = 1;
  const alive: Cell[] = [];
  stepReference(grid, CONWAY, { kind: 'plane' }).cells.forEach((cell, k) => {
    if (cell === 1) alive.push([(k % side) - ROOM, Math.floor(k / side) - ROOM]);
  });
  return alive;
}

const EATER = readCells('2o$obo$2bo$2b2o!');

/** Eater 1 in the way of gliders of a direction that pass through (x, y): it swallows them. */
export const buildEater = (direction: Direction, x: number, y: number): Cell[] =>
  turnCells(EATER, direction).map(([column, row]) => [column + x, row + y]);

function readCells(rle: string): Cell[] {
  const { width, cells } = parseRle(`x = 64, y = 64\n${rle}`, 'part').grid;
  const alive: Cell[] = [];
  cells.forEach((cell, k) => {
    if (cell === 1) alive.push([k % width, Math.floor(k / width)]);
  });
  return alive;
}
