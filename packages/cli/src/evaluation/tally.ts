/** What evaluated boards come to, as plain data that a checkpoint keeps. */

import { compareGrids, countAlive, tokenOfTopology } from '@lifegpt/core';
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
  /** Rows, from 1, that were wrong: the first hundred, in the order of the data. */
  readonly wrongRows: number[];
  /** `[row, wrong cells, smallest margin]` of the first thousand boards, in the order of the data. */
  readonly rows: [row: number, wrongCells: number, minMargin: number][];
  /** By topology, as a header names it (`other` where it cannot), and by whether the model's recipe held the board out. */
  readonly kinds: Record<string, Counts>;
  /** By size, rows x columns. */
  readonly sizes: Record<string, SizeTally>;
  /** By the share of live cells in the input, in twentieths; 1 belongs to the last. */
  readonly densities: Counts[];
}

/** What follows the topology in the name of a kind of boards that were held out. */
const HELD_OUT = ', held out';

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
    kinds: {},
    sizes: {},
    densities: Array.from({ length: DENSITY_BINS }, none),
  };
}

const none = (): Counts => ({ boards: 0, cells: 0, wrongCells: 0, wrongBoards: 0 });

/** Adds the answer that a board got. */
export function addAnswer(
  tally: Tally,
  { row, state, nextState, topology }: TestBoard,
  { grid, malformedTokens, margins }: BoardAnswer,
  isHeldOut = false,
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
  const name = `${tokenOfTopology(topology) ?? 'other'}${isHeldOut ? HELD_OUT : ''}`;
  const kind = (tally.kinds[name] ??= none());
  const density = Math.floor((DENSITY_BINS * countAlive(state)) / cells);
  const bin = tally.densities[Math.min(DENSITY_BINS - 1, density)]!;
  const counted = { boards: 1, cells, wrongCells, wrongBoards: isWrong ? 1 : 0 };
  for (const counts of [tally, kind, size, bin]) addCounts(counts, counted);
  for (let k = 0; k < cells; k++) {
    size.minMarginAt[k] = Math.min(size.minMarginAt[k]!, roundMargin(margins[k]!));
    if (grid.cells[k] !== nextState.cells[k]) size.wrongAt[k] = (size.wrongAt[k] ?? 0) + 1;
  }
  const minMargin = margins.reduce((least, margin) => Math.min(least, margin), Infinity);
  tally.minMargin = Math.min(tally.minMargin ?? Infinity, minMargin);
  tally.malformedTokens += malformedTokens;
  if (isWrong) listRow(tally.wrongRows, row, rowItself, LISTED_WRONG_ROWS);
  listRow(tally.rows, [row, wrongCells, roundMargin(minMargin)], rowOf, LISTED_ROWS);
}

/** Adds what other boards came to under the same head; the order of adding changes nothing. */
export function addTally(tally: Tally, other: Tally): void {
  addCounts(tally, other);
  tally.malformedTokens += other.malformedTokens;
  tally.seconds += other.seconds;
  if (other.minMargin !== null) {
    tally.minMargin = Math.min(tally.minMargin ?? Infinity, other.minMargin);
  }
  for (const row of other.wrongRows) listRow(tally.wrongRows, row, rowItself, LISTED_WRONG_ROWS);
  for (const entry of other.rows) listRow(tally.rows, entry, rowOf, LISTED_ROWS);
  other.densities.forEach((counts, bin) => addCounts(tally.densities[bin]!, counts));
  for (const [name, counts] of Object.entries(other.kinds)) {
    addCounts((tally.kinds[name] ??= none()), counts);
  }
  for (const [name, size] of Object.entries(other.sizes)) {
    const own = tally.sizes[name];
    if (own === undefined) {
      tally.sizes[name] = size;
      continue;
    }
    addCounts(own, size);
    size.minMarginAt.forEach((margin, k) => {
      own.minMarginAt[k] = Math.min(own.minMarginAt[k]!, margin);
    });
    for (const [place, wrong] of Object.entries(size.wrongAt)) {
      own.wrongAt[place] = (own.wrongAt[place] ?? 0) + wrong;
    }
  }
}

/** Lists the sizes by rows, then columns, and the kinds by name. */
export function sortTally({ sizes, kinds }: Tally): void {
  const byName = Object.entries(kinds).sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [name] of byName) delete kinds[name];
  for (const [name, counts] of byName) kinds[name] = counts;
  const sides = (name: string): number[] => name.split('x').map(Number);
  const sorted = Object.entries(sizes).sort(([a], [b]) => {
    const [[aRows, aColumns], [bRows, bColumns]] = [sides(a), sides(b)];
    return aRows! - bRows! || aColumns! - bColumns!;
  });
  for (const [name] of sorted) delete sizes[name];
  for (const [name, size] of sorted) sizes[name] = size;
}

function addCounts(counts: Counts, more: Counts): void {
  counts.boards += more.boards;
  counts.cells += more.cells;
  counts.wrongCells += more.wrongCells;
  counts.wrongBoards += more.wrongBoards;
}

const rowItself = (row: number): number => row;
const rowOf = ([row]: Tally['rows'][number]): number => row;

/** Puts an entry in its place by row; of too many the last one goes. */
function listRow<T>(list: T[], entry: T, rowIn: (entry: T) => number, most: number): void {
  let at = list.length;
  while (at > 0 && rowIn(list[at - 1]!) > rowIn(entry)) at--;
  if (at === most) return;
  list.splice(at, 0, entry);
  if (list.length > most) list.pop();
}

const roundMargin = (margin: number): number => Math.round(100 * margin) / 100;
