/** The board that the page opens with. */

import { createGrid, findPattern, type Grid } from '@lifegpt/core';
import type { Setup } from './setup.js';

/** Patterns of the opening board and where their top left corners lie, in shares of the sides. */
const OPENING = [
  ['pulsar', 0.3, 0.3],
  ['glider', 0.05, 0.05],
  ['lwss', 0.85, 0.7],
  ['r-pentomino', 0.05, 0.75],
] as const;

/** A pulsar, a glider, a spaceship and an r-pentomino, where they fit; else a glider. */
export function openingBoard({ width, height }: Setup): Grid {
  const grid = createGrid(width, height);
  const isSmall = Math.min(width, height) < 24;
  for (const [name, down, right] of isSmall ? OPENING.slice(1, 2) : OPENING) {
    const pattern = findPattern(name)!.grid;
    const [top, left] = [Math.floor(down * height), Math.floor(right * width)];
    for (let row = 0; row < pattern.height; row++) {
      for (let column = 0; column < pattern.width; column++) {
        const k = ((top + row) % height) * width + ((left + column) % width);
        grid.cells[k] = pattern.cells[row * pattern.width + column]!;
      }
    }
  }
  return grid;
}
