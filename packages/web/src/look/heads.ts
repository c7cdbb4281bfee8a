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

/** Puts pictures of heads into an element; there are as many as the first attention has. */
export function createHeads(parent: HTMLElement): HeadPictures {
  let last: Parameters<HeadPictures['show']> | null = null;
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
    prepare(heads.length);
    const isDeep = heads.some(({ layer }) => layer > 0);
    heads.forEach((attention, i) => {
      const { canvas, caption } = pictures[i]!;
      const name = `${isDeep ? `Layer ${attention.layer + 1}, head` : 'Head'} ${attention.head + 1}`;
      const sum = attention.cells.reduce((total, weight) => total + weight, 0);
      const text = `${name}: ${percent(sum)} on the board, ${percent(attention.answer)} on its answer, ${percent(attention.rest)} elsewhere`;
      canvas.setAttribute('aria-label', text);
      caption.textContent = text;
      paintHead(canvas, attention, grid, cell);
    });
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
