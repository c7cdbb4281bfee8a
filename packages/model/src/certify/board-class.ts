/**
 * The classes into which the cells of all boards fall. A class says a cell's distances to the four borders as far as these are
 * small; of others, that they are far. Where rows or columns are few, all of them are told apart, and the other axis a little
 * farther; where a cell is near one border of each axis, it also counts how the two far distances differ, since a head may
 * take a distance of one axis for a place on the other. A sphere is square, which leaves fewer.
 */

import type { TopologyToken } from '@lifegpt/core';
import { addForms, constantForm, farForm, type Form, shiftForm } from './form.js';

/** Distances below it are told apart; places of heads reach as far. */
export const NEAR = 3;
/** How much farther the other axis is told apart where a side is short. */
const BEYOND_SHORT = 2;
/** Differences of two far distances below it are told apart. */
const APART = 3;

/** Cells whose distances to the borders are the same, as far as they are small, on all boards. */
export interface BoardClass {
  readonly topology: TopologyToken;
  /** Its name: the distances to the top, bottom, left and right, and how the far ones differ. */
  readonly name: string;
  /** Distances to the top, bottom, left and right border. */
  readonly distances: readonly [top: Form, bottom: Form, left: Form, right: Form];
  /** The last row's index in each way that it is known, and the last column's. */
  readonly lastRow: readonly Form[];
  readonly lastColumn: readonly Form[];
  /** Which borders the cells touch. */
  readonly touches: readonly [boolean, boolean, boolean, boolean];
}

/** A distance that is told apart, or the least that a far one can be. */
type Distance = { readonly is: number } | { readonly least: number };
type Pair = readonly [Distance, Distance];

const isFar = (distance: Distance): distance is { readonly least: number } => 'least' in distance;
const isShort = (pair: Pair): boolean => pair.every((one) => !isFar(one) && one.is < NEAR);
const isOneSided = (pair: Pair): boolean => pair.filter(isFar).length === 1;

/** All classes of a topology: each cell of each board is in one of them. */
export function listClasses(topology: TopologyToken): BoardClass[] {
  if (topology === 'S') return listSquareClasses();
  const near = listPairs(NEAR);
  const classes: BoardClass[] = [];
  for (const rows of near.filter(isShort)) {
    for (const columns of listPairs(reachBeside(rows)))
      classes.push(place(topology, rows, columns));
  }
  for (const columns of near.filter(isShort)) {
    for (const rows of listPairs(reachBeside(columns))) {
      if (!isShort(rows)) classes.push(place(topology, rows, columns));
    }
  }
  for (const rows of near.filter((pair) => !isShort(pair))) {
    for (const columns of near.filter((pair) => !isShort(pair))) {
      if (isOneSided(rows) && isOneSided(columns)) {
        for (let apart = -APART; apart <= APART; apart++) {
          classes.push(placeApart(topology, rows, columns, apart));
        }
      } else classes.push(place(topology, rows, columns));
    }
  }
  return classes;
}

/** Distances are told apart up to here beside an axis of few rows or columns. */
function reachBeside([before, behind]: Pair): number {
  const side = (before as { is: number }).is + (behind as { is: number }).is + 1;
  return Math.max(NEAR, side + BEYOND_SHORT);
}

function listPairs(reach: number): Pair[] {
  const all: Distance[] = [...Array.from({ length: reach }, (_, is) => ({ is })), { least: reach }];
  return all.flatMap((before) => all.map((behind): Pair => [before, behind]));
}

/** A class whose far distances have nothing to do with each other. */
function place(topology: TopologyToken, rows: Pair, columns: Pair): BoardClass {
  const all = [...rows, ...columns];
  const distances = all.map((one, i) =>
    isFar(one) ? farForm(one.least, i) : constantForm(one.is),
  ) as unknown as BoardClass['distances'];
  return describe(topology, all.map(nameDistance).join(' '), distances);
}

/** A class where one distance of each axis is far, the column's by `apart` more than the row's; at the ends, by that or more. */
function placeApart(topology: TopologyToken, rows: Pair, columns: Pair, apart: number): BoardClass {
  // the far distance of the rows and that of the columns, by v₀ and, at the ends, v₁
  let far: readonly [Form, Form];
  if (apart === APART) {
    const row = farForm(NEAR, 0);
    far = [row, addForms(row, farForm(APART, 1))];
  } else if (apart === -APART) {
    const column = farForm(NEAR, 0);
    far = [addForms(column, farForm(APART, 1)), column];
  } else {
    const row = farForm(Math.max(NEAR, NEAR - apart), 0);
    far = [row, shiftForm(row, apart)];
  }
  const form = (one: Distance, axis: 0 | 1): Form =>
    isFar(one) ? far[axis] : constantForm(one.is);
  const distances = [
    form(rows[0], 0),
    form(rows[1], 0),
    form(columns[0], 1),
    form(columns[1], 1),
  ] as const;
  const sign = apart > 0 ? '+' : '';
  const words = Math.abs(apart) < APART ? `${sign}${apart}` : `${sign}${apart} or beyond`;
  const name = `${[...rows, ...columns].map(nameDistance).join(' ')} apart ${words}`;
  return describe(topology, name, distances);
}

/** A sphere's: squares to a side of 2 NEAR - 1 exactly, and larger ones by the borders that a cell is near. */
function listSquareClasses(): BoardClass[] {
  const classes: BoardClass[] = [];
  for (let side = 1; side < 2 * NEAR; side++) {
    for (let row = 0; row < side; row++) {
      for (let column = 0; column < side; column++) {
        const exact = [row, side - 1 - row, column, side - 1 - column].map((is) => ({ is }));
        classes.push(place('S', [exact[0]!, exact[1]!], [exact[2]!, exact[3]!]));
      }
    }
  }
  const ways: Way[] = [null];
  for (let at = 0; at < NEAR; at++) ways.push({ at, isBehind: false }, { at, isBehind: true });
  for (const rows of ways) for (const columns of ways) classes.push(placeSquare(rows, columns));
  return classes;
}

/** How far from the border before it or behind it, or null for the middle: far from both. */
type Way = { readonly at: number; readonly isBehind: boolean } | null;

/** Cells of a large square. */
function placeSquare(rows: Way, columns: Way): BoardClass {
  const axes = [rows, columns];
  const middles = axes.map((way, axis) =>
    way === null ? [farForm(NEAR, 2 * axis), farForm(NEAR, 2 * axis + 1)] : null,
  );
  // the last index of both axes: the sum of the two distances of one in the middle
  const middle = middles.find((pair) => pair !== null);
  const last = middle === undefined ? farForm(2 * NEAR - 1, 0) : addForms(middle[0]!, middle[1]!);
  const pairs = axes.map((way, axis) => {
    if (way === null) return middles[axis]!;
    const pair = [constantForm(way.at), shiftForm(last, -way.at)];
    return way.isBehind ? pair.reverse() : pair;
  });
  const names = axes.map((way) => {
    if (way === null) return 'far far';
    return way.isBehind ? `far ${way.at}` : `${way.at} far`;
  });
  const distances = pairs.flat() as unknown as BoardClass['distances'];
  return describe('S', names.join(' '), distances);
}

function describe(
  topology: TopologyToken,
  name: string,
  distances: BoardClass['distances'],
): BoardClass {
  const [top, bottom, left, right] = distances;
  const [rows, columns] = [addForms(top, bottom), addForms(left, right)];
  const isSquare = topology === 'S';
  const touches = distances.map(
    ([constant, ...factors]) => constant === 0 && factors.every((factor) => factor === 0),
  ) as unknown as BoardClass['touches'];
  return {
    topology,
    name,
    distances,
    lastRow: isSquare ? [rows, columns] : [rows],
    lastColumn: isSquare ? [columns, rows] : [columns],
    touches,
  };
}

const nameDistance = (one: Distance): string => (isFar(one) ? 'far' : String(one.is));
