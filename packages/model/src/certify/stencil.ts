/**
 * Which cells the heads read in a class, off the weights alone: nothing here knows what a neighbourhood is. A cell belongs to
 * the axis of a table on which it takes a stream beyond the middle, and counts as often as it moves the axis of counts by 1.
 */

import { REFERENCES } from '../network/location-config.js';
import type { BoardClass } from './board-class.js';
import { OFFSETS, REACHED, type Look, type Looker } from './look.js';
import { AXES } from './outcome.js';
import { judgeAxis } from './place.js';

/** A place by a reference of its row and one of its column, each with an offset. */
export interface Expression {
  readonly references: readonly [row: number, column: number];
  readonly offset: readonly [down: number, right: number];
}

/** A cell that is read. */
export interface ReadCell {
  /** Its name on the boards of the class. */
  readonly name: string;
  /** `[axes]`: by how much it moves a stream when it lives. */
  readonly moves: Float64Array;
  /** The ways in which heads find it, the one with the most weight first. */
  readonly expressions: readonly (Expression & { readonly weight: number })[];
}

/**
 * The cells that are read on all boards of a class.
 * @param steps `[heads][outcome]`: what a living cell brings more than a dead one
 */
export function readCells(
  cells: BoardClass,
  look: Look,
  { sink, boards }: Looker,
  steps: readonly Float64Array[],
): ReadCell[] {
  const axes = ([0, 1] as const).map((axis) =>
    REFERENCES.map((_, reference) =>
      Array.from({ length: OFFSETS }, (__, i) => judgeAxis(cells, axis, reference, i - REACHED)),
    ),
  );
  const totals = steps.map(() => sink[0]);
  const sure = look.places.flatMap((place) => {
    const row = axes[0]![place.references[0]]![place.offset[0] + REACHED]!;
    const column = axes[1]![place.references[1]]![place.offset[1] + REACHED]!;
    if (row.isOn !== true || column.isOn !== true) return [];
    const isEarlier = row.order === 0 ? column.isUpTo === true : (row.order ?? 1) < 0;
    for (const { head, mass } of place.heads) {
      const { lo } = boards[head]!;
      totals[head]! += mass[0] * (lo[0]! + (isEarlier ? lo[1]! : 0));
    }
    return [{ place, name: `${row.name}, ${column.name}` }];
  });
  const found = new Map<
    string,
    { moves: Float64Array; expressions: ReadCell['expressions'][number][] }
  >();
  for (const { place, name } of sure) {
    const own = found.get(name) ?? { moves: new Float64Array(AXES), expressions: [] };
    found.set(name, own);
    let weight = 0;
    for (const { head, mass } of place.heads) {
      const share = (mass[0] * boards[head]!.lo[0]!) / totals[head]!;
      for (let axis = 0; axis < AXES; axis++) {
        own.moves[axis]! += share * steps[head]![axis]!;
        weight += share * Math.abs(steps[head]![axis]!);
      }
    }
    const { references, offset } = place;
    own.expressions.push({ references, offset, weight });
  }
  return [...found].map(([name, { moves, expressions }]) => ({
    name,
    moves,
    expressions: expressions.sort((a, b) => b.weight - a.weight),
  }));
}

/**
 * The names of the nine cells on the axes of a table, in their order: the one that takes a stream beyond the middle of the
 * axis when it alone lives; null where none does, or several do.
 * @param base `[axes]`: where a stream lies whose cells are all dead
 */
export function nameAxes(cells: readonly ReadCell[], base: ArrayLike<number>): (string | null)[] {
  return Array.from({ length: 9 }, (_, i) => {
    const moving = cells.filter(({ moves }) => base[2 + i]! + moves[2 + i]! > 0.5);
    return moving.length === 1 ? moving[0]!.name : null;
  });
}
