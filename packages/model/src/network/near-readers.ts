/** Who reads a cell: the other way round of what cells read, to know whose window changed. */

import { spanOf, type PlaceLine, type Rectangle } from './cell-lines.js';
import type { ReadBoard } from './near-windows.js';

/** Calls back with the index of each cell that reads a cell of the given board; some more than once. */
export type EachReader = (cell: number, mark: (reader: number) => void) => void;

/** A place of a rectangle that reads some cells. */
interface Way {
  readonly rectangle: Rectangle;
  readonly line: PlaceLine;
  /** Where the reader is, seen from the cell, when it moves as the cell does; else null. */
  readonly shift: { readonly rows: number; readonly columns: number } | null;
}

/** Turns the readers of a board round. What reads the cells of a rectangle is found when one of them is first asked for. */
export function turnReaders(board: ReadBoard): EachReader {
  const { width, readerOf } = board;
  const rectangles = board.readers.flat();
  const ways = new Map<Rectangle, Way[]>();

  function findWays(of: Rectangle): Way[] {
    const known = ways.get(of);
    if (known !== undefined) return known;
    const found = rectangles.flatMap(({ stencil, rectangle, lines }) =>
      board.stencils[stencil]!.places.flatMap(({ board: on, line }, place): Way[] => {
        // off the board the 0 is read, whatever the cell
        const isOff = [0, 1, 2].every((part) => lines[3 * place + part] === 0);
        if (on !== 'given' || isOff) return [];
        const image = spanOf(line, rectangle);
        const isRead =
          image.top < of.top + of.height &&
          image.left < of.left + of.width &&
          of.top < image.top + image.height &&
          of.left < image.left + image.width;
        const isEven = line[0] === 1 && line[1] === 0 && line[3] === 0 && line[4] === 1;
        const shift = isEven ? { rows: -line[2], columns: -line[5] } : null;
        return isRead ? [{ rectangle, line, shift }] : [];
      }),
    );
    ways.set(of, found);
    return found;
  }

  return (cell, mark) => {
    const row = Math.floor(cell / width);
    const column = cell - row * width;
    for (const { rectangle, line, shift } of findWays(readerOf(row, column).rectangle)) {
      const { top, left, height, width: columns } = rectangle;
      if (shift === null) {
        eachSolution(line, rectangle, row, column, (r, c) => mark(r * width + c));
        continue;
      }
      const [r, c] = [row + shift.rows, column + shift.columns];
      if (r >= top && c >= left && r < top + height && c < left + columns) mark(r * width + c);
    }
  };
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
