/** The pattern library as buttons with pictures, and its search. */

import { isApgcode, listPatterns, parseApgcode, type Grid } from '@lifegpt/core';
import { currentPalette, onTheme } from '../board/palette.js';
import { byId, complain } from '../elements.js';

/** Side of a picture in canvas pixels. */
const PICTURE = 108;

/**
 * Fills the library.
 * @param add puts a pattern on the board beside what is there
 */
export function createPatterns(add: (pattern: Grid, name: string) => void): void {
  const search = byId<HTMLInputElement>('pattern-search');
  const entries = listPatterns().map(({ name, title, description, grid }) => {
    const button = document.createElement('button');
    const picture = document.createElement('canvas');
    button.type = 'button';
    button.title = `${description} (${grid.width} × ${grid.height})`;
    button.append(picture, title);
    button.addEventListener('click', () => attempt(() => add(grid, title)));
    const text = `${name} ${title} ${description}`.toLowerCase();
    return { button, picture, grid, text };
  });
  byId('patterns').replaceChildren(...entries.map(({ button }) => button));

  function attempt(work: () => void): void {
    try {
      work();
      complain('pattern-problem', '');
    } catch (error) {
      complain('pattern-problem', (error as Error).message);
    }
  }

  /** Shows what has all words of the search in name or description. */
  function find(): void {
    const words = search.value.toLowerCase().split(/\s+/);
    let count = 0;
    for (const { button, text } of entries) {
      button.hidden = !words.every((word) => text.includes(word));
      if (!button.hidden) count++;
    }
    byId('patterns-none').hidden = count > 0;
  }

  function paint(): void {
    for (const { picture, grid } of entries) paintPicture(picture, grid);
  }

  search.addEventListener('input', find);
  search.addEventListener('keydown', ({ key }) => {
    if (key !== 'Enter') return;
    const code = search.value.trim();
    if (isApgcode(code)) attempt(() => add(parseApgcode(code), code));
    else entries.find(({ button }) => !button.hidden)?.button.click();
  });
  onTheme(paint);
  paint();
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
