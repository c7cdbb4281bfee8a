/** The ten test boards of the paper: known by their content where a data file holds them. */

import { formatCells, type Grid } from '@lifegpt/core';
import { createHash } from 'node:crypto';

/** By the first 16 hexadecimal digits of SHA-256 over the 1,024 letters of the first state. */
const NAMES: Readonly<Record<string, string>> = {
  '35ae5091b37e8f0f': 'order parameter 0',
  '927a266718249893': 'order parameter 0.25',
  b0dd88cc427ecc2e: 'order parameter 0.5',
  '5bd6a79a5ef23810': 'order parameter 0.75',
  b4a38f5f5a21b6ba: 'order parameter 1',
  '9918f0851bb3ce76': 'glider',
  c9712b2c12c6211a: 'Cloverleaf',
  '3aaef55e7f8353ff': 'Hammerhead spaceship',
  '400228e572ab6c83': 'Blinkers',
  '59b327f581f853eb': 'r-pentomino',
};

/** How many they are. */
export const PAPER_BOARD_COUNT = Object.keys(NAMES).length;

/** The paper's name of a board, or null when it is none of them. */
export function namePaperBoard(state: Grid): string | null {
  if (state.width !== 32 || state.height !== 32) return null;
  const digest = createHash('sha256').update(formatCells(state)).digest('hex');
  return NAMES[digest.slice(0, 16)] ?? null;
}
