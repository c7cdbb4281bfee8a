/**
 * The classes of cells once more, derived otherwise: a class is the set of all boards and cells at `apex` and any number of
 * steps along each of its rays. Rows, columns and sides change evenly along a ray, and so do the places that heads look at and
 * the neighbours that core's `locateCell` finds, since which borders a cell touches stays the same. What holds of such numbers
 * at the apex and far out along any rays, holds everywhere between. So facts are read off a few real boards.
 */

import { locateCell, topologyOfToken, type TopologyToken } from '@lifegpt/core';

/** Distances to the top, bottom, left and right border. */
type Distances = readonly [top: number, bottom: number, left: number, right: number];

/** A class of cells. */
export interface CornerClass {
  readonly topology: TopologyToken;
  readonly name: string;
  /** The cell's distances on the boards at the corners; the apex first. */
  readonly corners: readonly Distances[];
}

/** Steps to the corners far out: more than a board's longest side. */
const OUT = 2 ** 20;
/** Distances below are told apart; beside a short side, those below its length and 2; differences of far ones below 3. */
const [NEAR, BESIDE, APART] = [3, 2, 3];

type Axis = readonly [before: number | null, behind: number | null];

/** The classes of a topology. */
export function listCornerClasses(topology: TopologyToken): CornerClass[] {
  return topology === 'S' ? listSquares() : listRectangles(topology);
}

function listRectangles(topology: TopologyToken): CornerClass[] {
  const classes: CornerClass[] = [];
  for (const rows of listAxes(NEAR)) {
    const height = lengthOf(rows);
    // columns are told apart as far as the rows ask for, and only then the rows as the columns do
    if (height !== null) {
      const reach = Math.max(NEAR, height + BESIDE);
      for (const columns of listAxes(reach))
        classes.push(open(topology, rows, columns, NEAR, reach));
      continue;
    }
    for (const columns of listAxes(NEAR)) {
      if (lengthOf(columns) === null) classes.push(...openLong(topology, rows, columns));
    }
  }
  for (const columns of listAxes(NEAR)) {
    const width = lengthOf(columns);
    if (width === null) continue;
    const reach = Math.max(NEAR, width + BESIDE);
    for (const rows of listAxes(reach)) {
      const isCovered = rows.every((distance) => distance !== null && distance < NEAR);
      if (!isCovered) classes.push(open(topology, rows, columns, reach, NEAR));
    }
  }
  return classes;
}

/** Cells with rows and columns of which at most one end is near. */
function openLong(topology: TopologyToken, rows: Axis, columns: Axis): CornerClass[] {
  const [far, other] = [rows, columns].map((axis) => axis.filter((end) => end === null).length);
  if (far !== 1 || other !== 1) return [open(topology, rows, columns, NEAR, NEAR)];
  const row = rows[0] === null ? 0 : 1;
  const column = columns[0] === null ? 2 : 3;
  const both = ray(row, column);
  return Array.from({ length: 2 * APART + 1 }, (_, i) => {
    const apart = i - APART;
    const apex = [...rows, ...columns].map((end) => end ?? 0);
    apex[row] = Math.max(NEAR, NEAR - apart);
    apex[column] = Math.max(NEAR, NEAR + apart);
    const rays = [both];
    if (apart === APART) rays.push(ray(column));
    if (apart === -APART) rays.push(ray(row));
    const words = `${apart > 0 ? '+' : ''}${apart}${Math.abs(apart) === APART ? ' or beyond' : ''}`;
    return spread(topology, `${nameEnds(rows, columns)} apart ${words}`, apex, rays);
  });
}

/** Far ends that do not hang together. */
function open(
  topology: TopologyToken,
  rows: Axis,
  columns: Axis,
  rowReach: number,
  columnReach: number,
): CornerClass {
  const ends = [...rows, ...columns];
  const apex = ends.map((end, i) => end ?? (i < 2 ? rowReach : columnReach));
  const rays = ends.flatMap((end, i) => (end === null ? [ray(i)] : []));
  return spread(topology, nameEnds(rows, columns), apex, rays);
}

function listSquares(): CornerClass[] {
  const classes: CornerClass[] = [];
  for (let side = 1; side < 2 * NEAR; side++) {
    for (let cell = 0; cell < side * side; cell++) {
      const [row, column] = [Math.floor(cell / side), cell % side];
      const ends = [row, side - 1 - row, column, side - 1 - column];
      classes.push(spread('S', ends.join(' '), ends, []));
    }
  }
  const axes = listAxes(NEAR).filter((axis) => axis.includes(null));
  for (const rows of axes) for (const columns of axes) classes.push(openSquare(rows, columns));
  return classes;
}

/** Cells of a square whose side is 2 NEAR or more: both axes grow together. */
function openSquare(rows: Axis, columns: Axis): CornerClass {
  const ends = [...rows, ...columns];
  const [farRows, farColumns] = [
    [0, 1].filter((i) => ends[i] === null),
    [2, 3].filter((i) => ends[i] === null),
  ];
  const isMiddle = farRows!.length === 2 || farColumns!.length === 2;
  const last = isMiddle ? 2 * NEAR : 2 * NEAR - 1;
  const apex = ends.map((end, i) => {
    if (end !== null) return end;
    const opposite = ends[i ^ 1];
    return opposite === null || opposite === undefined ? NEAR : last - opposite;
  });
  const rays = farRows!.flatMap((row) => farColumns!.map((column) => ray(row, column)));
  return spread('S', nameEnds(rows, columns), apex, rays);
}

/** Both ends of an axis, each near or far (null). */
function listAxes(reach: number): Axis[] {
  const ends = [...Array.from({ length: reach }, (_, end) => end), null];
  return ends.flatMap((before) => ends.map((behind): Axis => [before, behind]));
}

/** Cells of an axis whose ends are both near. */
const lengthOf = ([before, behind]: Axis): number | null =>
  before === null || behind === null ? null : before + behind + 1;

const ray = (...ends: number[]): number[] => [0, 1, 2, 3].map((i) => (ends.includes(i) ? 1 : 0));

const nameEnds = (...axes: Axis[]): string =>
  axes
    .flat()
    .map((end) => (end === null ? 'far' : String(end)))
    .join(' ');

function spread(
  topology: TopologyToken,
  name: string,
  apex: readonly number[],
  rays: readonly (readonly number[])[],
): CornerClass {
  const corners = Array.from({ length: 1 << rays.length }, (_, chosen) =>
    apex.map((end, i) =>
      rays.reduce((sum, own, r) => sum + ((chosen >> r) & 1) * OUT * own[i]!, end),
    ),
  );
  return { topology, name, corners: corners as unknown as Distances[] };
}

/** A row or column at each corner, and what holds of it on all boards; null where it differs. */
export interface AxisTruth {
  /** The same numbers at all corners are the same row or column on all boards. */
  readonly name: string;
  readonly isOn: boolean | null;
  /** Where it lies from the query's own: before it (-1), there (0), behind it (1). */
  readonly side: -1 | 0 | 1 | null;
  readonly isUpTo: boolean | null;
  readonly mayBeFirst: boolean;
}

/** What holds of the row (axis 0) or column (1) so far from a reference. */
export function readAxis(
  { corners }: CornerClass,
  axis: 0 | 1,
  reference: number,
  offset: number,
): AxisTruth {
  const at = corners.map((ends) => (ends[reference] ?? 0) + offset);
  const own = corners.map((ends) => ends[2 * axis]!);
  const last = corners.map((ends) => ends[2 * axis]! + ends[2 * axis + 1]!);
  const all = (holds: (value: number, i: number) => boolean): boolean => at.every(holds);
  const isOff = all((value) => value < 0) || all((value, i) => value > last[i]!);
  const isUpTo = all((value, i) => value <= own[i]!);
  const isBehind = all((value, i) => value > own[i]!);
  let side: AxisTruth['side'] = null;
  if (all((value, i) => value < own[i]!)) side = -1;
  else if (isBehind) side = 1;
  else if (all((value, i) => value === own[i]!)) side = 0;
  return {
    name: at.join(),
    isOn: isOff ? false : all((value, i) => value >= 0 && value <= last[i]!) ? true : null,
    side,
    isUpTo: isUpTo ? true : isBehind ? false : null,
    mayBeFirst: !all((value) => value > 0),
  };
}

/** The nine cells of the neighbourhood in reading order, each by its row and column at all corners; null where nothing lives. */
export function readNeighbourhood({ topology, corners }: CornerClass): (string | null)[] {
  const kind = topologyOfToken(topology);
  return [-1, 0, 1].flatMap((down) =>
    [-1, 0, 1].map((right) => {
      const found = corners.map(([top, bottom, left, rightEnd]) => {
        const [width, height] = [left + rightEnd + 1, top + bottom + 1];
        const cell = locateCell({ topology: kind, width, height }, top + down, left + right);
        return cell < 0 ? null : [Math.floor(cell / width), cell % width];
      });
      if (found.includes(null)) return null;
      return [0, 1].map((axis) => found.map((place) => place![axis]).join()).join(' / ');
    }),
  );
}

/** Which borders the cells touch. */
export function readTouches({ corners }: CornerClass): boolean[] {
  return [0, 1, 2, 3].map((border) => corners.every((ends) => ends[border] === 0));
}
