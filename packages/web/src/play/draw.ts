/** Drawing on the board with mouse, finger and keyboard. */

import { createGrid, type Grid } from '@lifegpt/core';
import { cellAt } from '../board/surface.js';
import { byId, write } from '../elements.js';
import type { Game } from './game.js';

/** Where the keyboard's cursor is. */
export interface BoardCursor {
  /** The cell, null while the board has no focus. */
  cell(): number | null;
}

const MOVES: Readonly<Record<string, readonly [down: number, right: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/**
 * Makes a game's board one to draw on. What is drawn begins a new run.
 * @param onCursor is told when the cursor moved
 */
export function enableDrawing(
  canvas: HTMLCanvasElement,
  game: Game,
  onCursor: () => void,
): BoardCursor {
  /** The last cell of the stroke and what it paints; null while nothing is drawn. */
  let stroke: { cell: number; value: number } | null = null;
  let cursor: number | null = null;

  const board = (): Grid => game.timeline().current().grid;

  function paint(cells: readonly number[], value: number): void {
    const { width, height, cells: before } = board();
    const next = before.slice();
    for (const cell of cells) next[cell] = value;
    game.place(createGrid(width, height, next));
  }

  canvas.addEventListener('pointerdown', (event) => {
    const { width, height, cells } = board();
    const cell = cellAt(canvas, event, width, height);
    if (cell === null || event.button !== 0) return;
    canvas.setPointerCapture(event.pointerId);
    stroke = { cell, value: 1 - cells[cell]! };
    paint([cell], stroke.value);
  });
  canvas.addEventListener('pointermove', (event) => {
    const { width, height } = board();
    const cell = cellAt(canvas, event, width, height);
    if (stroke === null || cell === null || cell === stroke.cell) return;
    paint(lineBetween(stroke.cell, cell, width), stroke.value);
    stroke = { ...stroke, cell };
  });
  for (const end of ['pointerup', 'pointercancel'] as const) {
    canvas.addEventListener(end, () => void (stroke = null));
  }

  function moveTo(cell: number | null): void {
    cursor = cell;
    const { width, cells } = board();
    const place = (k: number): string =>
      `row ${Math.floor(k / width) + 1}, column ${(k % width) + 1}`;
    write('cursor', cell === null ? '' : `${place(cell)}: ${cells[cell] === 1 ? 'alive' : 'dead'}`);
    onCursor();
  }

  canvas.addEventListener('keydown', (event) => {
    const { width, height, cells } = board();
    const at = Math.min(cursor ?? 0, cells.length - 1);
    const move = MOVES[event.key];
    if (move !== undefined) {
      const row = (Math.floor(at / width) + move[0] + height) % height;
      moveTo(row * width + (((at % width) + move[1] + width) % width));
    } else if (event.key === ' ' || event.key === 'Enter') {
      paint([at], 1 - cells[at]!);
      moveTo(at);
    } else return;
    event.preventDefault();
  });
  canvas.addEventListener('focus', () => {
    // only the keyboard needs a cursor
    if (!canvas.matches(':focus-visible')) return;
    const { width, height } = board();
    moveTo(cursor ?? Math.floor(height / 2) * width + Math.floor(width / 2));
  });
  canvas.addEventListener('blur', () => moveTo(null));
  byId('board-model').addEventListener('pointerdown', () => moveTo(null));
  return { cell: () => (cursor !== null && cursor < board().cells.length ? cursor : null) };
}

/** The cells on the line from one to another (Bresenham 1965). */
export function lineBetween(from: number, to: number, width: number): number[] {
  let [x, y] = [from % width, Math.floor(from / width)];
  const [endX, endY] = [to % width, Math.floor(to / width)];
  const [dx, dy] = [Math.abs(endX - x), Math.abs(endY - y)];
  const [stepX, stepY] = [Math.sign(endX - x), Math.sign(endY - y)];
  const cells = [from];
  let error = dx - dy;
  while (x !== endX || y !== endY) {
    const twice = 2 * error;
    if (twice > -dy) {
      error -= dy;
      x += stepX;
    }
    if (twice < dx) {
      error += dx;
      y += stepY;
    }
    cells.push(y * width + x);
  }
  return cells;
}
