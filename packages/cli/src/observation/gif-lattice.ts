/** The lattice of cells in the pixels of two colours. */

import { createGrid, type Grid } from '@lifegpt/core';

/** The pixels of a board, 1 where the rarer colour is. */
export interface BoardPixels {
  readonly width: number;
  readonly height: number;
  /** `[frame][height * width]` */
  readonly frames: readonly Uint8Array[];
  /** 1 where a pixel is a mixture of both colours; null when none is. */
  readonly blends: readonly Uint8Array[] | null;
  /** Whether a third colour is all around it, so that no margin can look like dead cells. */
  readonly isFramed: boolean;
}

/** Cells along one axis, in pixels. */
interface Axis {
  readonly start: number;
  /** From the beginning of a cell to that of the next. */
  readonly pitch: number;
  readonly cell: number;
  readonly count: number;
}
/** Cells along both axes. */
export interface Lattice {
  readonly x: Axis;
  readonly y: Axis;
}

/** Lattices that have all edges between the two colours on their lines. */
export function findLattices(board: BoardPixels): Lattice[] {
  const { width, height } = board;
  const [left, right] = findEdges(board);
  const whole = gcd(gcdOf([...left, width]), gcdOf([...right, height]));
  const fill = (side: number, cell: number, start: number): Axis => {
    const from = start % cell;
    return { start: from, pitch: cell, cell, count: Math.floor((side - from) / cell) };
  };
  const lattices = [{ x: fill(width, whole, 0), y: fill(height, whole, 0) }];
  // a margin in the colour of dead cells: the edges alone tell the cells' size
  const steps = (edges: number[]): number[] => edges.slice(1).map((edge, k) => edge - edges[k]!);
  const free = gcd(gcdOf(steps(left)), gcdOf(steps(right)));
  if (free > whole && left.length > 0 && right.length > 0) {
    lattices.push({ x: fill(width, free, left[0]!), y: fill(height, free, right[0]!) });
  }
  return [...findLines(left, right, width, height), ...lattices];
}

/** Lattices of smaller cells that fit as well: whatever is drawn large may be drawn of several small ones. */
export function divideLattice({ x, y }: Lattice): Lattice[] {
  if (x.cell !== x.pitch || y.cell !== y.pitch || x.cell !== y.cell) return [];
  const divide = ({ start, cell, count }: Axis, parts: number): Axis => ({
    start,
    pitch: cell / parts,
    cell: cell / parts,
    count: count * parts,
  });
  return range(x.cell + 1)
    .filter((parts) => parts > 1 && x.cell % parts === 0)
    .map((parts) => ({ x: divide(x, parts), y: divide(y, parts) }));
}

/** Pixels before which the colour changes, along both axes. */
export function findEdges({ width, frames }: BoardPixels): [number[], number[]] {
  const [xs, ys] = [new Set<number>(), new Set<number>()];
  for (const frame of frames) {
    for (let k = 0; k < frame.length; k++) {
      const x = k % width;
      if (x > 0 && frame[k] !== frame[k - 1]) xs.add(x);
      if (k >= width && frame[k] !== frame[k - width]) ys.add((k - x) / width);
    }
  }
  return [[...xs], [...ys]].map((edges) => edges.sort((a, b) => a - b)) as [number[], number[]];
}

/** Cells with lines between them in one of the two colours: edges of two kinds. */
function findLines(xs: number[], ys: number[], width: number, height: number): Lattice[] {
  for (let pitch = Math.min(64, Math.floor(Math.min(width, height) / 2)); pitch >= 2; pitch--) {
    const [columns, rows] = [lineUp(xs, pitch, width), lineUp(ys, pitch, height)];
    const found = columns.flatMap((x) =>
      rows.filter((y) => x.cell === y.cell).map((y) => ({ x, y })),
    );
    if (found.length > 0) return found;
  }
  return [];
}

/** Cells and lines that have the edges between them: over the whole side, and from the first edge to the last. */
function lineUp(edges: readonly number[], pitch: number, side: number): Axis[] {
  const kinds = [...new Set(edges.map((edge) => edge % pitch))].sort((a, b) => a - b);
  if (kinds.length !== 2) return [];
  const [low, high] = kinds as [number, number];
  const axes: Axis[] = [];
  for (const [start, cell] of [
    [low, high - low],
    [high, pitch - (high - low)],
  ] as const) {
    if (2 * cell < pitch) continue; // lines are thinner than cells
    const fill = (from: number, to: number): Axis => ({
      start: from + ((((start - from) % pitch) + pitch) % pitch),
      pitch,
      cell,
      count:
        Math.floor((to - from - ((((start - from) % pitch) + pitch) % pitch) - cell) / pitch) + 1,
    });
    axes.push(fill(0, side), fill(edges[0]!, edges.at(-1)!));
  }
  return axes;
}

/** The cells on a lattice, or null when one is not of one colour, or the lines between them are not. */
export function readLattice(
  { width, height, frames }: BoardPixels,
  { x, y }: Lattice,
): Grid[] | null {
  if (x.count < 1 || y.count < 1) return null;
  const [column, row] = [placesOf(x, width), placesOf(y, height)];
  let line: number | null = null;
  const states: Grid[] = [];
  for (const frame of frames) {
    const cells = new Uint8Array(x.count * y.count).fill(UNKNOWN);
    for (let k = 0; k < frame.length; k++) {
      const [right, down] = [column[k % width]!, row[Math.floor(k / width)]!];
      if (right === OUTSIDE || down === OUTSIDE) continue;
      if (right === LINE || down === LINE) {
        line ??= frame[k]!;
        if (frame[k] !== line) return null;
        continue;
      }
      const at = down * x.count + right;
      if (cells[at] === UNKNOWN) cells[at] = frame[k]!;
      else if (cells[at] !== frame[k]) return null;
    }
    states.push(createGrid(x.count, y.count, cells));
  }
  return states;
}

const UNKNOWN = 2;
const LINE = -1;
const OUTSIDE = -2;

/** For every pixel of an axis its cell, or that it lies on a line or outside. */
function placesOf({ start, pitch, cell, count }: Axis, side: number): number[] {
  return range(side).map((pixel) => {
    const place = Math.floor((pixel - start) / pitch);
    if (place < 0 || place >= count) return OUTSIDE;
    return pixel - start - place * pitch < cell ? place : LINE;
  });
}

const range = (length: number): number[] => Array.from({ length }, (_, k) => k);
const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
const gcdOf = (numbers: readonly number[]): number => numbers.reduce(gcd, 0);
