/**
 * Classes of a board's cells: those whose distances to the borders are the same, as far as they are small, and what holds of
 * a place for all of them.
 */

/** A place that a class of cells reads: a cell counted from a reference of its row and one of its column. */
export interface ReadPlace {
  /** Indices of `REFERENCES`. */
  readonly references: readonly [row: number, column: number];
  /** Rows below and columns right of them. */
  readonly offset: readonly [down: number, right: number];
}

/** Sides of a board. */
export interface Board {
  readonly width: number;
  readonly height: number;
}

/** What holds of a place for all cells of a class. */
export interface JudgedPlace {
  /** Whether it lies on the board; null where that differs from cell to cell. */
  readonly isOnBoard: boolean | null;
  /** Whether the token of the answer there stands before the query, or is it; null where that differs. */
  readonly isEarlier: boolean | null;
  /** Whether it is the first cell, where the answer's board has a marker; null where it may be, for some. */
  readonly isFirst: boolean | null;
}

/** What holds of a place for all cells between some corners: its row and column move evenly with theirs. */
export function judgePlace(
  [i, j]: ReadPlace['references'],
  [down, right]: ReadPlace['offset'],
  corners: readonly (readonly number[])[],
  { width, height }: Board,
): JudgedPlace {
  const places = corners.map((distances) => [distances[i]! + down, distances[j]! + right] as const);
  const rows = places.map(([row]) => Math.sign(row < 0 ? -1 : row >= height ? 1 : 0));
  const columns = places.map(([, column]) => Math.sign(column < 0 ? -1 : column >= width ? 1 : 0));
  const isOn = (sides: readonly number[]): boolean | null => {
    if (sides.every((side) => side === 0)) return true;
    return sides.every((side) => side === sides[0]) ? false : null;
  };
  const [onRows, onColumns] = [isOn(rows), isOn(columns)];
  const isOnBoard =
    onRows === false || onColumns === false
      ? false
      : onRows === true && onColumns === true
        ? true
        : null;
  const isFirst = places.every(([row, column]) => row === 0 && column === 0)
    ? true
    : places.some(([row]) => row <= 0) && places.some(([, column]) => column <= 0)
      ? null
      : false;
  const below = places.map(([row], n) => Math.sign(row - corners[n]![0]!));
  if (below.every((sign) => sign === below[0]) && below[0] !== 0) {
    return { isOnBoard, isEarlier: below[0]! < 0, isFirst };
  }
  if (below.some((sign) => sign !== 0)) return { isOnBoard, isEarlier: null, isFirst };
  const behind = places.map(([, column], n) => column <= corners[n]![2]!);
  const isEarlier = behind.every((is) => is === behind[0]) ? behind[0]! : null;
  return { isOnBoard, isEarlier, isFirst };
}

/** A cell's distances to the borders, and 0: its references. */
export function listDistances({ width, height }: Board, cell: number): number[] {
  const [row, column] = [Math.floor(cell / width), cell % width];
  return [row, height - 1 - row, column, width - 1 - column, 0];
}

/** The corners of a rectangle of cells in reading order. */
export function listCorners(cells: Int32Array, { width }: Board): number[] {
  const [first, last] = [cells[0]!, cells.at(-1)!];
  const rows = [Math.floor(first / width), Math.floor(last / width)];
  const columns = [first % width, last % width];
  return [...new Set(rows.flatMap((row) => columns.map((column) => row * width + column)))];
}

/** The cells of a board by their distances to the borders, as far as these are below `reach`. */
export function groupCells({ width, height }: Board, reach: number): Int32Array[] {
  const classOf = (side: number): Int32Array =>
    Int32Array.from({ length: side }, (_, at) => {
      const [before, behind] = [Math.min(at, reach), Math.min(side - 1 - at, reach)];
      return before * (reach + 1) + behind;
    });
  const [rows, columns] = [classOf(height), classOf(width)];
  const size = (reach + 1) ** 2;
  const counts = new Map<number, number>();
  for (const row of rows) {
    for (const column of columns) {
      const key = row * size + column;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  const groups = new Map([...counts].map(([key, count]) => [key, new Int32Array(count)]));
  const filled = new Map<number, number>();
  for (let r = 0; r < height; r++) {
    for (let c = 0; c < width; c++) {
      const key = rows[r]! * size + columns[c]!;
      const at = filled.get(key) ?? 0;
      groups.get(key)![at] = r * width + c;
      filled.set(key, at + 1);
    }
  }
  return [...groups.values()];
}
