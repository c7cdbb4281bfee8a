/** A small board to draw on, with mouse, finger and keyboard. */

import type { Grid } from '@lifegpt/core';
import { MOVES } from '../play/draw.js';
import { currentPalette, onTheme } from './palette.js';
import { paintBoard, paintFrame } from './paint.js';
import { cellAt } from './surface.js';

/** A board to draw on. */
export interface Pad {
  /** @param marked cells with a frame around them */
  show(grid: Grid, marked?: readonly number[]): void;
}

/** Where a pad is, and what is done with what is drawn. */
export interface PadOptions {
  readonly canvas: HTMLCanvasElement;
  /** What the board is, for those who do not see it. */
  readonly title: string;
  /** Sets a cell; what is drawn in one stroke is one gesture. Without it the board is only looked at. */
  readonly set?: (cell: number, value: number, gesture: object) => void;
}

/** Makes a canvas a pad. A mouse draws; a finger touches single cells, so that a swipe still scrolls. */
export function createPad({ canvas, title, set }: PadOptions): Pad {
  let shown: { grid: Grid; marked: readonly number[] } | null = null;
  let cursor: number | null = null;
  let stroke: { readonly value: number; readonly gesture: object } | null = null;

  function draw(): void {
    if (shown === null) return;
    const { grid, marked } = shown;
    const surface = paintBoard(canvas, grid);
    if (surface === null) return;
    for (const cell of marked) paintFrame(surface, cell, currentPalette().wrong, 1 / 8);
    if (cursor !== null) paintFrame(surface, cursor, currentPalette().heat, 1 / 6);
  }

  function describe(): void {
    if (shown === null) return;
    const { width, height, cells } = shown.grid;
    const alive = cells.reduce((sum, cell) => sum + cell);
    const size = `${height} rows and ${width} columns, ${alive} alive`;
    const place =
      cursor === null
        ? ''
        : ` Row ${Math.floor(cursor / width) + 1}, column ${(cursor % width) + 1}: ${cells[cursor] === 1 ? 'alive' : 'dead'}.`;
    const keys = set === undefined ? '' : ' Arrow keys move, space changes a cell.';
    canvas.setAttribute('aria-label', `${title}: ${size}.${place}${keys}`);
  }

  function flip(cell: number): void {
    set?.(cell, 1 - shown!.grid.cells[cell]!, {});
  }

  if (set === undefined) canvas.setAttribute('role', 'img');
  else {
    canvas.tabIndex = 0;
    canvas.setAttribute('role', 'application');
    canvas.setAttribute('aria-roledescription', 'board to draw on');
    canvas.classList.add('pad');
    canvas.addEventListener('pointerdown', (event) => {
      const cell = cellAt(canvas, event);
      cursor = null;
      if (event.pointerType === 'touch' || event.button !== 0 || cell === null) return;
      canvas.setPointerCapture(event.pointerId);
      stroke = { value: 1 - shown!.grid.cells[cell]!, gesture: {} };
      set(cell, stroke.value, stroke.gesture);
    });
    canvas.addEventListener('pointermove', (event) => {
      const cell = cellAt(canvas, event);
      if (stroke === null || cell === null || shown!.grid.cells[cell] === stroke.value) return;
      set(cell, stroke.value, stroke.gesture);
    });
    for (const end of ['pointerup', 'pointercancel'] as const) {
      canvas.addEventListener(end, () => void (stroke = null));
    }
    canvas.addEventListener('click', (event) => {
      const { pointerType } = event as PointerEvent;
      const cell = cellAt(canvas, event);
      if (pointerType === 'touch' && cell !== null) flip(cell);
    });
    canvas.addEventListener('keydown', (event) => {
      if (shown === null || event.ctrlKey || event.metaKey || event.altKey) return;
      const { width, height } = shown.grid;
      const at = cursor ?? 0;
      const move = MOVES[event.key];
      if (move !== undefined) {
        const row = (Math.floor(at / width) + move[0] + height) % height;
        cursor = row * width + (((at % width) + move[1] + width) % width);
      } else if (event.key === ' ' || event.key === 'Enter') {
        cursor = at;
        flip(at);
      } else return;
      draw();
      describe();
      event.preventDefault();
      event.stopPropagation();
    });
    canvas.addEventListener('focus', () => {
      if (canvas.matches(':focus-visible')) cursor ??= 0;
      draw();
      describe();
    });
    canvas.addEventListener('blur', () => {
      cursor = null;
      draw();
    });
  }
  onTheme(draw);
  return {
    show(grid, marked = []) {
      if (cursor !== null && cursor >= grid.cells.length) cursor = null;
      shown = { grid, marked };
      draw();
      describe();
    },
  };
}
