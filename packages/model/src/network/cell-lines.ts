/**
 * Where the places lie that a rectangle of cells reads: a place's row and column move evenly with the cell's. Names of one spot
 * become one: in a rectangle of one row, the last row and so many rows below one's own are the same.
 */

import type { Board, ReadPlace } from './cell-classes.js';

/** Cells between two rows and two columns. */
export interface Rectangle extends Board {
  readonly top: number;
  readonly left: number;
}

/** How a place moves with the cell that reads it: its row is `0·row + 1·column + 2`, its column `3·row + 4·column + 5`. */
export type PlaceLine = readonly [number, number, number, number, number, number];

/** The rectangle that some cells in reading order fill. */
export function rectangleOf(cells: Int32Array, { width }: Board): Rectangle {
  const [first, last] = [cells[0]!, cells.at(-1)!];
  const [top, left] = [Math.floor(first / width), first % width];
  return {
    top,
    left,
    height: Math.floor(last / width) - top + 1,
    width: (last % width) - left + 1,
  };
}

/** Number of cells of a rectangle. */
export function areaOf({ width, height }: Board): number {
  return width * height;
}

/** Where a place lies for the cells of a rectangle. */
export function locateLine(
  { references, offset }: ReadPlace,
  rectangle: Rectangle,
  { width, height }: Board,
): PlaceLine {
  const ofReference = [
    [1, 0, 0],
    [-1, 0, height - 1],
    [0, 1, 0],
    [0, -1, width - 1],
    [0, 0, 0],
  ] as const;
  const lines = references.map((reference, axis) => {
    const [byRow, byColumn, start] = ofReference[reference]!;
    const line = [byRow, byColumn, start + offset[axis]!];
    const isSingle = [rectangle.height === 1, rectangle.width === 1];
    const at = [rectangle.top, rectangle.left];
    // along a side that is one cell wide a place is told from the cell's own, unless it moves along the other one
    const across = 1 - axis;
    if (isSingle[across]) line[2]! += line[across]! * at[across]!;
    if (isSingle[across]) line[across] = 0;
    if (isSingle[axis] && line[across] === 0) {
      line[2]! += (line[axis]! - 1) * at[axis]!;
      line[axis] = 1;
    }
    return line;
  });
  const [row, column] = lines as [number[], number[]];
  return [row[0]!, row[1]!, row[2]!, column[0]!, column[1]!, column[2]!];
}

/** Whether a place is on the board for all cells of a rectangle; null where that differs. */
export function isOnBoard(line: PlaceLine, rectangle: Rectangle, board: Board): boolean | null {
  const { top, left, height, width } = spanOf(line, rectangle);
  if (top >= board.height || left >= board.width || top + height <= 0 || left + width <= 0) {
    return false;
  }
  const isIn = top >= 0 && left >= 0 && top + height <= board.height && left + width <= board.width;
  return isIn ? true : null;
}

/** Where a place lies for the cells of a rectangle: the least rectangle around. */
export function spanOf(line: PlaceLine, { top, left, height, width }: Rectangle): Rectangle {
  const [rows, columns] = [0, 3].map((at) => {
    const ends = [top, top + height - 1].flatMap((row) =>
      [left, left + width - 1].map(
        (column) => line[at]! * row + line[at + 1]! * column + line[at + 2]!,
      ),
    );
    return { first: Math.min(...ends), last: Math.max(...ends) };
  });
  return {
    top: rows!.first,
    left: columns!.first,
    height: rows!.last - rows!.first + 1,
    width: columns!.last - columns!.first + 1,
  };
}
