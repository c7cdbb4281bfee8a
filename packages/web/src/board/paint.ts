/** Paints boards. What colour says, shape says as well. */

import type { Grid } from '@lifegpt/core';
import { currentPalette } from './palette.js';
import { prepareSurface, type Surface, type View } from './surface.js';

/** From this size on cells have gaps and the board has lines, in canvas pixels. */
const ROOMY = 7;
/** From this many cells in sight on they are painted as an image. */
const LARGE = 128 * 128;

/** A board's live cells. */
export function paintBoard(
  canvas: HTMLCanvasElement,
  grid: Grid,
  view: View | null = null,
): Surface | null {
  const surface = prepareSurface(canvas, grid.width, grid.height, view);
  if (surface === null) return null;
  paintLines(surface);
  paintCells(surface, grid.cells, currentPalette().cell);
  return surface;
}

/**
 * A board with its wrong cells marked: alive though it should not be is a crossed square, dead though it
 * should live is a ring.
 */
export function paintOverlay(
  canvas: HTMLCanvasElement,
  grid: Grid,
  truth: Grid,
  view: View | null = null,
): Surface | null {
  const surface = paintBoard(canvas, grid, view);
  if (surface !== null) paintWrong(surface, grid, truth);
  return surface;
}

/** The wrong cells alone, over a faint truth. */
export function paintDifference(
  canvas: HTMLCanvasElement,
  grid: Grid,
  truth: Grid,
  view: View | null = null,
): Surface | null {
  const surface = prepareSurface(canvas, grid.width, grid.height, view);
  if (surface === null) return null;
  paintLines(surface);
  paintCells(surface, truth.cells, currentPalette().faint);
  paintWrong(surface, grid, truth);
  return surface;
}

/** Calls back for each cell in sight. */
function forEachSeen({ width, columns, rows }: Surface, visit: (cell: number) => void): void {
  for (let row = rows[0]; row < rows[1]; row++) {
    for (let k = row * width + columns[0]; k < row * width + columns[1]; k++) visit(k);
  }
}

/** Fills the cells that are not 0. */
export function paintCells(surface: Surface, cells: ArrayLike<number>, colour: string): void {
  const { context, size, width, columns, rows } = surface;
  const seen = (columns[1] - columns[0]) * (rows[1] - rows[0]);
  if (seen >= LARGE || size < 1) return paintImage(surface, cells, colour);
  const gap = size >= ROOMY ? Math.max(1, Math.round(size / 14)) : 0;
  context.fillStyle = colour;
  context.beginPath();
  forEachSeen(surface, (k) => {
    if (cells[k] === 0) return;
    const x = (k % width) * size + gap;
    const y = Math.floor(k / width) * size + gap;
    context.roundRect(x, y, size - 2 * gap, size - 2 * gap, gap === 0 ? 0 : size / 7);
  });
  context.fill();
}

/** Faint lines between the cells, where there is room. */
export function paintLines({ context, size, width, height, columns, rows }: Surface): void {
  if (size < ROOMY) return;
  context.strokeStyle = currentPalette().grid;
  context.lineWidth = 1;
  context.beginPath();
  for (let column = Math.max(1, columns[0]); column < columns[1]; column++) {
    context.moveTo(column * size - 0.5, rows[0] * size);
    context.lineTo(column * size - 0.5, Math.min(height, rows[1]) * size);
  }
  for (let row = Math.max(1, rows[0]); row < rows[1]; row++) {
    context.moveTo(columns[0] * size, row * size - 0.5);
    context.lineTo(Math.min(width, columns[1]) * size, row * size - 0.5);
  }
  context.stroke();
}

/** Marks the cells in which two boards differ. */
export function paintWrong(surface: Surface, grid: Grid, truth: Grid): void {
  if (grid === truth) return;
  const { context, size, width } = surface;
  const { wrong, board } = currentPalette();
  context.lineWidth = Math.max(1, size / 7);
  forEachSeen(surface, (k) => {
    const alive = grid.cells[k];
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
  { context, size, width }: Pick<Surface, 'context' | 'size' | 'width'>,
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

/** One pixel a cell, or a square of cells that a pixel holds, scaled. */
function paintImage(
  { context, width, size, columns, rows }: Surface,
  cells: ArrayLike<number>,
  colour: string,
): void {
  const [across, down] = [columns[1] - columns[0], rows[1] - rows[0]];
  if (across <= 0 || down <= 0) return;
  const side = Math.max(1, Math.floor(1 / size));
  const box = { left: columns[0], top: rows[0], width: across, height: down };
  const image = new ImageData(Math.ceil(across / side), Math.ceil(down / side));
  const small = new OffscreenCanvas(image.width, image.height);
  const paint = small.getContext('2d')!;
  shadeCells(
    new Uint32Array(image.data.buffer),
    cells,
    width,
    box,
    side,
    readColour(paint, colour),
  );
  paint.putImageData(image, 0, 0);
  // cells below a pixel are mixed, larger ones keep their edges
  context.imageSmoothingEnabled = size < 1;
  const step = side * size;
  const [left, top] = [columns[0] * size, rows[0] * size];
  context.drawImage(small, left, top, image.width * step, image.height * step);
}

/**
 * Paints cells as pixels of one colour: each is as opaque as the share of its square that lives.
 * @param pixels [ceil(height / side), ceil(width / side)], red in the lowest byte
 * @param width of the board that the cells are of
 * @param box the cells that are painted
 * @param side of the square of cells that a pixel stands for
 */
export function shadeCells(
  pixels: Uint32Array,
  cells: ArrayLike<number>,
  width: number,
  box: { left: number; top: number; width: number; height: number },
  side: number,
  [red, green, blue]: readonly [number, number, number],
): void {
  const across = Math.ceil(box.width / side);
  const opaque = (blue << 16) | (green << 8) | red;
  const counts = new Uint16Array(across);
  for (let row = 0; row < box.height; row += side) {
    counts.fill(0);
    const end = Math.min(row + side, box.height);
    for (let y = row; y < end; y++) {
      const from = (box.top + y) * width + box.left;
      for (let x = 0, at = 0; x < box.width; at++) {
        const stop = Math.min(x + side, box.width);
        let count = 0;
        for (; x < stop; x++) count += cells[from + x]!;
        counts[at]! += count;
      }
    }
    const first = (row / side) * across;
    for (let at = 0; at < across; at++) {
      const alpha = Math.round((255 * counts[at]!) / (side * side));
      pixels[first + at] = ((alpha << 24) | opaque) >>> 0;
    }
  }
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
