/**
 * Boards as text: two rows of cells a line, in half blocks, several boards side by side.
 *
 *     model               truth
 *     ┌──────┐            ┌──────┐
 *     │ ▀▄   │            │ ▀▄   │
 *     │▄˟█   │            │▄▄█   │
 *     └──────┘            └──────┘
 *
 * A wrong cell is a small cross (`˟` above, `ₓ` below, `╳` both), red where there is colour: so
 * colour is never the only sign. A board that does not fit is drawn as an overview: a letter stands for
 * a square of cells, and is the darker the more of them live.
 */

import { InputError, type Grid } from '@lifegpt/core';
import type { Style } from './style.js';
import { wrapText } from './wrap.js';

/** A board and what to write above it. */
export interface BoardView {
  readonly caption: string;
  readonly grid: Grid;
  /** What the board should be; cells that differ are marked. */
  readonly truth?: Grid | undefined;
}

const BLOCKS = [' ', '▀', '▄', '█']; // index: upper cell + 2 * lower cell
const CROSSES = ['', '˟', 'ₓ', '╳']; // index: upper wrong + 2 * lower wrong
const GAP = '  ';
const SHADES = [' ', '░', '▒', '▓', '█']; // none alive; up to 1/16, 1/6, 1/3 of the cells; more
const SHADE_STEPS = [0, 1 / 16, 1 / 6, 1 / 3];
/** A taller board says nothing cell by cell. */
const MOST_ROWS = 2048;
/** Rows and columns of an overview at most, where no terminal says how much it shows. */
const MOST_LINES = 48;
const MOST_COLUMNS = 120;
/** Columns that the caption of a narrower board may take beside others. */
const NARROWEST_CAPTION = 16;
const RED = '\x1b[31m';
const PLAIN = '\x1b[39m';

/**
 * Draws boards side by side as long as the columns last, then below. A board that is wider than
 * the terminal by itself, or very tall, is drawn as an overview, and its caption says so.
 * @throws InputError when a board and its truth differ in size.
 */
export function drawBoards(boards: readonly BoardView[], style: Style): string {
  const alone = boards.length === 1;
  const captionColumns = alone ? style.columns : NARROWEST_CAPTION;
  const blocks = boards.map((board) => drawBoard(board, captionColumns, style));
  const bands: Block[][] = [];
  let used = 0;
  for (const block of blocks) {
    const needed = used + GAP.length + block.width;
    const band = bands.at(-1);
    if (band === undefined || needed > style.columns) {
      bands.push([block]);
      used = block.width;
    } else {
      band.push(block);
      used = needed;
    }
  }
  return bands.map((band) => `${joinBlocks(band).join('\n')}\n`).join('');
}

/** Lines of one drawn board, each `width` columns wide. */
interface Block {
  readonly width: number;
  readonly lines: readonly string[];
}

function drawBoard(
  { caption, grid, truth }: BoardView,
  captionColumns: number,
  style: Style,
): Block {
  if (truth !== undefined && (truth.width !== grid.width || truth.height !== grid.height)) {
    throw new InputError(
      `a ${grid.width}x${grid.height} board cannot be marked against a ${truth.width}x${truth.height} one`,
    );
  }
  const room = Math.max(1, style.columns - 2);
  if (grid.width > room || grid.height > MOST_ROWS) {
    const side = chooseSquare(grid, Math.min(room, MOST_COLUMNS));
    const size = ` (${grid.width}x${grid.height} cells, ${side}x${2 * side} a letter, ${SHADES.slice(1).join('')} where more live)`;
    const drawn = drawOverview(grid, truth, side, style.color);
    return frame(caption + size, captionColumns, Math.ceil(grid.width / side), drawn);
  }
  const drawn: string[] = [];
  for (let row = 0; row < grid.height; row += 2) {
    drawn.push(drawRows(grid, truth, row, grid.width, style.color));
  }
  return frame(caption, captionColumns, grid.width, drawn);
}

/** Lines in a box below their caption. @param shown columns that each line takes */
function frame(
  caption: string,
  captionColumns: number,
  shown: number,
  drawn: readonly string[],
): Block {
  const captions = wrapText(caption, Math.max(shown + 2, captionColumns));
  const width = Math.max(shown + 2, ...captions.map(({ length }) => length));
  const room = ' '.repeat(width - shown - 2);
  const border = '─'.repeat(shown);
  const lines = [
    ...captions.map((line) => line.padEnd(width)),
    `┌${border}┐${room}`,
    ...drawn.map((line) => `│${line}│${room}`),
    `└${border}┘${room}`,
  ];
  return { width, lines };
}

/** Columns that a letter of an overview stands for; its rows are twice as many. */
function chooseSquare({ width, height }: Grid, columns: number): number {
  return Math.max(1, Math.ceil(width / columns), Math.ceil(height / 2 / MOST_LINES));
}

/** A letter for each square of `side` columns and twice as many rows. */
function drawOverview(grid: Grid, truth: Grid | undefined, side: number, color: boolean): string[] {
  const columns = Math.ceil(grid.width / side);
  const drawn: string[] = [];
  for (let top = 0; top < grid.height; top += 2 * side) {
    const bottom = Math.min(grid.height, top + 2 * side);
    let line = '';
    for (let at = 0; at < columns; at++) {
      const left = at * side;
      const right = Math.min(grid.width, left + side);
      const { alive, wrong } = countSquare(grid, truth, { top, bottom, left, right });
      const share = alive / ((bottom - top) * (right - left));
      const shade = SHADE_STEPS.filter((step) => share > step).length;
      if (wrong > 0) line += color ? `${RED}${CROSSES[3]}${PLAIN}` : CROSSES[3];
      else line += SHADES[shade];
    }
    drawn.push(line);
  }
  return drawn;
}

/** Cells of a rectangle that live, and that are wrong. */
function countSquare(
  { cells, width }: Grid,
  truth: Grid | undefined,
  { top, bottom, left, right }: { top: number; bottom: number; left: number; right: number },
): { alive: number; wrong: number } {
  let [alive, wrong] = [0, 0];
  for (let row = top; row < bottom; row++) {
    const end = row * width + right;
    for (let cell = row * width + left; cell < end; cell++) {
      alive += cells[cell]!;
      if (truth !== undefined && cells[cell] !== truth.cells[cell]) wrong++;
    }
  }
  return { alive, wrong };
}

/** Two rows of cells, as a line of half blocks. */
function drawRows(
  grid: Grid,
  truth: Grid | undefined,
  row: number,
  shown: number,
  color: boolean,
): string {
  let line = '';
  for (let column = 0; column < shown; column++) {
    const upper = row * grid.width + column;
    const lower = upper + grid.width; // past the end below the last row of an odd height
    const wrong = isWrong(grid, truth, upper) + 2 * isWrong(grid, truth, lower);
    if (wrong > 0) line += color ? `${RED}${CROSSES[wrong]}${PLAIN}` : CROSSES[wrong];
    else line += BLOCKS[(grid.cells[upper] ?? 0) + 2 * (grid.cells[lower] ?? 0)];
  }
  return line;
}

function isWrong(grid: Grid, truth: Grid | undefined, cell: number): 0 | 1 {
  return truth !== undefined && grid.cells[cell] !== truth.cells[cell] ? 1 : 0;
}

/** Sets blocks side by side; shorter ones start lower, so that their boards end on one line. */
function joinBlocks(band: readonly Block[]): string[] {
  const height = Math.max(...band.map(({ lines }) => lines.length));
  const padded = band.map(({ width, lines }) => [
    ...Array.from({ length: height - lines.length }, () => ' '.repeat(width)),
    ...lines,
  ]);
  return Array.from({ length: height }, (_, i) =>
    padded
      .map((lines) => lines[i])
      .join(GAP)
      .trimEnd(),
  );
}
