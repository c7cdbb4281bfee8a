/** Frames cut to their live cells, and put back onto a board. */

import { createGrid, type Grid } from './grid.js';

/** The bounding box of the live cells; its sides are 0 when nothing lives. */
export function cutToLife(grid: Grid): Grid {
  let [left, right, top, bottom] = [grid.width, -1, grid.height, -1];
  for (let k = 0; k < grid.cells.length; k++) {
    if (grid.cells[k] === 0) continue;
    const [row, column] = [Math.floor(k / grid.width), k % grid.width];
    [left, right] = [Math.min(left, column), Math.max(right, column)];
    [top, bottom] = [Math.min(top, row), Math.max(bottom, row)];
  }
  if (right < 0) return { width: 0, height: 0, cells: new Uint8Array() };
  const box = createGrid(right - left + 1, bottom - top + 1);
  for (let row = 0; row < box.height; row++) {
    const from = (top + row) * grid.width + left;
    box.cells.set(grid.cells.subarray(from, from + box.width), row * box.width);
  }
  return box;
}

/** Copies a box onto a dead board of the given sides, around its borders if need be. */
export function pasteAround(
  box: Grid,
  { width, height }: { readonly width: number; readonly height: number },
  left: number,
  top: number,
): Grid {
  const grid = createGrid(width, height);
  const wrap = (value: number, side: number): number => ((value % side) + side) % side;
  for (let row = 0; row < box.height; row++) {
    const start = wrap(top + row, height) * width;
    for (let column = 0; column < box.width; column++) {
      grid.cells[start + wrap(left + column, width)] = box.cells[row * box.width + column]!;
    }
  }
  return grid;
}
