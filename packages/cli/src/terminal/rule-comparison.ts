/**
 * What counting and a model make of a rule's bits, beside each other, with how sure the model is.
 *
 *     live neighbours      0     1     2     3  …
 *     born: counting       -     -     -     B  …
 *           life           -     -     ?     B  …
 *           sure        1.00  0.99  0.61  1.00  …
 */

import { layOutTable } from './table.js';

/** A model's reading of 18 bits, B0 to B8, then S0 to S8. */
export interface ShownReading {
  readonly model: string;
  readonly bits: readonly (0 | 1 | null)[];
  /** Probabilities. */
  readonly confidence: readonly number[];
}

/** Draws the table. @param counted the bits as counting has them @param columns of the terminal */
export function drawRuleComparison(
  counted: readonly (0 | 1 | null)[],
  { model, bits, confidence }: ShownReading,
  columns: number,
): string {
  const half = <T>(all: readonly T[], state: number): readonly T[] =>
    all.slice(9 * state, 9 * state + 9);
  const mark = (letter: string) => (bit: 0 | 1 | null) =>
    bit === null ? '?' : bit === 1 ? letter : '-';
  const rows: [string, readonly string[]][] = [
    ['live neighbours', Array.from('012345678')],
    ...(['B', 'S'] as const).flatMap((letter, state): [string, readonly string[]][] => [
      [`${state === 0 ? 'born' : 'survives'}: counting`, half(counted, state).map(mark(letter))],
      [`  ${model}`, half(bits, state).map(mark(letter))],
      // rounded down: only what is certain to two digits shows as 1.00
      ['  sure', half(confidence, state).map((p) => (Math.floor(100 * p) / 100).toFixed(2))],
    ]),
  ];
  return layOutTable(
    rows.map(([name, cells]) => [name, ...cells]),
    columns,
  );
}
