/** Paints boards. What colour says, shape says as well. */

import type { Grid } from '@lifegpt/core';
import { currentPalette } from './palette.js';
import { prepareSurface, type Surface } from './surface.js';

/** From this size on cells have gaps and the board has lines, in canvas pixels. */
const ROOMY = 7;
/** From this many cells on a board is painted as an image. */
const LARGE = 128 * 128;

/** A board's live cells. */
export function paintBoard(canvas: HTMLCanvasElement, grid: Grid): Surface | null {
  const surface = prepareSurface(canvas, grid.width, grid.height);
  if (surface === null) return null;
  const { cell } = currentPalette();
  if (grid.cells.length >= LARGE) paintImage(surface, grid, cell);
  else {
    paintLines(surface);
    paintCells(surface, grid.cells, cell);
  }
  return surface;
}

/**
 * A board with its wrong cells marked: alive though it should not be is a crossed square, dead though it
 * should live is a ring.
 */
export function paintOverlay(canvas: HTMLCanvasElement, grid: Grid, truth: Grid): void {
  const surface = paintBoard(canvas, grid);
  if (surface !== null) paintWrong(surface, grid, truth);
}

/** The wrong cells alone, over a faint truth. */
export function paintDifference(canvas: HTMLCanvasElement, grid: Grid, truth: Grid): void {
  const surface = prepareSurface(canvas, grid.width, grid.height);
  if (surface === null) return;
  paintLines(surface);
  paintCells(surface, truth.cells, currentPalette().faint);
  paintWrong(surface, grid, truth);
}

/** Fills the cells that are not 0. */
export function paintCells(
  { context, size, width }: Surface,
  cells: ArrayLike<number>,
  colour: string,
): void {
  const gap = size >= ROOMY ? Math.max(1, Math.round(size / 14)) : 0;
  context.fillStyle = colour;
  context.beginPath();
  for (let k = 0; k < cells.length; k++) {
    if (cells[k] === 0) continue;
    const x = (k % width) * size + gap;
    const y = Math.floor(k / width) * size + gap;
    context.roundRect(x, y, size - 2 * gap, size - 2 * gap, gap === 0 ? 0 : size / 7);
  }
  context.fill();
}

/** Faint lines between the cells, where there is room. */
export function paintLines({ context, size, width, height }: Surface): void {
  if (size < ROOMY) return;
  context.strokeStyle = currentPalette().grid;
  context.lineWidth = 1;
  context.beginPath();
  for (let column = 1; column < width; column++) {
    context.moveTo(column * size - 0.5, 0);
    context.lineTo(column * size - 0.5, height * size);
  }
  for (let row = 1; row < height; row++) {
    context.moveTo(0, row * size - 0.5);
    context.lineTo(width * size, row * size - 0.5);
  }
  context.stroke();
}

/** Marks the cells in which two boards differ. */
export function paintWrong({ context, size, width }: Surface, grid: Grid, truth: Grid): void {
  const { wrong, board } = currentPalette();
  const line = Math.max(1, size / 7);
  context.lineWidth = line;
  grid.cells.forEach((alive, k) => {
    if (alive === truth.cells[k]) return;
    const [x, y] = [(k % width) * size, Math.floor(k / width) * size];
    if (size < ROOMY || alive === 0) {
      context.strokeStyle = wrong;
      context.beginPath();
      context.arc(x + size / 2, y + size / 2, Math.max(2, size * 0.36), 0, 2 * Math.PI);
      context.stroke();
      return;
    }
    context.fillStyle = wrong;
    context.fillRect(x, y, size, size);
    context.strokeStyle = board;
    context.beginPath();
    context.moveTo(x + size / 4, y + size / 4);
    context.lineTo(x + size * 0.75, y + size * 0.75);
    context.moveTo(x + size * 0.75, y + size / 4);
    context.lineTo(x + size / 4, y + size * 0.75);
    context.stroke();
  });
}

/** A frame around a cell. */
export function paintFrame(
  { context, size, width }: Surface,
  cell: number,
  colour: string,
  share = 1 / 9,
): void {
  const line = Math.max(2, size * share);
  context.strokeStyle = colour;
  context.lineWidth = line;
  const [x, y] = [(cell % width) * size, Math.floor(cell / width) * size];
  context.strokeRect(x + line / 2, y + line / 2, size - line, size - line);
}

/** One pixel a cell, scaled up. */
function paintImage({ context, width, height, size }: Surface, grid: Grid, colour: string): void {
  const small = new OffscreenCanvas(width, height);
  const paint = small.getContext('2d')!;
  const [red, green, blue] = readColour(paint, colour);
  const image = new ImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  const alive = (255 << 24) | (blue << 16) | (green << 8) | red;
  for (let k = 0; k < pixels.length; k++) pixels[k] = grid.cells[k] === 1 ? alive : 0;
  paint.putImageData(image, 0, 0);
  context.imageSmoothingEnabled = false;
  context.drawImage(small, 0, 0, width * size, height * size);
}

function readColour(
  context: OffscreenCanvasRenderingContext2D,
  colour: string,
): readonly [number, number, number] {
  context.fillStyle = colour;
  const text = context.fillStyle as string; // a canvas writes opaque colours as #rrggbb
  const part = (from: number): number => parseInt(text.slice(from, from + 2), 16);
  return [part(1), part(3), part(5)];
}
