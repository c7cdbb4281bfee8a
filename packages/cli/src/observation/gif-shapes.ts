/** Cells that are no squares of whole pixels: discs and other shapes, and boards that were scaled by a fraction. */

import { createGrid, type Grid } from '@lifegpt/core';
import { findEdges, type BoardPixels } from './gif-lattice.js';

/** States as read, and the side of a cell in pixels. */
export interface ShapedStates {
  readonly states: readonly Grid[];
  readonly cellPixels: number;
}

/**
 * Cells of any shape, such as discs, on a lattice of whole pixels: edges leave the middles of cells free. All live
 * cells have to look alike, and all dead ones.
 */
export function readShapes(board: BoardPixels): ShapedStates[] {
  const [xs, ys] = findEdges(board);
  const found: ShapedStates[] = [];
  const longest = Math.min(64, Math.floor(Math.min(board.width, board.height) / 2));
  for (let pitch = longest; pitch >= 3; pitch--) {
    const [left, top] = [findMiddle(xs, pitch), findMiddle(ys, pitch)];
    const states = left === null || top === null ? null : readTiles(board, pitch, left, top);
    if (states !== null) found.push({ states, cellPixels: pitch });
  }
  return found;
}

/** Where cells begin whose middles no edge touches; null when edges are everywhere. */
function findMiddle(edges: readonly number[], pitch: number): number | null {
  const isEdge = new Set(edges.map((edge) => edge % pitch));
  let [best, from] = [0, 0];
  for (let start = 0; start < pitch; start++) {
    let length = 0;
    while (length < pitch && !isEdge.has((start + length) % pitch)) length++;
    if (length > best) [best, from] = [length, start];
  }
  if (3 * best < pitch) return null;
  // an edge lies before its pixel, so the free pixels begin one earlier
  const middle = from - 1 + (best + 1) / 2;
  return (Math.round(middle - pitch / 2) + pitch) % pitch;
}

/** The cells of a lattice by their middles, or null when cells of one state look different. */
function readTiles(board: BoardPixels, pitch: number, left: number, top: number): Grid[] | null {
  const { width, height, frames, blends } = board;
  const columns = Math.floor((width - left) / pitch);
  const rows = Math.floor((height - top) / pitch);
  if (columns < 2 || rows < 2) return null;
  const looks: (Uint8Array | null)[] = [null, null];
  const states: Grid[] = [];
  for (const [f, frame] of frames.entries()) {
    const grid = createGrid(columns, rows);
    for (let k = 0; k < grid.cells.length; k++) {
      const corner = (top + Math.floor(k / columns) * pitch) * width + left + (k % columns) * pitch;
      const pixelAt = (i: number): number => corner + Math.floor(i / pitch) * width + (i % pitch);
      const state = frame[pixelAt(Math.floor(pitch / 2) * (pitch + 1))]!;
      const look = (looks[state] ??= Uint8Array.from(
        { length: pitch * pitch },
        (_, i) => frame[pixelAt(i)]!,
      ));
      for (let i = 0; i < look.length; i++) {
        const isBlend = blends !== null && blends[f]![pixelAt(i)] === 1;
        const looksRight = isMiddle(i, pitch)
          ? !isBlend && frame[pixelAt(i)] === state
          : isBlend || frame[pixelAt(i)] === look[i];
        if (!looksRight) return null;
      }
      grid.cells[k] = state;
    }
    states.push(grid);
  }
  // one state alone says nothing, unless its cells have a shape
  const isSeen = looks.some((look) => look !== null && new Set(look).size > 1);
  return isSeen || !looks.includes(null) ? states : null;
}

/** Whether a pixel lies in the middle third of its cell. */
function isMiddle(pixel: number, pitch: number): boolean {
  const third = Math.floor(pitch / 3);
  const [down, right] = [Math.floor(pixel / pitch), pixel % pitch];
  return Math.min(down, right) > third && Math.max(down, right) < pitch - third - 1;
}

/** Cells that were scaled by a fraction: their sides differ by a pixel. */
export function readScaled(board: BoardPixels): ShapedStates[] {
  const { width, height, frames, blends } = board;
  const [xs, ys] = findEdges(board);
  if (xs.length + ys.length === 0) return [];
  const spanOf = (edges: readonly number[]): number => (edges.at(-1) ?? 0) - (edges[0] ?? 0);
  const spans = new Set([width, spanOf(xs), spanOf(ys), height]);
  const found = new Map<string, ShapedStates>();
  for (const span of spans) {
    for (let cells = 1; span / cells > 4; cells++) {
      const pitch = span / cells;
      if (pitch > 64) continue;
      const [x, y] = [fitCells(xs, pitch, width), fitCells(ys, pitch, height)];
      if (x === null || y === null) continue;
      const states = frames.map((frame, f) => readMiddles(frame, blends?.[f], width, pitch, x, y));
      if (!states.every((state) => state !== null)) continue;
      const name = `${x.count}x${y.count}`;
      if (!found.has(name)) found.set(name, { states, cellPixels: pitch });
    }
  }
  return [...found.values()];
}

/** Cells along an axis, the first from where, and how many. */
interface ScaledAxis {
  readonly start: number;
  readonly count: number;
}

/** Cells whose borders have all edges within a pixel; null when some lie elsewhere. */
function fitCells(edges: readonly number[], pitch: number, side: number): ScaledAxis | null {
  const fits = (start: number): boolean =>
    edges.every((edge) => {
      const cells = (edge - start) / pitch;
      return Math.abs(cells - Math.round(cells)) * pitch <= 0.75;
    });
  const [first = 0] = edges;
  for (const anchor of [0, first, first - 0.5, first + 0.5]) {
    if (!fits(anchor)) continue;
    const before = Math.floor((anchor + 0.75) / pitch);
    const start = Math.max(0, anchor - before * pitch);
    const count = Math.floor((side - start + 0.75) / pitch);
    return count < 2 ? null : { start, count };
  }
  return null;
}

/** The cells by their middles; null when one is not of one colour but for its rim. */
function readMiddles(
  frame: Uint8Array,
  blends: Uint8Array | undefined,
  width: number,
  pitch: number,
  x: ScaledAxis,
  y: ScaledAxis,
): Grid | null {
  const height = frame.length / width;
  const grid = createGrid(x.count, y.count);
  for (let k = 0; k < grid.cells.length; k++) {
    const left = x.start + (k % x.count) * pitch;
    const top = y.start + Math.floor(k / x.count) * pitch;
    const state = frame[Math.floor(top + pitch / 2) * width + Math.floor(left + pitch / 2)]!;
    for (let row = Math.ceil(top + 0.76); row < Math.min(height, top + pitch - 0.76); row++) {
      for (
        let column = Math.ceil(left + 0.76);
        column < Math.min(width, left + pitch - 0.76);
        column++
      ) {
        if (column + 1 > left + pitch - 0.76 || row + 1 > top + pitch - 0.76) continue; // a rim
        const at = row * width + column;
        if (frame[at] !== state || blends?.[at] === 1) return null;
      }
    }
    grid.cells[k] = state;
  }
  return grid;
}
