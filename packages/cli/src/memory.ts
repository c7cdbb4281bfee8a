/** Whether there is room for a board: what is too large is refused before anything is begun. */

import { InputError } from '@lifegpt/core';
import { freemem } from 'node:os';
import { formatCount } from './terminal/count.js';

/** What the program itself takes, with a model and its graphs. */
const BASE_BYTES = 200e6;

/** How a run treats its boards. */
export interface BoardUse {
  /** Bytes a cell that the run itself takes. */
  readonly bytesACell: number;
  /** States that are held to the end. */
  readonly kept: number;
  /** Bytes a cell that each of these takes. */
  readonly bytesAKeptCell: number;
}

/** Bytes that a process may still take on this machine. */
export function availableMemory(): number {
  return process.availableMemory?.() ?? freemem();
}

/**
 * Sees whether a run of a board fits.
 * @throws InputError saying what the board would need, and what there is
 */
export function checkMemory(
  { width, height }: { readonly width: number; readonly height: number },
  { bytesACell, kept, bytesAKeptCell }: BoardUse,
  available = availableMemory(),
): void {
  const needed = BASE_BYTES + width * height * (bytesACell + kept * bytesAKeptCell);
  if (needed <= available) return;
  const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;
  const states = kept > 1 ? ` with ${formatCount(kept)} states held` : '';
  throw new InputError(
    `a ${width}x${height} board${states} would need ${gigabytes(needed)} of memory, and ${gigabytes(available)} are free; ` +
      (kept > 1
        ? 'ask for fewer generations at once, or a smaller board'
        : 'choose a smaller board'),
  );
}
