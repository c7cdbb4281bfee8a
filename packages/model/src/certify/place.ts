/** Where the places that heads look at lie on the boards of a class, and which cells are the nine of a neighbourhood. */

import type { BoardClass } from './board-class.js';
import {
  constantForm,
  type Form,
  isAtLeast,
  isAtMost,
  nameForm,
  shiftForm,
  subtractForms,
} from './form.js';

/** A row and a column on all boards of a class. */
export interface Place {
  readonly row: Form;
  readonly column: Form;
}

/** What holds of a row or a column on all boards of a class; null where it differs from board to board. */
export interface AxisFacts {
  readonly name: string;
  readonly isOn: boolean | null;
  /** Below 0 where it lies before the query's own, 0 where it is that, above 0 behind it. */
  readonly order: number | null;
  /** Whether it lies before the query's own or is that. */
  readonly isUpTo: boolean | null;
  /** Whether it may be the first. */
  readonly mayBeFirst: boolean;
}

/** What holds of the row (axis 0) or column (1) at some offset from a reference: a distance to a border, or 0. */
export function judgeAxis(
  { distances, lastRow, lastColumn }: BoardClass,
  axis: 0 | 1,
  reference: number,
  offset: number,
): AxisFacts {
  const at = shiftForm(distances[reference] ?? constantForm(0), offset);
  const behind = subtractForms(at, distances[2 * axis]!);
  const isBehind = isAtLeast(behind, 1);
  const isUpTo = isAtMost(behind, 0) ? true : isBehind ? false : null;
  let order: number | null = null;
  if (isAtMost(behind, -1)) order = -1;
  else if (isBehind) order = 1;
  else if (isUpTo === true && isAtLeast(behind, 0)) order = 0;
  return {
    name: nameForm(at),
    isOn: isOn(at, axis === 0 ? lastRow : lastColumn),
    order,
    isUpTo,
    mayBeFirst: !isAtLeast(at, 1),
  };
}

/** Whether it is a row or column of the board: the last one's index may be known in several ways. */
function isOn(at: Form, lasts: readonly Form[]): boolean | null {
  const beyond = lasts.map((last) => subtractForms(at, last));
  if (isAtMost(at, -1) || beyond.some((over) => isAtLeast(over, 1))) return false;
  return isAtLeast(at, 0) && beyond.some((over) => isAtMost(over, 0)) ? true : null;
}

/** Equal names are the same cell on every board of a class. */
export const namePlace = ({ row, column }: Place): string =>
  `${nameForm(row)}, ${nameForm(column)}`;

/** A row or column of a neighbour: on the board, or a step before or behind it. */
type Step = Form | 'before' | 'behind';

/**
 * The nine cells of the neighbourhood, in reading order, as core's `locateCell` finds them; null where nothing lives.
 * `place.test.ts` holds them against it on every cell of small boards.
 */
export function listNeighbourhood(cells: BoardClass): (Place | null)[] {
  return [-1, 0, 1].flatMap((down) => [-1, 0, 1].map((right) => findNeighbour(cells, down, right)));
}

function findNeighbour(
  { topology, distances, touches, lastRow, lastColumn }: BoardClass,
  down: number,
  right: number,
): Place | null {
  const [top, , left] = distances;
  const step = (from: Form, by: number, before: boolean, behind: boolean): Step => {
    if (by < 0 && before) return 'before';
    return by > 0 && behind ? 'behind' : shiftForm(from, by);
  };
  const row = step(top, down, touches[0], touches[1]);
  const column = step(left, right, touches[2], touches[3]);
  const [isOutsideRows, isOutsideColumns] = [row, column].map((at) => typeof at === 'string');
  const [lastR, lastC] = [lastRow[0]!, lastColumn[0]!];
  const wrapped = { row: wrap(row, lastR), column: wrap(column, lastC) };
  if (!isOutsideRows && !isOutsideColumns) return wrapped;
  switch (topology) {
    case 'T':
      return wrapped;
    case 'P':
      return null;
    case 'K*':
      return isOutsideRows ? { ...wrapped, column: wrap(mirror(column, lastC), lastC) } : wrapped;
    case 'K':
      return isOutsideColumns ? { ...wrapped, row: wrap(mirror(row, lastR), lastR) } : wrapped;
    case 'C':
      return {
        row: wrap(isOutsideColumns ? mirror(row, lastR) : row, lastR),
        column: wrap(isOutsideRows ? mirror(column, lastC) : column, lastC),
      };
    case 'S': {
      const [onRow, onColumn] = [clamp(row, lastR), clamp(column, lastC)];
      const isCorner = isOutsideRows === true && isOutsideColumns === true;
      return isCorner ? { row: onRow, column: onColumn } : { row: onColumn, column: onRow };
    }
  }
}

/** A step before the board is its last row, and a step behind it its first. */
function wrap(at: Step, last: Form): Form {
  if (at === 'before') return last;
  return at === 'behind' ? constantForm(0) : at;
}

function mirror(at: Step, last: Form): Step {
  if (at === 'before') return 'behind';
  return at === 'behind' ? 'before' : subtractForms(last, at);
}

function clamp(at: Step, last: Form): Form {
  if (at === 'before') return constantForm(0);
  return at === 'behind' ? last : at;
}
