/**
 * Golly's MAP notation: a rule's table, bit by bit, in base64. The table is of the 3x3 neighbourhood (512 bits,
 * 86 letters), of the hexagonal one (128, 22) or of von Neumann's (32, 6).
 */

import { InputError } from '../input-error.js';
import { NEIGHBOURHOODS } from './neighbourhood.js';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const BITS = 6;

/** By the number of letters: the cells whose states the table tells apart, the first as the highest bit of its index. */
const ORDERS: ReadonlyMap<number, readonly number[]> = new Map([
  [86, [256, 128, 64, 32, 16, 8, 4, 2, 1]],
  [22, [2, 1, 32, 16, 8, 256, 128]], // the lowest row first: so does Golly
  [6, [128, 32, 16, 8, 2]],
]);

/**
 * Reads what stands behind `MAP`.
 * @returns the table `[512]` of the 3x3 neighbourhood
 * @throws InputError when it has another length or another letter
 */
export function parseMap(text: string): Uint8Array {
  const letters = text.replace(/=+$/, '');
  const order = ORDERS.get(letters.length);
  if (order === undefined) {
    throw new InputError(
      `a MAP rule has ${[...ORDERS.keys()].join(', ')} letters of base64 (3x3, hexagonal or von Neumann neighbourhoods), not ${letters.length}`,
    );
  }
  const codes = [...letters].map((letter, k) => {
    const code = LETTERS.indexOf(letter);
    if (code < 0) {
      throw new InputError(
        `letter ${k + 1} of the MAP rule is '${letter}', which base64 (A-Z a-z 0-9 + /) has not`,
      );
    }
    return code;
  });
  return Uint8Array.from({ length: NEIGHBOURHOODS }, (_, neighbourhood) => {
    const bit = order.reduce((sum, cell) => 2 * sum + (neighbourhood & cell ? 1 : 0), 0);
    return (codes[Math.floor(bit / BITS)]! >> (BITS - 1 - (bit % BITS))) & 1;
  });
}

/** Writes a table of 512 bits as a MAP rule. */
export function formatMap(table: Uint8Array): string {
  let text = 'MAP';
  for (let first = 0; first < NEIGHBOURHOODS; first += BITS) {
    let code = 0;
    for (let k = first; k < first + BITS; k++) code = 2 * code + (table[k] ?? 0);
    text += LETTERS.charAt(code);
  }
  return text;
}
