/** Arithmetic in plain loops and doubles, for the references that the graphs are tested against. */

import type { NamedTensor } from '../folder/safetensors.js';

/** A row of numbers. */
export type Vector = number[];

/** A list of so many, each from its index. */
export const take = <T>(length: number, of: (i: number) => T): T[] =>
  Array.from({ length }, (_, i) => of(i));

/** The rows of a matrix. */
export function toRows({ data, shape }: Pick<NamedTensor, 'data' | 'shape'>): Vector[] {
  const columns = shape.at(-1)!;
  return take(data.length / columns, (row) =>
    Array.from(data.subarray(row * columns, (row + 1) * columns)),
  );
}

/** The sum of a row. */
export const sum = (values: Vector): number => values.reduce((total, value) => total + value, 0);
/** The product of two rows. */
export const dot = (a: Vector, b: Vector): number => sum(a.map((value, i) => value * b[i]!));
/** The sum of two rows. */
export const plus = (a: Vector, b: Vector): Vector => a.map((value, i) => value + b[i]!);
/** A row by a matrix, `[rows][columns]`. */
export const times = (row: Vector, matrix: readonly Vector[]): Vector =>
  take(matrix[0]!.length, (column) => sum(row.map((value, i) => value * matrix[i]![column]!)));

/** Shares that sum to 1. */
export function softmax(scores: Vector): Vector {
  const top = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - top));
  const total = sum(powers);
  return powers.map((power) => power / total);
}
