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
 * colour is never the only sign.
 */

import { InputError, type Grid } from '@lifegpt/core';
import type { Style } from './style.js';

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
/** A taller board says nothing cell by cell. */
const MOST_ROWS = 2048;
/** Columns that the caption of a narrower board may take beside others. */
const NARROWEST_CAPTION = 16;
const RED = '\x1b[31m';
const PLAIN = '\x1b[39m';

/**
 * Draws boards side by side as long as the columns last, then below. A board that is wider than
 * the terminal by itself is cut, and its caption says so.
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
  if (grid.height > MOST_ROWS) {
    const size = ` (${grid.width}x${grid.height} cells, too large to draw; write them to a file)`;
    const lines = wrapText(caption + size, captionColumns);
    return { width: Math.max(...lines.map(({ length }) => length)), lines };
  }
  const shown = Math.min(grid.width, Math.max(1, style.columns - 2));
  const cut = shown < grid.width ? ` (columns 1-${shown} of ${grid.width})` : '';
  const captions = wrapText(caption + cut, Math.max(shown + 2, captionColumns));
  const width = Math.max(shown + 2, ...captions.map(({ length }) => length));
  const room = ' '.repeat(width - shown - 2);
  const border = '─'.repeat(shown);
  const lines = [...captions.map((line) => line.padEnd(width)), `┌${border}┐${room}`];
  for (let row = 0; row < grid.height; row += 2) {
    lines.push(`│${drawRows(grid, truth, row, shown, style.color)}│${room}`);
  }
  lines.push(`└${border}┘${room}`);
  return { width, lines };
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

/** Breaks a text at blanks into lines of at most `width` columns, a longer word apart. */
function wrapText(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line === undefined || line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines;
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
