/** Patterns of files onto boards, cell for cell where Golly puts them. */

import { countAlive, createGrid, type Grid } from './grid.js';
import type { Pattern, Position } from './pattern.js';

/** A board's sides. */
interface Size {
  readonly width: number;
  readonly height: number;
}

/** A pattern on its board. */
export interface PlacedPattern {
  readonly grid: Grid;
  /** Live cells that lie outside of the board, and are gone. */
  readonly lost: number;
}

/**
 * Puts a pattern where Golly does: at the position that its file names, else in the middle; one that is larger
 * than the board into the top left corner. What lies outside of the board is left out.
 */
export function placePattern(pattern: Pattern, board: Size): PlacedPattern {
  const position = pattern.position ?? centrePosition(pattern.statedSize ?? pattern.grid, board);
  const grid = pasteCells(pattern.grid, board, cornerOnBoard(position, board));
  return { grid, lost: countAlive(pattern.grid) - countAlive(grid) };
}

/** Whether a pattern lies on a board as a whole when it is put at a position. */
export function liesOnBoard(pattern: Size, position: Position, board: Size): boolean {
  const { x, y } = cornerOnBoard(position, board);
  return x >= 0 && y >= 0 && x + pattern.width <= board.width && y + pattern.height <= board.height;
}

/** The position of a pattern whose file names none. */
function centrePosition(pattern: Size, board: Size): Position {
  const fits = (own: number, whole: number): boolean => own > 0 && own <= whole;
  const isCentred = fits(pattern.width, board.width) && fits(pattern.height, board.height);
  const centred = isCentred ? pattern : board;
  return { x: -Math.floor(centred.width / 2), y: -Math.floor(centred.height / 2) };
}

/** Column and row, on the board, of a place in the plane. */
function cornerOnBoard({ x, y }: Position, { width, height }: Size): Position {
  return { x: x + Math.floor(width / 2), y: y + Math.floor(height / 2) };
}

/** A board that holds what of a grid lies on it; the corner is the grid's top left cell. */
function pasteCells(grid: Grid, { width, height }: Size, corner: Position): Grid {
  const board = createGrid(width, height);
  const [left, right] = [Math.max(0, -corner.x), Math.min(grid.width, width - corner.x)];
  if (left >= right) return board;
  for (let row = Math.max(0, -corner.y); row < Math.min(grid.height, height - corner.y); row++) {
    const cells = grid.cells.subarray(row * grid.width + left, row * grid.width + right);
    board.cells.set(cells, (row + corner.y) * width + corner.x + left);
  }
  return board;
}
