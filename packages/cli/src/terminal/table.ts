/**
 * Tables for a terminal: the first column names the rows, the others stand right-aligned. One that is wider than the
 * terminal goes on below with the rows named again; where not even one column has room beside the names, values stand
 * below them.
 *
 *     topology    classes  tables          topology
 *     T  torus        856   19.40            classes  tables
 *     S  sphere       104   17.35          T  torus
 *                                                856   19.40
 */

import { widthOf } from './wrap.js';

const GAP = '  ';
/** A table of more rows does not name them all again. */
const MOST_ROWS_AGAIN = 12;

/**
 * Lays a table out.
 * @param rows of cells, the header first; all of one length
 * @param columns of the terminal; Infinity where there is none
 */
export function layOutTable(rows: readonly (readonly string[])[], columns: number): string {
  const widths = rows[0]!.map((_, c) => Math.max(...rows.map((row) => widthOf(row[c]!))));
  const [label = 0, ...others] = widths;
  const beside = shareOut(others, columns - label);
  const isNarrow =
    label + GAP.length + Math.max(0, ...others) > columns ||
    (beside.length > 1 && rows.length > MOST_ROWS_AGAIN);
  const bands = isNarrow ? shareOut(others, columns) : beside;
  const pad = (row: readonly string[], band: readonly number[]): string =>
    band.map((c) => `${GAP}${' '.repeat(widths[c]! - widthOf(row[c]!))}${row[c]}`).join('');
  if (isNarrow) {
    return rows
      .flatMap((row) => [row[0]!, ...bands.map((band) => pad(row, band).trimEnd())])
      .filter((line) => line.trim() !== '')
      .join('\n');
  }
  return bands
    .map((band) =>
      rows
        .map((row) => `${row[0]}${' '.repeat(label - widthOf(row[0]!))}${pad(row, band)}`.trimEnd())
        .join('\n'),
    )
    .join('\n\n');
}

/** Columns of the table side by side as long as they have room. @returns their numbers, a list a band */
function shareOut(widths: readonly number[], room: number): number[][] {
  const bands: number[][] = [[]];
  let used = 0;
  widths.forEach((width, i) => {
    if (used + GAP.length + width > room && bands.at(-1)!.length > 0) {
      bands.push([]);
      used = 0;
    }
    bands.at(-1)!.push(i + 1);
    used += GAP.length + width;
  });
  return bands;
}
