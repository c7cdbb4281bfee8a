/** The class of a cell of a board, for tests: found by solving for a class' unknowns. */

import { listClasses, type BoardClass } from '../src/certify/board-class.js';
import type { Form } from '../src/certify/form.js';
import type { TopologyToken } from '@lifegpt/core';

/** A class that a cell is in, and what the class' unknowns are on its board. */
export interface FoundClass {
  readonly cells: BoardClass;
  readonly unknowns: readonly number[];
}

/** Finds all classes that a cell is in: there should be one. */
export function openClasses(
  topology: TopologyToken,
): (width: number, height: number, row: number, column: number) => FoundClass[] {
  const byTouches = groupByTouches(listClasses(topology));
  return (width, height, row, column) => {
    const distances = [row, height - 1 - row, column, width - 1 - column];
    const alike = byTouches.get(distances.map((distance) => distance === 0).join()) ?? [];
    return alike.flatMap((cells) => {
      const unknowns = solve(cells, distances);
      return unknowns === null ? [] : [{ cells, unknowns }];
    });
  };
}

/** The value of a form. */
export function valueOf([constant, ...factors]: Form, unknowns: readonly number[]): number {
  return factors.reduce((sum, factor, v) => sum + factor * unknowns[v]!, constant);
}

function solve({ distances }: BoardClass, found: readonly number[]): number[] | null {
  const unknowns: (number | null)[] = [null, null, null, null];
  for (let turn = 0; turn < 4; turn++) {
    distances.forEach(([constant, ...factors], i) => {
      const open = factors.flatMap((factor, v) =>
        factor !== 0 && unknowns[v] === null ? [v] : [],
      );
      if (open.length !== 1) return;
      const rest = factors.reduce((sum, factor, v) => sum + factor * (unknowns[v] ?? 0), constant);
      unknowns[open[0]!] = (found[i]! - rest) / factors[open[0]!]!;
    });
  }
  const values = unknowns.map((value) => value ?? 0);
  const fits =
    values.every((value) => value >= 0 && Number.isInteger(value)) &&
    distances.every((form, i) => valueOf(form, values) === found[i]);
  return fits ? values : null;
}

function groupByTouches(classes: readonly BoardClass[]): Map<string, BoardClass[]> {
  const groups = new Map<string, BoardClass[]>();
  for (const cells of classes) {
    const key = cells.touches.join();
    groups.set(key, [...(groups.get(key) ?? []), cells]);
  }
  return groups;
}
