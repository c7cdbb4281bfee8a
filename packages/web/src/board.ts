/** Draws a board on a canvas. */

import type { Grid } from '@lifegpt/core';

/**
 * Fills live cells; where a truth is given, a wrong cell is drawn as a hollow square in the warning
 * colour, so that it shows without colour too.
 */
export function drawBoard(canvas: HTMLCanvasElement, grid: Grid, truth?: Grid): void {
  const context = canvas.getContext('2d')!;
  const style = getComputedStyle(document.documentElement);
  const [cell, wrong, line] = ['--cell', '--wrong', '--line'].map((name) =>
    style.getPropertyValue(name),
  );
  const size = canvas.width / Math.max(grid.width, grid.height);
  const gap = size > 6 ? 1 : 0;
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.strokeStyle = line!;
  context.strokeRect(0, 0, grid.width * size, grid.height * size);
  grid.cells.forEach((alive, k) => {
    const [x, y] = [(k % grid.width) * size, Math.floor(k / grid.width) * size];
    if (truth !== undefined && truth.cells[k] !== alive) {
      context.strokeStyle = wrong!;
      context.lineWidth = Math.max(1, size / 6);
      context.strokeRect(x + size / 4, y + size / 4, size / 2, size / 2);
    } else if (alive === 1) {
      context.fillStyle = cell!;
      context.fillRect(x + gap, y + gap, size - 2 * gap, size - 2 * gap);
    }
  });
}
