/** Which classes of a proof a cell of a board falls into. */

import type { BoundClass } from '@lifegpt/model';

/** Each distance to a border: a constant and a multiple of each of some unknowns, which are 0 or more. */
export type ClassForms = BoundClass['cells']['distances'];

/** A cell's distances to the top, bottom, left and right border. */
export type Distances = readonly [top: number, bottom: number, left: number, right: number];

/** The distances of a cell. */
export function distancesOf(cell: number, width: number, height: number): Distances {
  const [row, column] = [Math.floor(cell / width), cell % width];
  return [row, height - 1 - row, column, width - 1 - column];
}

/** Whether distances are what a class says: each unknown that one of them settles has to suit the others. */
export function fitsClass(forms: ClassForms, distances: Distances): boolean {
  const unknowns: (number | undefined)[] = [];
  let open = forms.map(([constant, ...factors], i) => ({
    rest: distances[i]! - constant,
    factors,
  }));
  while (open.length > 0) {
    const later = open.filter(({ rest, factors }) => {
      const unsettled = factors.flatMap((factor, k) =>
        factor !== 0 && unknowns[k] === undefined ? [k] : [],
      );
      if (unsettled.length > 1) return true;
      const known = factors.reduce((sum, factor, k) => sum + factor * (unknowns[k] ?? 0), 0);
      const [own] = unsettled;
      if (own !== undefined) unknowns[own] = (rest - known) / factors[own]!;
      else if (rest !== known) unknowns.push(-1);
      return false;
    });
    if (later.length === open.length) break; // what is left is free
    open = later;
  }
  return unknowns.every((value) => value === undefined || (value >= 0 && Number.isInteger(value)));
}
