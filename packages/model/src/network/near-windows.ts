/**
 * What cells read of their boards, laid out for the graph: patches of cells, each group of which has one stencil. A 0 and the
 * boards of a text stand in one array, `[0, given, answer]`, so that what a cell reads are indices, also off the board.
 */

import type { Board } from './cell-classes.js';
import { areaOf, isOnBoard, type Rectangle } from './cell-lines.js';
import type { Stencil } from './near-stencil.js';

/** A rectangle of a stencil, and where its cells read: place p of a cell at `row * 3p + column * (3p + 1) + (3p + 2)`. */
export interface Reader {
  readonly stencil: number;
  readonly rectangle: Rectangle;
  readonly lines: Int32Array;
}

/** Cells that go through the graph together. */
export interface Patch {
  /** Stencils of its groups. */
  readonly groups: readonly number[];
  /** Cells that each group has room for. */
  readonly room: number;
  /** Places that each group has room for. */
  readonly places: number;
  /** Its cells: a list with -1 where a group has room left, or rows of a rectangle, each a reader, row, column and length. */
  readonly cells: Int32Array | null;
  readonly strips: readonly Strip[];
  /** `[groups, places, room]` of listed cells: what they read. */
  readonly index: Int32Array | null;
}

interface Strip {
  readonly reader: Reader;
  readonly row: number;
  readonly column: number;
  readonly length: number;
}

/** The stencils of a board, and whose a cell is. */
export interface ReadBoard extends Board {
  readonly stencils: readonly Stencil[];
  readonly readers: readonly (readonly Reader[])[];
  readonly readerOf: (row: number, column: number) => Reader;
}

/** Finds what each rectangle reads. */
export function openReaders(stencils: readonly Stencil[], board: Board): ReadBoard {
  const size = areaOf(board);
  const readers = stencils.map(({ rectangles, places }, stencil) =>
    rectangles.map((rectangle): Reader => {
      const lines = new Int32Array(3 * places.length);
      places.forEach(({ board: on, line }, place) => {
        if (isOnBoard(line, rectangle, board) !== true) return; // the 0 is read
        lines[3 * place] = line[0] * board.width + line[3];
        lines[3 * place + 1] = line[1] * board.width + line[4];
        lines[3 * place + 2] = line[2] * board.width + line[5] + (on === 'given' ? 1 : 1 + size);
      });
      return { stencil, rectangle, lines };
    }),
  );
  return { ...board, stencils, readers, readerOf: findReaders(readers.flat(), board) };
}

/** Rectangles are a grid of rows by columns. */
function findReaders(
  readers: readonly Reader[],
  { width, height }: Board,
): (row: number, column: number) => Reader {
  const [rows, columns] = [new Uint16Array(height), new Uint16Array(width)];
  const starts = (side: 'top' | 'left'): number[] =>
    [...new Set(readers.map(({ rectangle }) => rectangle[side]))].sort((a, b) => a - b);
  const lefts = starts('left');
  starts('top').forEach((top, i) => rows.fill(i, top));
  lefts.forEach((left, i) => columns.fill(i, left));
  const grid: Reader[] = [];
  for (const reader of readers) {
    const { top, left } = reader.rectangle;
    grid[rows[top]! * lefts.length + columns[left]!] = reader;
  }
  return (row, column) => grid[rows[row]! * lefts.length + columns[column]!]!;
}

/** Cells that a patch takes, and those of a group where groups are many and small. */
export interface PatchSizes {
  readonly patch: number;
  readonly group: number;
}

/** All cells of a board: stencils of many cells row by row, the others' cells together. */
export function* cutBoard(board: ReadBoard, sizes: PatchSizes): Iterable<Patch> {
  const isSmall = areaOf(board) <= sizes.group * 48;
  const small: number[][] = [];
  for (const [stencil, readers] of board.readers.entries()) {
    const count = readers.reduce((sum, { rectangle }) => sum + areaOf(rectangle), 0);
    if (isSmall || count <= 4 * sizes.group) small[stencil] = listCells(readers, board);
    else yield* cutStrips(stencil, readers, board, sizes.patch);
  }
  yield* groupCells(board, small, sizes);
}

/** Some cells. */
export function* cutCells(
  board: ReadBoard,
  cells: ArrayLike<number>,
  sizes: PatchSizes,
): Iterable<Patch> {
  const lists: number[][] = [];
  for (let i = 0; i < cells.length; i++) {
    const row = Math.floor(cells[i]! / board.width);
    const { stencil } = board.readerOf(row, cells[i]! - row * board.width);
    (lists[stencil] ??= []).push(cells[i]!);
  }
  const small: number[][] = [];
  for (const [stencil, list] of lists.entries()) {
    if (list === undefined) continue;
    if (list.length <= 4 * sizes.group) small[stencil] = list;
    else {
      for (let from = 0; from < list.length; from += sizes.patch) {
        const part = Int32Array.from(list.slice(from, from + sizes.patch));
        yield lay(board, [stencil], part, part.length);
      }
    }
  }
  yield* groupCells(board, small, sizes);
}

/** Lists of a few cells, those of a stencil in one group or several. */
function* groupCells(
  board: ReadBoard,
  lists: readonly number[][],
  { patch, group }: PatchSizes,
): Iterable<Patch> {
  const most = Math.max(1, Math.floor(patch / group));
  let groups: number[] = [];
  let cells: number[] = [];
  for (const [stencil, list] of lists.entries()) {
    if (list === undefined) continue;
    for (let from = 0; from < list.length; from += group) {
      groups.push(stencil);
      for (let i = from; i < from + group; i++) cells.push(i < list.length ? list[i]! : -1);
      if (groups.length < most) continue;
      yield lay(board, groups, Int32Array.from(cells), group);
      [groups, cells] = [[], []];
    }
  }
  if (groups.length > 0) yield lay(board, groups, Int32Array.from(cells), group);
}

/** A patch of listed cells, with what they read. */
function lay(board: ReadBoard, groups: readonly number[], cells: Int32Array, room: number): Patch {
  const places = countPlaces(board, groups);
  const index = new Int32Array(groups.length * places * room);
  for (const [at, cell] of cells.entries()) {
    if (cell < 0) continue;
    const row = Math.floor(cell / board.width);
    const column = cell - row * board.width;
    const { lines } = board.readerOf(row, column);
    const group = Math.floor(at / room);
    let to = group * places * room + (at - group * room);
    for (let line = 0; line < lines.length; line += 3) {
      index[to] = lines[line]! * row + lines[line + 1]! * column + lines[line + 2]!;
      to += room;
    }
  }
  return { groups, room, places, cells, strips: [], index };
}

function* cutStrips(
  stencil: number,
  readers: readonly Reader[],
  board: ReadBoard,
  most: number,
): Iterable<Patch> {
  const places = countPlaces(board, [stencil]);
  let strips: Strip[] = [];
  let room = 0;
  for (const reader of readers) {
    const { top, left, height, width } = reader.rectangle;
    for (let row = top; row < top + height; row++) {
      for (let column = left; column < left + width;) {
        const length = Math.min(left + width - column, most - room);
        strips.push({ reader, row, column, length });
        [column, room] = [column + length, room + length];
        if (room < most) continue;
        yield { groups: [stencil], room, places, cells: null, strips, index: null };
        [strips, room] = [[], 0];
      }
    }
  }
  if (room > 0) yield { groups: [stencil], room, places, cells: null, strips, index: null };
}

function countPlaces({ stencils }: ReadBoard, groups: readonly number[]): number {
  return groups.reduce((most, stencil) => Math.max(most, stencils[stencil]!.places.length), 1);
}

function listCells(readers: readonly Reader[], { width: side }: Board): number[] {
  return readers.flatMap(({ rectangle: { top, left, height, width } }) =>
    Array.from(
      { length: height * width },
      (_, i) => (top + Math.floor(i / width)) * side + left + (i % width),
    ),
  );
}

/**
 * Writes what the cells of a patch read, `[groups, places, room]`.
 * @param windows from `at` on
 * @param text `[0, given, answer]`
 */
export function readWindows(
  windows: Float32Array,
  at: number,
  { index, strips, room, places }: Patch,
  text: Uint8Array,
): void {
  if (index !== null) {
    for (let i = 0; i < index.length; i++) windows[at + i] = text[index[i]!]!;
    return;
  }
  let first = at;
  for (const { reader, row, column, length } of strips) {
    const { lines } = reader;
    for (let place = 0; place < places; place++) {
      const step = lines[3 * place + 1]!;
      let from = lines[3 * place]! * row + step * column + lines[3 * place + 2]!;
      const to = first + place * room;
      for (let i = to; i < to + length; i++) {
        windows[i] = text[from]!;
        from += step;
      }
    }
    first += length;
  }
}

/** Calls back with each cell of a patch and its column. */
export function eachCell(
  { cells, strips }: Patch,
  width: number,
  take: (cell: number, column: number) => void,
): void {
  if (cells !== null) {
    for (let i = 0; i < cells.length; i++) if (cells[i]! >= 0) take(cells[i]!, i);
    return;
  }
  let at = 0;
  for (const { row, column, length } of strips) {
    const first = row * width + column;
    for (let i = 0; i < length; i++) take(first + i, at++);
  }
}
