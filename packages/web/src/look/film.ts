/** The passes of Jacobi decoding as a strip of small boards: what each pass changed. */

import type { Grid } from '@lifegpt/core';
import { currentPalette, onTheme } from '../board/palette.js';
import { paintBoard, paintFrame } from '../board/paint.js';

/** A strip of boards. */
export interface Film {
  /** Starts with the first guess: that nothing moves. */
  start(guess: Grid): void;
  /** Adds the board after a pass. */
  add(pass: number, grid: Grid): void;
  clear(): void;
}

/** More passes than this are not drawn: an answer that hangs on itself needs many. */
const MOST = 12;

/** Puts a strip into an element. */
export function createFilm(parent: HTMLElement): Film {
  let last: Grid | null = null;
  /** Paints the boards of the strip again. */
  let paints: (() => void)[] = [];

  function append(grid: Grid, changed: readonly number[], text: string): void {
    const figure = document.createElement('figure');
    const frame = document.createElement('div');
    const canvas = document.createElement('canvas');
    const caption = document.createElement('figcaption');
    frame.className = 'frame';
    caption.textContent = text;
    canvas.setAttribute('role', 'img');
    canvas.setAttribute('aria-label', text);
    frame.append(canvas);
    figure.append(frame, caption);
    parent.append(figure);
    const paint = (): void => {
      const surface = paintBoard(canvas, grid);
      if (surface === null) return;
      for (const cell of changed) paintFrame(surface, cell, currentPalette().heat, 1 / 4);
    };
    paints.push(paint);
    paint();
  }

  function clear(): void {
    parent.replaceChildren();
    paints = [];
  }

  onTheme(() => paints.forEach((paint) => paint()));

  return {
    start(guess) {
      clear();
      last = guess;
      append(guess, [], 'Guess: nothing moves');
    },
    add(pass, grid) {
      const before = last!;
      last = grid;
      if (pass > MOST) return;
      const changed = [...grid.cells.keys()].filter((k) => grid.cells[k] !== before.cells[k]);
      const what =
        changed.length === 0 ? 'nothing changed: done' : `${changed.length} cells changed`;
      append(grid, changed, `Pass ${pass}: ${what}`);
    },
    clear,
  };
}
