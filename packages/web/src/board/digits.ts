/** Paints a board as the text that it is for the model: a digit a cell. */

import { currentPalette } from './palette.js';
import { paintCells, paintFrame, paintLines } from './paint.js';
import { prepareSurface, type Surface } from './surface.js';

/** What a board of text shows. */
export interface DigitBoard {
  readonly width: number;
  readonly height: number;
  /** The text of each cell; empty where nothing is written yet. */
  readonly digits: readonly string[];
  /** Cells from this one on may still change: they are drawn faintly. */
  readonly decided: number;
  /** For each cell how much it is tinted, 0 to 1. */
  readonly tint?: ArrayLike<number>;
  /** Cells that stand out. */
  readonly marked?: readonly number[];
}

/** Below this size of a cell, in canvas pixels, digits cannot be read, and cells are painted instead. */
const LEGIBLE = 9;

/** Paints digits. Live cells have a bold 1 on a tile, dead ones a soft 0. */
export function paintDigits(canvas: HTMLCanvasElement, board: DigitBoard): Surface | null {
  const surface = prepareSurface(canvas, board.width, board.height);
  if (surface === null) return null;
  const { context, size, width } = surface;
  const palette = currentPalette();
  paintLines(surface);
  paintTint(surface, board.tint, palette.heat);
  if (size < LEGIBLE) {
    const alive = (from: number, to: number): number[] =>
      board.digits.map((digit, k) => (digit === '1' && k >= from && k < to ? 1 : 0));
    context.globalAlpha = 0.45;
    paintCells(surface, alive(board.decided, Infinity), palette.cell);
    context.globalAlpha = 1;
    paintCells(surface, alive(0, board.decided), palette.cell);
    for (const cell of board.marked ?? []) paintFrame(surface, cell, palette.heat);
    return surface;
  }
  const font = 'ui-monospace, "SF Mono", Menlo, Consolas, monospace';
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  board.digits.forEach((digit, k) => {
    if (digit === '') return;
    const [x, y] = [(k % width) * size, Math.floor(k / width) * size];
    const isAlive = digit === '1';
    context.globalAlpha = k < board.decided ? 1 : 0.45;
    if (isAlive && board.tint === undefined) {
      context.fillStyle = palette.cell;
      context.beginPath();
      context.roundRect(x + 1, y + 1, size - 2, size - 2, size / 7);
      context.fill();
      context.fillStyle = palette.board;
    } else context.fillStyle = isAlive ? palette.ink : palette.soft;
    context.font = `${isAlive ? 700 : 400} ${Math.round(size * 0.62)}px ${font}`;
    context.fillText(digit.charAt(0), x + size / 2, y + size * 0.54);
  });
  context.globalAlpha = 1;
  for (const cell of board.marked ?? []) paintFrame(surface, cell, palette.heat);
  return surface;
}

/** Tints cells by weights from 0 to 1. */
export function paintTint(
  { context, size, width }: Surface,
  tint: ArrayLike<number> | undefined,
  colour: string,
): void {
  if (tint === undefined) return;
  context.fillStyle = colour;
  for (let k = 0; k < tint.length; k++) {
    const share = tint[k]!;
    if (!(share > 0.004)) continue;
    context.globalAlpha = Math.min(1, share);
    context.fillRect((k % width) * size, Math.floor(k / width) * size, size, size);
  }
  context.globalAlpha = 1;
}
