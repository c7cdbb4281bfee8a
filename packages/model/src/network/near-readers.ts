/** Who reads a cell: the other way round of what cells read, to know whose window changed. */

import { spanOf, type PlaceLine, type Rectangle } from './cell-lines.js';
import type { ReadBoard } from './near-windows.js';

/** Calls back with the index of each cell that reads a cell of the given board; some more than once. */
export type EachReader = (cell: number, mark: (reader: number) => void) => void;

/** Where a reader is, seen from the cell, when it moves as the cell does, and which stencils read so. */
interface Shift {
  readonly rows: number;
  readonly columns: number;
  readonly stencils: Uint8Array;
}

/** A place of a rectangle that moves otherwise, and the rectangle of cells around those that it reads. */
interface Way {
  readonly rectangle: Rectangle;
  readonly line: PlaceLine;
  readonly image: Rectangle;
}

/** Turns the readers of a board round. */
export function turnReaders(board: ReadBoard): EachReader {
  const { width, height, readerOf } = board;
  const shifts = new Map<string, Shift>();
  const ways: Way[] = [];
  for (const { stencil, rectangle, lines } of board.readers.flat()) {
    board.stencils[stencil]!.places.forEach(({ board: on, line }, place) => {
      // off the board the 0 is read, whatever the cell
      const isOff = [0, 1, 2].every((part) => lines[3 * place + part] === 0);
      if (on !== 'given' || isOff) return;
      const isEven = line[0] === 1 && line[1] === 0 && line[3] === 0 && line[4] === 1;
      if (!isEven) {
        ways.push({ rectangle, line, image: spanOf(line, rectangle) });
        return;
      }
      const key = `${line[2]} ${line[5]}`;
      const stencils = shifts.get(key)?.stencils ?? new Uint8Array(board.stencils.length);
      stencils[stencil] = 1;
      shifts.set(key, { rows: -line[2], columns: -line[5], stencils });
    });
  }
  const even = [...shifts.values()];

  return (cell, mark) => {
    const row = Math.floor(cell / width);
    const column = cell - row * width;
    for (const { rows, columns, stencils } of even) {
      const [r, c] = [row + rows, column + columns];
      if (r < 0 || c < 0 || r >= height || c >= width) continue;
      if (stencils[readerOf(r, c).stencil] === 1) mark(r * width + c);
    }
    for (const { rectangle, line, image } of ways) {
      if (isIn(image, row, column)) {
        eachSolution(line, rectangle, row, column, (r, c) => mark(r * width + c));
      }
    }
  };
}

function isIn({ top, left, height, width }: Rectangle, row: number, column: number): boolean {
  return row >= top && column >= left && row < top + height && column < left + width;
}

/** The cells of a rectangle whose place lies at a row and column. */
function eachSolution(
  line: PlaceLine,
  { top, left, height, width }: Rectangle,
  row: number,
  column: number,
  take: (row: number, column: number) => void,
): void {
  const [rowByRow, rowByColumn, rowStart, columnByRow, columnByColumn, columnStart] = line;
  /** One value where an equation has it, else all of a side. */
  const solve = (
    byRow: number,
    byColumn: number,
    start: number,
    side: number,
  ): [number, number] => {
    if (byRow !== 0) return [(row - rowStart) / byRow, (row - rowStart) / byRow];
    if (byColumn !== 0)
      return [(column - columnStart) / byColumn, (column - columnStart) / byColumn];
    return [start, start + side - 1];
  };
  const [firstRow, lastRow] = solve(rowByRow, columnByRow, top, height);
  const [firstColumn, lastColumn] = solve(rowByColumn, columnByColumn, left, width);
  for (let r = Math.max(top, firstRow); r <= Math.min(top + height - 1, lastRow); r++) {
    for (let c = Math.max(left, firstColumn); c <= Math.min(left + width - 1, lastColumn); c++) {
      const isThere =
        rowByRow * r + rowByColumn * c + rowStart === row &&
        columnByRow * r + columnByColumn * c + columnStart === column;
      if (isThere) take(r, c);
    }
  }
}
