/** Boards of attention, one a head: where the model looks while it writes a cell. */

import type { Grid } from '@lifegpt/core';
import { paintTint } from '../board/digits.js';
import { currentPalette, onTheme } from '../board/palette.js';
import { paintCells, paintFrame, paintLines } from '../board/paint.js';
import { prepareSurface } from '../board/surface.js';
import type { HeadAttention } from '@lifegpt/model';

/** Pictures of all heads in an element. */
export interface HeadPictures {
  /** @param cell the cell that is written */
  show(heads: readonly HeadAttention[], grid: Grid, cell: number): void;
  clear(): void;
}

/** Heads with less of their attention on the board than this read nothing of it. */
const LEAST_SHARE = 0.01;

/** Puts pictures of heads into an element; those that look at nothing are named below them, unless `keepsIdle`. */
export function createHeads(parent: HTMLElement, keepsIdle = false): HeadPictures {
  let last: Parameters<HeadPictures['show']> | null = null;
  const rest = document.createElement('p');
  rest.className = 'note';
  let pictures: { canvas: HTMLCanvasElement; caption: HTMLElement }[] = [];

  function prepare(count: number): void {
    if (pictures.length === count) return;
    pictures = Array.from({ length: count }, () => {
      const canvas = document.createElement('canvas');
      const caption = document.createElement('figcaption');
      canvas.setAttribute('role', 'img');
      return { canvas, caption };
    });
    parent.replaceChildren(
      ...pictures.map(({ canvas, caption }) => {
        const figure = document.createElement('figure');
        const frame = document.createElement('div');
        frame.className = 'frame';
        frame.append(canvas);
        figure.append(frame, caption);
        return figure;
      }),
    );
  }

  function show(heads: readonly HeadAttention[], grid: Grid, cell: number): void {
    last = [heads, grid, cell];
    const isDeep = heads.some(({ layer }) => layer > 0);
    const named = heads.map((attention) => {
      const name = `${isDeep ? `Layer ${attention.layer + 1}, head` : 'Head'} ${attention.head + 1}`;
      return { attention, name, sum: attention.cells.reduce((sum, weight) => sum + weight, 0) };
    });
    const busy = named.filter(({ sum }) => keepsIdle || sum >= LEAST_SHARE);
    prepare(busy.length);
    busy.forEach(({ attention, name, sum }, i) => {
      const { canvas, caption } = pictures[i]!;
      const text = `${name}: ${percent(sum)} on the board, ${percent(attention.answer)} on its answer, ${percent(attention.rest)} elsewhere`;
      canvas.setAttribute('aria-label', text);
      // many pictures that change all the time are named shortly
      caption.textContent = keepsIdle ? `${attention.head + 1}: ${percent(sum)}` : text;
      paintHead(canvas, attention, grid, cell);
    });
    const idle = named
      .filter((each) => !busy.includes(each))
      .map(({ attention }) => attention.head + 1);
    rest.textContent =
      idle.length === 0
        ? ''
        : `Heads that read nothing of the board for this cell: ${idle.join(', ')}.`;
    if (idle.length > 0) parent.append(rest);
    else rest.remove();
  }

  onTheme(() => {
    if (last !== null) show(...last);
  });
  return {
    show,
    clear() {
      pictures = [];
      last = null;
      parent.replaceChildren();
    },
  };
}

function paintHead(
  canvas: HTMLCanvasElement,
  { cells }: HeadAttention,
  grid: Grid,
  cell: number,
): void {
  const surface = prepareSurface(canvas, grid.width, grid.height);
  if (surface === null) return;
  const { faint, heat, ink } = currentPalette();
  paintLines(surface);
  paintCells(surface, grid.cells, faint);
  paintTint(surface, shadeWeights(cells), heat);
  paintFrame(surface, cell, ink, 1 / 7);
}

/** A look that is spread over the whole board stays faint: this weight or more has the full shade. */
const FULL_SHADE = 0.12;

/** Square roots, relative to the strongest weight: else weak looks would be invisible beside it. */
export function shadeWeights(weights: Float32Array): Float32Array {
  const most = Math.max(FULL_SHADE, ...weights);
  return weights.map((weight) => 0.92 * Math.sqrt(weight / most));
}

/** A share as a whole percentage, with a decimal where it is small. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(share < 0.095 && share > 0 ? 1 : 0)} %`;
}
