/** Boards as pixels, for tests: in many styles, and pixel by pixel, so that nothing here knows how boards are found. */

import type { Grid } from '@lifegpt/core';
import type { Picture } from '../src/observation/gif-colors.js';

/** A colour, or null for what is transparent. */
export type Color = readonly [number, number, number] | null;

/** How boards are drawn. */
export interface Look {
  /** Side of a cell in pixels; fractions are rounded cell by cell. */
  readonly cell: number;
  /** Pixels between cells. */
  readonly line: number;
  /** Pixels around the board. */
  readonly margin: number;
  readonly alive: Color;
  readonly dead: Color;
  readonly lineColor: Color;
  readonly around: Color;
  /** Live cells are discs on the dead colour. */
  readonly isRound: boolean;
  /** Discs have smooth rims. */
  readonly isSmooth: boolean;
}

/** Black squares on white. */
export const PLAIN: Look = {
  cell: 5,
  line: 0,
  margin: 0,
  alive: [0, 0, 0],
  dead: [255, 255, 255],
  lineColor: [255, 255, 255],
  around: [255, 255, 255],
  isRound: false,
  isSmooth: false,
};

/** Draws a state. */
export function paint({ width, height, cells }: Grid, look: Look): Picture {
  const { cell, line, margin } = look;
  const pitch = cell + line;
  const [w, h] = [
    2 * margin + Math.round(width * pitch) + line,
    2 * margin + Math.round(height * pitch) + line,
  ];
  const data = new Uint8ClampedArray(4 * w * h);
  for (let k = 0; k < w * h; k++) {
    const [x, y] = [(k % w) - margin, Math.floor(k / w) - margin];
    data.set(choose(x, y), 4 * k);
  }
  return { width: w, height: h, data };

  function choose(x: number, y: number): [number, number, number, number] {
    if (x < 0 || y < 0 || x >= w - 2 * margin || y >= h - 2 * margin) return opaque(look.around);
    if (x % pitch < line || y % pitch < line) return opaque(look.lineColor);
    const [column, row] = [Math.floor((x + 0.5) / pitch), Math.floor((y + 0.5) / pitch)];
    const isAlive = cells[row * width + column] === 1;
    if (!isAlive) return opaque(look.dead);
    if (!look.isRound) return opaque(look.alive);
    const middle = line + (cell - 1) / 2;
    const away = Math.hypot(x - column * pitch - middle, y - row * pitch - middle);
    const share = Math.max(0, Math.min(1, cell / 2 - away + 0.5));
    if (!look.isSmooth) return opaque(share >= 0.5 ? look.alive : look.dead);
    return mix(look.alive, look.dead, share);
  }
}

function opaque(color: Color): [number, number, number, number] {
  return color === null ? [0, 0, 0, 0] : [...color, 255];
}

function mix(a: Color, b: Color, share: number): [number, number, number, number] {
  const [first, second] = [opaque(a), opaque(b)];
  return first.map((value, k) => Math.round(share * value + (1 - share) * second[k]!)) as [
    number,
    number,
    number,
    number,
  ];
}
