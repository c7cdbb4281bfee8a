/** Live cells at coordinates without bounds, as the two Life 1.0x formats list them. */

import { createGrid, MAX_CELLS, MAX_SIDE } from '../grid.js';
import { inputErrorAt } from '../input-error.js';
import type { Pattern } from '../pattern.js';

/** One live cell: column, row (downwards), and the line of the file that set it. */
export interface LiveCell {
  readonly x: number;
  readonly y: number;
  readonly line: number;
}

/**
 * Draws live cells into the smallest grid that holds them, and says where it lies.
 * @throws InputError when there are none, or when they lie too far apart.
 */
export function drawLiveCells(
  live: readonly LiveCell[],
  source: string,
): Required<Pick<Pattern, 'grid' | 'position'>> {
  const first = live[0];
  if (first === undefined) throw inputErrorAt(source, 1, 'the pattern has no live cells');
  let [left, right, top, bottom] = [first.x, first.x, first.y, first.y];
  for (const { x, y, line } of live) {
    [left, right] = [Math.min(left, x), Math.max(right, x)];
    [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
    const [width, height] = [right - left + 1, bottom - top + 1];
    if (!(width <= MAX_SIDE && height <= MAX_SIDE && width * height <= MAX_CELLS)) {
      throw inputErrorAt(
        source,
        line,
        `the cell ${x} ${y} makes the pattern ${width}x${height}; ` +
          `at most ${MAX_SIDE} cells a side and ${MAX_CELLS} in all`,
      );
    }
  }
  const grid = createGrid(right - left + 1, bottom - top + 1);
  for (const { x, y } of live) grid.cells[(y - top) * grid.width + x - left] = 1;
  return { grid, position: { x: left, y: top } };
}
