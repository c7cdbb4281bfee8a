/**
 * Codes of the Catagolue, read only: `xs4_33` is the block, `xq4_153` the glider. Behind what the object does (`xs` and
 * its live cells, `xp` and its period, `xq` and its period) stand its cells, in strips of five rows (extended Wechsler format):
 * a letter a column, its bits from above; `w` and `x` are two and three empty columns, `y` and a letter four and
 * more, `z` ends a strip.
 */

import { createGrid, MAX_SIDE } from '../grid.js';
import { InputError } from '../input-error.js';
import type { Grid } from '../grid.js';

const DIGITS = '0123456789abcdefghijklmnopqrstuvwxyz';
const STRIP_ROWS = 5;

/** Whether a text looks like a code of an object. */
export function isApgcode(text: string): boolean {
  return /^x[spq]\d+_/i.test(text);
}

/** The object of a code. @throws InputError at a letter that does not belong there, and when nothing lives */
export function parseApgcode(text: string): Grid {
  const code = text.toLowerCase();
  const cells = code.slice(code.indexOf('_') + 1);
  const strips: number[][] = [[]];
  for (let k = 0; k < cells.length; k++) {
    const letter = cells.charAt(k);
    const strip = strips.at(-1)!;
    const bits = DIGITS.indexOf(letter);
    if (letter === 'z') strips.push([]);
    else if (letter === 'w' || letter === 'x') strip.push(...emptyColumns(letter === 'w' ? 2 : 3));
    else if (letter === 'y' && k + 1 < cells.length) {
      strip.push(...emptyColumns(4 + DIGITS.indexOf(cells.charAt(++k))));
    } else if (bits >= 0 && bits < 2 ** STRIP_ROWS) strip.push(bits);
    else {
      throw new InputError(
        `'${text}': letter ${code.length - cells.length + k + 1} is '${letter}', which no code of an object has there`,
      );
    }
    if (strip.length > MAX_SIDE) throw new InputError(`'${text}' is too large an object`);
  }
  const width = strips.reduce((widest, { length }) => Math.max(widest, length), 0);
  if (width === 0) throw new InputError(`'${text}' has no cells`);
  const rows = strips.flatMap((strip) =>
    Array.from({ length: STRIP_ROWS }, (_, row) =>
      Array.from({ length: width }, (_column, c) => ((strip[c] ?? 0) >> row) & 1),
    ),
  );
  const last = rows.findLastIndex((row) => row.includes(1));
  if (last < 0) throw new InputError(`'${text}' has no live cells`);
  return createGrid(width, last + 1, Uint8Array.from(rows.slice(0, last + 1).flat()));
}

const emptyColumns = (count: number): number[] => Array.from({ length: count }, () => 0);
