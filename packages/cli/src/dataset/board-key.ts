/** A board's content as two hashes: which split it may go to, and whether it came before. */

import { mixBits } from '@lifegpt/core';
import type { Split } from './config.js';

/** Of sixteen boards one may be tested on and one validated on; the others are for training. */
const TEST_CLASS = 0;
const VALIDATION_CLASS = 1;

/** What a board's cells say about it. */
export interface BoardKey {
  /** The only split that the board may belong to, whatever its rule and topology. */
  readonly split: Split;
  /** 53 bits of the content. */
  readonly content: number;
}

/**
 * Hashes a board. Equal boards have equal keys on every machine, so splits never share a board, and
 * no shard has to know of another.
 * @param cells one byte a cell, 0 or 1
 */
export function keyOfBoard(cells: Uint8Array, width: number): BoardKey {
  let [a, b] = [Math.imul(width, 0x9e3779b9), Math.imul(cells.length, 0x85ebca6b)];
  for (let from = 0; from < cells.length; from += 32) {
    let word = 0;
    const end = Math.min(32, cells.length - from);
    for (let i = 0; i < end; i++) word |= cells[from + i]! << i;
    a = Math.imul(a ^ word, 0xcc9e2d51);
    a = (a << 15) | (a >>> 17);
    b = Math.imul(b + word, 0x1b873593) ^ a;
    b = (b << 13) | (b >>> 19);
  }
  a = mixBits(a ^ b);
  b = mixBits(b ^ Math.imul(a, 0x9e3779b9));
  const chosen = b >>> 28;
  return {
    split: chosen === TEST_CLASS ? 'test' : chosen === VALIDATION_CLASS ? 'validation' : 'train',
    content: a * 2 ** 21 + (b & 0x1fffff),
  };
}
