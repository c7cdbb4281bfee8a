/** Classes of cells with what they read, and those of them that hardly differ made one. */

import type { ReadPlace } from './cell-classes.js';

/** Cells that look alike. */
export interface CellClass {
  /** Their row-major indices. */
  readonly cells: Int32Array;
  /** The places that they read on the given board. */
  readonly given: readonly ReadPlace[];
  /** `[given places, outputs]`: what a living cell adds at each; outputs are the rule's axes, then the logits. */
  readonly givenWeights: Float32Array;
  /** The same of the board behind it, the answer so far. */
  readonly following: readonly ReadPlace[];
  readonly followingWeights: Float32Array;
  /** `[outputs]`: what all of them have. */
  readonly base: Float32Array;
  /** `[outputs]`: how far what was left out can move them. */
  readonly error: Float32Array;
}

/** Classes whose outputs differ by less than this are taken for one, and the difference for an error. */
const ALIKE = 5e-3;

/** Joins classes that read the same places with hardly other weights: a row or two from a border looks much like the middle. */
export function mergeAlike(classes: readonly CellClass[], outputs: number): CellClass[] {
  const merged = new Map<string, CellClass[]>();
  const nameOf = (places: readonly ReadPlace[]): string =>
    places.map(({ references, offset }) => [...references, ...offset].join()).join(' ');
  for (const one of classes) {
    const key = `${nameOf(one.given)} / ${nameOf(one.following)}`;
    const alike = merged.get(key) ?? [];
    merged.set(key, alike);
    const found = alike.findIndex((other) => Math.max(...differ(one, other, outputs)) < ALIKE);
    if (found < 0) alike.push(one);
    else alike[found] = join(alike[found]!, one, differ(one, alike[found]!, outputs));
  }
  return [...merged.values()].flat();
}

/** How far the outputs of two classes that read the same places can lie apart. */
function differ(one: CellClass, other: CellClass, outputs: number): Float32Array {
  const apart = one.base.map((value, o) => Math.abs(value - other.base[o]!));
  for (const board of ['givenWeights', 'followingWeights'] as const) {
    one[board].forEach((weight, at) => {
      apart[at % outputs]! += Math.abs(weight - other[board][at]!);
    });
  }
  return apart;
}

/** The first class with the cells of both. */
function join(one: CellClass, other: CellClass, apart: Float32Array): CellClass {
  const cells = new Int32Array(one.cells.length + other.cells.length);
  cells.set(one.cells);
  cells.set(other.cells, one.cells.length);
  const error = one.error.map((value, o) => Math.max(value, other.error[o]! + apart[o]!));
  return { ...one, cells, error };
}
