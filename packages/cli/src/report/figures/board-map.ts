/** Values over the places of a board. */

import { cell, frame } from '@observablehq/plot';
import { drawPlot } from '../plot.js';

/** A cell of a map. */
export interface MapCell {
  readonly place: number;
  /** From 0 to 1: how much of the colour. */
  readonly value: number;
}

/** Draws a board on which each given place has so much of a colour. */
export function drawBoardMap(
  label: string,
  { width, height }: { readonly width: number; readonly height: number },
  cells: readonly MapCell[],
  color: string,
): string {
  const side = 300;
  const unit = side / Math.max(width, height);
  const numbers = (count: number): number[] => Array.from({ length: count }, (_, k) => k);
  return drawPlot(label, {
    width: unit * width + 2,
    height: unit * height + 2,
    marginTop: 1,
    marginRight: 1,
    marginBottom: 1,
    marginLeft: 1,
    x: { domain: numbers(width), axis: null, padding: 0, round: false },
    y: { domain: numbers(height), axis: null, padding: 0, round: false },
    marks: [
      cell(cells, {
        x: ({ place }: MapCell) => place % width,
        y: ({ place }: MapCell) => Math.floor(place / width),
        fill: color,
        fillOpacity: 'value',
        inset: 0.3,
      }),
      frame({ strokeOpacity: 0.4 }),
    ],
    opacity: { type: 'identity' },
  });
}
