/** Which cells the heads of a class read, and with which weights: for sure, or on some boards alone. */

import type { Interval } from './arithmetic.js';
import type { BoardClass } from './board-class.js';
import { OFFSETS, REACHED, type Look, type Looker } from './look.js';
import { judgeAxis, listNeighbourhood, namePlace, type AxisFacts } from './place.js';
import { REFERENCES } from '../network/location-config.js';

/** Weights of heads on a cell. */
export interface Masses {
  readonly heads: number[];
  readonly lo: Float64Array;
  readonly hi: Float64Array;
}

/** What a class' heads read. */
export interface Reading {
  /** Indices of the neighbourhood's cells, which are the first `own`. */
  readonly nine: readonly number[];
  readonly own: number;
  /** Whether the class is the first cell of the board. */
  readonly isFirst: boolean;
  readonly given: Masses[];
  readonly following: Masses[];
  /** Whether the answer's token there may be the marker that opens it. */
  readonly mayStart: boolean[];
  /** `[heads]`: all that is read for sure, and the sink. */
  readonly total: { readonly lo: Float64Array; readonly hi: Float64Array };
  /** `[heads]`: most that is read on some boards. */
  readonly doubtful: Float64Array;
  readonly mayDoubtStart: Uint8Array;
  /** `[heads]`: of that the most at places that are not listed, the first cell perhaps among them. */
  readonly leftOut: Float64Array;
}

/** Which cells the heads of a class read. @param look where they look */
export function readCells(looker: Looker, cells: BoardClass, look: Look): Reading {
  const heads = look.leftOut.length;
  const names = new Map<string, number>();
  const indexOf = (name: string): number => {
    const known = names.get(name);
    if (known !== undefined) return known;
    names.set(name, names.size);
    return names.size - 1;
  };
  const nine = listNeighbourhood(cells).map((place) =>
    place === null ? -1 : indexOf(namePlace(place)),
  );
  const own = names.size;
  const reading: Reading = {
    nine,
    own,
    isFirst: cells.touches[0] && cells.touches[2],
    given: [],
    following: [],
    mayStart: [],
    total: {
      lo: new Float64Array(heads).fill(looker.sink[0]),
      hi: new Float64Array(heads).fill(looker.sink[1]),
    },
    doubtful: look.leftOut.slice(),
    leftOut: look.leftOut,
    mayDoubtStart: new Uint8Array(heads),
  };
  const facts = (axis: 0 | 1): AxisFacts[][] =>
    REFERENCES.map((_, reference) =>
      Array.from({ length: OFFSETS }, (__, i) => judgeAxis(cells, axis, reference, i - REACHED)),
    );
  const [rows, columns] = [facts(0), facts(1)];
  for (const { references, offset, heads: masses } of look.places) {
    const row = rows[references[0]]![offset[0] + REACHED]!;
    const column = columns[references[1]]![offset[1] + REACHED]!;
    if (row.isOn === false || column.isOn === false) continue;
    const isSure = row.isOn === true && column.isOn === true;
    const isEarlier = row.order === 0 ? column.isUpTo : row.order === null ? null : row.order < 0;
    const mayStart = row.mayBeFirst && column.mayBeFirst;
    const at = indexOf(`${row.name}, ${column.name}`);
    for (const { head, mass } of masses) {
      const { lo, hi } = looker.boards[head]!;
      if (isSure) addMass(reading.given, at, head, mass, [lo[0]!, hi[0]!], reading.total);
      else reading.doubtful[head]! += mass[1] * hi[0]!;
      if (isEarlier === false) continue;
      if (isSure && isEarlier === true) {
        addMass(reading.following, at, head, mass, [lo[1]!, hi[1]!], reading.total);
        reading.mayStart[at] = mayStart;
      } else {
        reading.doubtful[head]! += mass[1] * hi[1]!;
        if (mayStart) reading.mayDoubtStart[head] = 1;
      }
    }
  }
  return reading;
}

function addMass(
  list: Masses[],
  at: number,
  head: number,
  mass: Interval,
  gate: Interval,
  total: Reading['total'],
): void {
  const heads = total.lo.length;
  const masses = (list[at] ??= {
    heads: [],
    lo: new Float64Array(heads),
    hi: new Float64Array(heads),
  });
  if (masses.hi[head] === 0) masses.heads.push(head);
  const [lo, hi] = [mass[0] * gate[0], mass[1] * gate[1]];
  masses.lo[head]! += lo;
  masses.hi[head]! += hi;
  total.lo[head]! += lo;
  total.hi[head]! += hi;
}
