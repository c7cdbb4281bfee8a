/**
 * A rule as a table: cells by live neighbours, state and next state, and what each count says.
 *
 *     live neighbours     0   1   2   3   4   5   6   7   8
 *     dead,  stays dead  90  40  21   0   9   2   0   0   0
 *            is born      0   0   0  12   0   0   1   0   0
 *                         -   -   -   B   -   -   B   ?   ?
 */

import { formatCount } from './count.js';
import { layOutTable } from './table.js';

/**
 * Draws the table.
 * @param counts `[18, 2]`: cells by case and next state
 * @param bits B0 to B8, then S0 to S8; null where the bit stays open
 * @param columns of the terminal
 */
export function drawRuleTable(
  counts: ArrayLike<number>,
  bits: readonly (0 | 1 | null)[],
  columns: number,
): string {
  const neighbours = [0, 1, 2, 3, 4, 5, 6, 7, 8];
  const column = (state: number, next: number): string[] =>
    neighbours.map((n) => formatCount(counts[2 * (9 * state + n) + next]!));
  const verdict = (state: number, letter: string): string[] =>
    neighbours.map((n) => {
      const bit = bits[9 * state + n];
      return bit === null ? '?' : bit === 1 ? letter : '-';
    });
  const rows: [string, string[]][] = [
    ['live neighbours', neighbours.map(String)],
    ['dead,  stays dead', column(0, 0)],
    ['       is born', column(0, 1)],
    ['', verdict(0, 'B')],
    ['alive, dies', column(1, 0)],
    ['       survives', column(1, 1)],
    ['', verdict(1, 'S')],
  ];
  return layOutTable(
    rows.map(([name, cells]) => [name, ...cells]),
    columns,
  );
}
