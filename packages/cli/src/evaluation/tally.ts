/** What evaluated boards come to, as plain data that a checkpoint keeps. */

import { compareGrids, countAlive } from '@lifegpt/core';
import type { BoardAnswer } from '@lifegpt/model';
import type { TestBoard } from './test-board.js';

/** Counts over boards. */
export interface Counts {
  boards: number;
  cells: number;
  wrongCells: number;
  /** Boards with a wrong cell or a malformed answer. */
  wrongBoards: number;
}

/** What boards of one size came to. */
export interface SizeTally extends Counts {
  /** Wrong cells by their place on the board, row-major; places without any are left out. */
  readonly wrongAt: Record<string, number>;
  /** `[cells]`: the smallest margin at each place, in logits, to two decimals. */
  readonly minMarginAt: number[];
}

/** What one model came to on some boards at one temperature with one seed. */
export interface Tally extends Counts {
  readonly model: string;
  readonly data: string;
  readonly temperature: number;
  readonly seed: number;
  /** Smallest margin in logits; null before the first board. */
  minMargin: number | null;
  malformedTokens: number;
  /** Seconds of prediction. */
  seconds: number;
  /** Rows, from 1, that were wrong: the first hundred. */
  readonly wrongRows: number[];
  /** `[row, wrong cells, smallest margin]` of the first thousand boards. */
  readonly rows: [row: number, wrongCells: number, minMargin: number][];
  /** By size, rows x columns. */
  readonly sizes: Record<string, SizeTally>;
  /** By the share of live cells in the input, in twentieths; 1 belongs to the last. */
  readonly densities: Counts[];
}

/** Bins of the share of live cells. */
export const DENSITY_BINS = 20;
const LISTED_WRONG_ROWS = 100;
const LISTED_ROWS = 1000;

/** An empty tally. */
export function beginTally(head: Pick<Tally, 'model' | 'data' | 'temperature' | 'seed'>): Tally {
  return {
    ...head,
    ...none(),
    minMargin: null,
    malformedTokens: 0,
    seconds: 0,
    wrongRows: [],
    rows: [],
    sizes: {},
    densities: Array.from({ length: DENSITY_BINS }, none),
  };
}

const none = (): Counts => ({ boards: 0, cells: 0, wrongCells: 0, wrongBoards: 0 });

/** Adds the answer that a board got. */
export function addAnswer(
  tally: Tally,
  { row, state, nextState }: TestBoard,
  { grid, malformedTokens, margins }: BoardAnswer,
): void {
  const { width, height } = state;
  const cells = width * height;
  const { wrongCells } = compareGrids(grid, nextState);
  const isWrong = wrongCells > 0 || malformedTokens > 0;
  const size = (tally.sizes[`${height}x${width}`] ??= {
    ...none(),
    wrongAt: {},
    minMarginAt: Array.from({ length: cells }, () => Infinity),
  });
  const density = Math.floor((DENSITY_BINS * countAlive(state)) / cells);
  const bin = tally.densities[Math.min(DENSITY_BINS - 1, density)]!;
  for (const counts of [tally, size, bin]) {
    counts.boards++;
    counts.cells += cells;
    counts.wrongCells += wrongCells;
    counts.wrongBoards += isWrong ? 1 : 0;
  }
  for (let k = 0; k < cells; k++) {
    size.minMarginAt[k] = Math.min(size.minMarginAt[k]!, roundMargin(margins[k]!));
    if (grid.cells[k] !== nextState.cells[k]) size.wrongAt[k] = (size.wrongAt[k] ?? 0) + 1;
  }
  const minMargin = margins.reduce((least, margin) => Math.min(least, margin), Infinity);
  tally.minMargin = Math.min(tally.minMargin ?? Infinity, minMargin);
  tally.malformedTokens += malformedTokens;
  if (isWrong && tally.wrongRows.length < LISTED_WRONG_ROWS) tally.wrongRows.push(row);
  if (tally.rows.length < LISTED_ROWS) tally.rows.push([row, wrongCells, roundMargin(minMargin)]);
}

const roundMargin = (margin: number): number => Math.round(100 * margin) / 100;
