/** Rows and matrices of fixed-point numbers. */

import { magnitude, times, toFixed } from './fixed.js';

/** A matrix by its rows. */
export type FixedRows = readonly (readonly bigint[])[];

/** The numbers of a tensor, in rows of so many. */
export function toRows(data: ArrayLike<number>, columns: number): bigint[][] {
  return Array.from({ length: data.length / columns }, (_, row) =>
    Array.from({ length: columns }, (__, column) => toFixed(data[row * columns + column]!)),
  );
}

/** A row by a matrix, `[rows][columns]`. */
export function multiplyRow(row: readonly bigint[], matrix: FixedRows): bigint[] {
  const columns = matrix[0]!.length;
  const product = Array<bigint>(columns).fill(0n);
  for (let i = 0; i < row.length; i++) {
    const [value, own] = [row[i]!, matrix[i]!];
    if (value === 0n) continue;
    for (let c = 0; c < columns; c++) product[c]! += value * own[c]!;
  }
  return product.map((sum) => times(sum, 1n));
}

/** The sum of two rows. */
export const addRows = (a: readonly bigint[], b: readonly bigint[]): bigint[] =>
  a.map((value, i) => value + b[i]!);

/** Without signs. */
export const magnitudes = (row: readonly bigint[]): bigint[] => row.map(magnitude);
/** Without signs. */
export const magnitudesOf = (rows: FixedRows): bigint[][] => rows.map(magnitudes);

/** The largest magnitude at each place of some rows. */
export function largestOf(rows: FixedRows): bigint[] {
  return rows[0]!.map((_, i) =>
    rows.reduce((so, row) => (magnitude(row[i]!) > so ? magnitude(row[i]!) : so), 0n),
  );
}
