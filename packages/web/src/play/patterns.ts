/** The pattern library as buttons with pictures. */

import { listPatterns, type Grid } from '@lifegpt/core';
import { currentPalette, onTheme } from '../board/palette.js';
import { byId, complain } from '../elements.js';
import { fitPattern } from './fit.js';
import type { Game } from './game.js';

/** Side of a picture in canvas pixels. */
const PICTURE = 108;

/** Fills the library; a click places a pattern in the middle of a fresh board. */
export function createPatterns(game: Game): void {
  const entries = listPatterns().map(({ title, description, grid }) => {
    const button = document.createElement('button');
    const picture = document.createElement('canvas');
    button.type = 'button';
    button.title = `${description} (${grid.width} × ${grid.height})`;
    button.append(picture, title);
    button.addEventListener('click', () => place(grid));
    return { button, picture, grid };
  });
  byId('patterns').replaceChildren(...entries.map(({ button }) => button));

  function place(pattern: Grid): void {
    const { width, height } = game.setup();
    try {
      game.place(fitPattern(pattern, width, height));
      complain('pattern-problem', '');
    } catch (error) {
      complain('pattern-problem', (error as Error).message);
    }
  }

  function markSizes(): void {
    const { width, height } = game.setup();
    for (const { button, grid } of entries) {
      button.classList.toggle('too-large', grid.width > width || grid.height > height);
    }
  }

  function paint(): void {
    for (const { picture, grid } of entries) paintPicture(picture, grid);
  }

  game.listen((change) => {
    if (change === 'board') markSizes();
  });
  onTheme(paint);
  paint();
  markSizes();
}

function paintPicture(canvas: HTMLCanvasElement, { width, height, cells }: Grid): void {
  canvas.width = canvas.height = PICTURE;
  const context = canvas.getContext('2d')!;
  const size = Math.min(12, Math.floor(PICTURE / Math.max(width, height)));
  const [left, top] = [width, height].map((side) => Math.floor((PICTURE - side * size) / 2));
  context.fillStyle = currentPalette().cell;
  cells.forEach((alive, k) => {
    if (alive === 0) return;
    const gap = size > 4 ? 1 : 0;
    const [x, y] = [left! + (k % width) * size, top! + Math.floor(k / width) * size];
    context.fillRect(x, y, size - gap, size - gap);
  });
}
