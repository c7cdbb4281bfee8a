/** When a run repeats itself: as a still life, an oscillator, or moved along as a spaceship. */

import { type BoundedGrid, type Grid } from '@lifegpt/core';

/** How a run ends. */
export interface Repetition {
  readonly kind: 'dead' | 'still life' | 'oscillator' | 'spaceship';
  /** Generations after which it looks the same. */
  readonly period: number;
  /** Columns to the right and rows down by which it has moved then. */
  readonly displacement: readonly [columns: number, rows: number];
  /** The first generation that repeats. */
  readonly since: number;
}

/** How far one state lies from another that looks the same; null when they differ. */
type Shift = readonly [columns: number, rows: number] | null;

/**
 * Steps until a state has been there before, elsewhere on the board or not (Brent's algorithm).
 * @param step the next state
 * @param most generations to try
 * @param tell is called with every generation; it may throw to stop
 * @returns null when nothing repeats within `most` generations
 */
export async function findRepetition(
  start: Grid,
  { topology }: BoundedGrid,
  most: number,
  step: (grid: Grid) => Grid | Promise<Grid>,
  tell: (generation: number) => void | Promise<void> = () => undefined,
): Promise<{ repetition: Repetition; grid: Grid } | null> {
  const wraps = topology.kind === 'torus' && !topology.horizontalShift && !topology.verticalShift;
  const compare = (a: Grid, b: Grid): Shift => findShift(a, b, wraps);
  let saved = start;
  let [savedAt, reach] = [0, 1];
  let state = start;
  for (let generation = 1; generation <= most; generation++) {
    await tell(generation);
    state = await step(state);
    const shift = compare(saved, state);
    if (shift !== null) {
      const period = generation - savedAt;
      const { since, grid } = await findBeginning(start, period, shift, step, compare);
      return {
        repetition: { kind: nameKind(grid, period, shift), period, displacement: shift, since },
        grid,
      };
    }
    if (generation === reach) [saved, savedAt, reach] = [state, generation, 2 * reach];
  }
  return null;
}

/** The first generation that comes back after a period. */
async function findBeginning(
  start: Grid,
  period: number,
  shift: NonNullable<Shift>,
  step: (grid: Grid) => Grid | Promise<Grid>,
  compare: (a: Grid, b: Grid) => Shift,
): Promise<{ since: number; grid: Grid }> {
  let [grid, ahead] = [start, start];
  for (let k = 0; k < period; k++) ahead = await step(ahead);
  for (let since = 0; ; since++) {
    const found = compare(grid, ahead);
    if (found !== null && found[0] === shift[0] && found[1] === shift[1]) return { since, grid };
    [grid, ahead] = [await step(grid), await step(ahead)];
  }
}

function nameKind(
  grid: Grid,
  period: number,
  [right, down]: NonNullable<Shift>,
): Repetition['kind'] {
  if (!grid.cells.includes(1)) return 'dead';
  if (right !== 0 || down !== 0) return 'spaceship';
  return period === 1 ? 'still life' : 'oscillator';
}

/**
 * By how much a state has to be moved to become another. Its live cells move as a whole; around the borders only where
 * the board is a torus. The nearest way is given.
 */
function findShift(a: Grid, b: Grid, wraps: boolean): Shift {
  if (Buffer.compare(a.cells, b.cells) === 0) return [0, 0];
  const [rows, otherRows] = [countRows(a), countRows(b)];
  const [columns, otherColumns] = [countColumns(a), countColumns(b)];
  for (const down of listShifts(rows, otherRows, wraps)) {
    for (const right of listShifts(columns, otherColumns, wraps)) {
      if (isMoved(a, b, right, down)) {
        const nearest = (value: number, side: number): number =>
          wraps && 2 * value > side ? value - side : value;
        return [nearest(right, a.width), nearest(down, a.height)];
      }
    }
  }
  return null;
}

function countRows({ width, height, cells }: Grid): number[] {
  return Array.from({ length: height }, (_, row) =>
    cells.subarray(row * width, (row + 1) * width).reduce((sum, cell) => sum + cell, 0),
  );
}

function countColumns({ width, cells }: Grid): number[] {
  const counts = Array.from({ length: width }, () => 0);
  cells.forEach((cell, k) => (counts[k % width]! += cell));
  return counts;
}

/** Shifts that turn one list of counts into another: around, or between their first entries that are not 0. */
function listShifts(from: readonly number[], to: readonly number[], wraps: boolean): number[] {
  const isShifted = (shift: number): boolean =>
    from.every((count, k) => count === (to[wraps ? (k + shift) % to.length : k + shift] ?? 0));
  if (wraps) return from.map((_, k) => k).filter(isShifted);
  const first = (counts: readonly number[]): number => counts.findIndex((count) => count > 0);
  const shift = first(to) - first(from);
  return isShifted(shift) ? [shift] : [];
}

function isMoved({ width, height, cells }: Grid, to: Grid, right: number, down: number): boolean {
  return cells.every((cell, k) => {
    const column = (k % width) + right;
    const row = Math.floor(k / width) + down;
    const x = ((column % width) + width) % width;
    return cell === to.cells[(((row % height) + height) % height) * width + x];
  });
}
