/** The pattern `random`: a board of cells that live with some probability. */

import { createGrid, InputError, openStream, type BoardSize, type Grid } from '@lifegpt/core';

/** The word that stands for it where a pattern is expected. */
export const RANDOM = 'random';

/** Probability of a live cell when none is given. */
const DENSITY = 0.5;

/**
 * Draws a board; seed and density decide it on every machine.
 * @param density as it was written
 * @throws InputError when that is no probability
 */
export function drawRandomBoard(
  { width, height }: BoardSize,
  density: string | undefined,
  seed: number,
): Grid {
  const p = density === undefined ? DENSITY : /^\d*\.?\d+$/.test(density) ? Number(density) : NaN;
  if (!(p >= 0 && p <= 1)) {
    throw new InputError(`--density needs a probability from 0 to 1, not '${density}'`);
  }
  const stream = openStream(seed, 'random board', 0);
  const cells = Uint8Array.from({ length: width * height }, () => (stream.nextFloat() < p ? 1 : 0));
  return createGrid(width, height, cells);
}
