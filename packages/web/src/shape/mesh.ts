/** A surface as a net of quadrilaterals, each of which stands for a cell, a part of one, or several. */

import type { BoundedGrid, Grid } from '@lifegpt/core';
import { placeOnSurface } from './shape.js';

/** The net of a board's surface. */
export interface Mesh {
  readonly bounds: BoundedGrid;
  /** Quadrilaterals across and down. */
  readonly across: number;
  readonly down: number;
  /** Corners, [down + 1, across + 1, 3]. */
  readonly corners: Float32Array;
  /** Of each quadrilateral's cells the share that lives, [down, across]. */
  readonly shares: Float32Array;
}

/** So many quadrilaterals a side, at least, that a surface looks round; and at most, that it is drawn in a frame. */
const FEWEST = 40;
const MOST = 48;

/** The net of a board whose cells are dead. */
export function createMesh(bounds: BoundedGrid): Mesh {
  const { width, height } = bounds;
  const [across, down] = [width, height].map(countSteps) as [number, number];
  const place = placeOnSurface(bounds);
  const corners = new Float32Array((down + 1) * (across + 1) * 3);
  for (let r = 0, k = 0; r <= down; r++) {
    for (let c = 0; c <= across; c++, k += 3) {
      corners.set(place((c * width) / across, (r * height) / down), k);
    }
  }
  return { bounds, across, down, corners, shares: new Float32Array(down * across) };
}

function countSteps(side: number): number {
  return side > MOST ? MOST : side * Math.ceil(FEWEST / side);
}

/** Sets the shares to those of a board of the net's size. */
export function putBoard({ across, down, shares }: Mesh, { width, height, cells }: Grid): void {
  for (let r = 0; r < down; r++) {
    const [top, bottom] = cellsOf(r, down, height);
    for (let c = 0; c < across; c++) {
      const [left, right] = cellsOf(c, across, width);
      let count = 0;
      for (let y = top; y < bottom; y++) {
        for (let x = left; x < right; x++) count += cells[y * width + x]!;
      }
      shares[r * across + c] = count / ((bottom - top) * (right - left));
    }
  }
}

/** The cells of a step, the last one not included. */
function cellsOf(step: number, steps: number, cells: number): [from: number, to: number] {
  const from = Math.floor((step * cells) / steps);
  return [from, Math.max(from + 1, Math.floor(((step + 1) * cells) / steps))];
}
