/**
 * Run-length encoded patterns (.rle), as LifeWiki and Golly write them:
 *
 *     #CXRLE Pos=-1,-1 Gen=8
 *     #N Glider
 *     x = 3, y = 3, rule = B3/S23
 *     bob$2bo$3o!
 *
 * The header's size may be wrong: live cells outside it count, and a warning says so. It matters
 * where it is larger than the cells, because dead cells at the end of a row are left out. Text before the header
 * is passed over; a file without a header is the runs alone.
 */

import { createGrid, MAX_CELLS, MAX_SIDE, type Grid } from '../grid.js';
import { InputError, inputErrorAt } from '../input-error.js';
import type { Pattern, Position } from '../pattern.js';
import type { PatternFormat } from './pattern-format.js';
import { splitLines } from './text-lines.js';

/** Run-length encoded patterns. */
export const RLE_FORMAT: PatternFormat = {
  name: 'RLE',
  extensions: ['.rle'],
  recognise: (start) => (/^x\s*=\s*\d/.test(start) ? 'perhaps' : 'no'),
  parse: (text, source) => parseRle(text, source),
  format: formatRle,
  example: 'x = 3, y = 3\nbo$2bo$3o!\n',
};

/**
 * Reads an RLE pattern.
 * @param source the file's name, for messages
 * @param maxSide cells a side that are let in; less than `MAX_SIDE` where strangers send the text
 * @throws InputError at a damaged header, an unknown letter, a truncated or absurd run, or when
 * there are no cells, naming file, line and value.
 */
export function parseRle(text: string, source: string, maxSide = MAX_SIDE): Pattern {
  const lines = splitLines(text);
  const warnings: string[] = [];
  const remarks: Remarks = { name: null, comments: [], rule: null };
  const cursor: Cursor = { row: 0, column: 0, count: null, live: [], ended: false, maxSide };
  const golly = readGollyLines(lines);
  const header = findHeader(lines, source, warnings);
  for (const [index, line] of lines.entries()) {
    const content = line.trim();
    if (content.startsWith('#')) readRemark(content, remarks);
    else if (content !== '' && index >= header.line) scanRuns(content, cursor, source, index + 1);
    if (cursor.ended) break;
  }
  if (!cursor.ended) {
    const cut =
      cursor.count === null
        ? `the '!' at the end is missing`
        : `the run ${cursor.count} breaks off`;
    throw inputErrorAt(
      source,
      lines.length,
      `${cut}; the pattern is truncated, fetch the whole file`,
    );
  }
  const grid = drawGrid(header, cursor, source, warnings);
  return {
    ...remarks,
    rule: header.rule ?? remarks.rule,
    grid,
    ...golly,
    ...tellSize(header, grid, golly.position),
    warnings,
  };
}

/** Writes a pattern as RLE, its data in lines of at most 70 columns. */
export function formatRle(pattern: Pattern): string {
  const { grid, name, comments, rule } = pattern;
  const remarks = comments.flatMap((comment) => comment.split(/\r\n|\r|\n/));
  const lines = [
    ...formatGollyLine(pattern),
    ...(name === null ? [] : [`#N ${name.replace(/[\r\n]+/g, ' ')}`.trimEnd()]),
    ...remarks.map((remark) => `#C ${remark}`.trimEnd()),
    `x = ${grid.width}, y = ${grid.height}` + (rule === null ? '' : `, rule = ${rule}`),
  ];
  let line = '';
  for (const run of encodeRuns(grid)) {
    if (line.length + run.length > MAX_COLUMNS) {
      lines.push(line);
      line = '';
    }
    line += run;
  }
  return [...lines, line, ''].join('\n');
}

const MAX_COLUMNS = 70;
const EXAMPLE = 'x = 3, y = 3, rule = B3/S23';

interface Remarks {
  name: string | null;
  comments: string[];
  rule: string | null;
}

interface Header {
  /** Lines up to it, itself included; 0 where there is none. */
  readonly line: number;
  readonly width: number;
  readonly height: number;
  readonly rule: string | null;
}

/** What Golly's own lines say. */
type GollyRemarks = Pick<Pattern, 'position' | 'generation'>;

interface Cursor {
  row: number;
  column: number;
  /** The count that was read before its letter; null when there is none. */
  count: number | null;
  /** Runs of live cells, `[row, first column, column past the last]`. */
  readonly live: [number, number, number][];
  ended: boolean;
  readonly maxSide: number;
}

/** Golly's lines, which count at the beginning of the file alone. */
function readGollyLines(lines: readonly string[]): GollyRemarks {
  let remarks: GollyRemarks = {};
  for (const line of lines) {
    if (!line.startsWith('#CXRLE')) break;
    const place = /Pos\s*=\s*(-?\d+)\s*,\s*(-?\d+)/.exec(line);
    const generation = /Gen\s*=\s*(\d+)/.exec(line);
    if (place !== null) {
      remarks = { ...remarks, position: { x: Number(place[1]), y: Number(place[2]) } };
    }
    if (generation !== null) remarks = { ...remarks, generation: Number(generation[1]) };
  }
  return remarks;
}

function formatGollyLine({ position, generation }: GollyRemarks): string[] {
  const place = position === undefined ? '' : ` Pos=${position.x},${position.y}`;
  const age = generation === undefined ? '' : ` Gen=${generation}`;
  return place + age === '' ? [] : [`#CXRLE${place}${age}`];
}

/** The header's size, where Golly centres by it and it is not the grid's. */
function tellSize(
  { line, width, height }: Header,
  grid: Grid,
  position: Position | undefined,
): Pick<Pattern, 'statedSize'> {
  if (position !== undefined || line === 0) return {};
  const isStated = width === grid.width && height === grid.height;
  return isStated ? {} : { statedSize: { width, height } };
}

function readRemark(line: string, remarks: Remarks): void {
  if (line.startsWith('#CXRLE')) return;
  const text = line.slice(2).trim();
  switch (line.charAt(1)) {
    case 'N':
      remarks.name = text;
      break;
    case 'r':
      remarks.rule = text;
      break;
    case 'P': // coordinates of the top left corner
    case 'R':
      break;
    case 'O': // the author
    case 'C':
    case 'c':
    case 'D':
      remarks.comments.push(text);
      break;
    default:
      remarks.comments.push(line.slice(1).trim());
  }
}

const HEADER = /^\s*x\s*=\s*(\d+)\s*,\s*y\s*=\s*(\d+)\s*(?:,\s*rule\s*=\s*(.*?))?\s*$/i;
/** A line of runs alone, or one that ends with them. */
const RUNS = /^[\d\sbo.Axy$]+$|^[\d\sbo.Axy$]*!/;

/** The header, wherever the text before it ends. */
function findHeader(lines: readonly string[], source: string, warnings: string[]): Header {
  const first = lines.findIndex((line) => line.trim() !== '' && !line.startsWith('#'));
  if (first < 0) {
    throw inputErrorAt(
      source,
      lines.length,
      `there is no RLE header; begin with a line such as ${EXAMPLE}`,
    );
  }
  // runs before it are a pattern without one, and what follows them is not looked at
  const content = lines[first]!.trim();
  if (RUNS.test(content)) return { line: 0, width: 0, height: 0, rule: null };
  const found = lines.findIndex((line) => HEADER.test(line));
  if (found < 0) {
    throw inputErrorAt(
      source,
      first + 1,
      `'${excerpt(content)}' is not an RLE header; the first line of data reads like ${EXAMPLE}`,
    );
  }
  if (found > first) {
    warnings.push(
      `${source}:${first + 1}: '${excerpt(content)}' and what else stands before the header was passed over`,
    );
  }
  const [, width, height, rule] = HEADER.exec(lines[found]!)!;
  return { line: found + 1, width: Number(width), height: Number(height), rule: rule || null };
}

function scanRuns(text: string, cursor: Cursor, source: string, line: number): void {
  for (const [k, letter] of [...text].entries()) {
    if (/\s/.test(letter)) continue;
    if (letter >= '0' && letter <= '9') {
      cursor.count = (cursor.count ?? 0) * 10 + Number(letter);
      continue;
    }
    if (cursor.count !== null && cursor.count > cursor.maxSide) {
      const limit = tellLimit(cursor);
      throw inputErrorAt(source, line, `a run of ${cursor.count} is too long; ${limit}`);
    }
    if (cursor.count === 0) {
      throw inputErrorAt(source, line, `a run of 0 before '${letter}'; a count is at least 1`);
    }
    if (letter === '!') {
      cursor.ended = true; // a count before it says nothing
      return;
    }
    const pair = text.slice(k, k + 2);
    if (/^[p-y][A-X]$/.test(pair)) {
      const state = 24 * (letter.charCodeAt(0) - 111) + pair.charCodeAt(1) - 64;
      throw inputErrorAt(
        source,
        line,
        `'${pair}' is a cell of state ${state}; a pattern here has two states, b and o`,
      );
    }
    moveCursor(letter, cursor, source, line);
  }
}

function moveCursor(letter: string, cursor: Cursor, source: string, line: number): void {
  const count = cursor.count ?? 1;
  cursor.count = null;
  switch (letter) {
    case '$':
      cursor.row += count;
      cursor.column = 0;
      break;
    case 'b':
    case '.':
      cursor.column += count;
      break;
    case 'o':
    case 'A':
    case 'x': // older programs marked cells with letters of their own
    case 'y':
      cursor.live.push([cursor.row, cursor.column, cursor.column + count]);
      cursor.column += count;
      break;
    default:
      throw inputErrorAt(
        source,
        line,
        `the letter '${letter}' is not known; a pattern of two states is written in b (or .), o (or A), $ and !`,
      );
  }
  if (cursor.column > cursor.maxSide || cursor.row > cursor.maxSide) {
    throw inputErrorAt(
      source,
      line,
      `the pattern reaches row ${cursor.row}, column ${cursor.column}; ${tellLimit(cursor)}`,
    );
  }
}

const tellLimit = ({ maxSide }: Cursor): string => `a pattern has at most ${maxSide} cells a side`;

function drawGrid(header: Header, cursor: Cursor, source: string, warnings: string[]): Grid {
  const { live, maxSide } = cursor;
  const extent = { width: 0, height: 0 };
  for (const [row, , end] of live) {
    extent.width = Math.max(extent.width, end);
    extent.height = Math.max(extent.height, row + 1);
  }
  const stated = `x = ${header.width}, y = ${header.height}`;
  let width = Math.max(header.width, extent.width);
  let height = Math.max(header.height, extent.height);
  if (live.length > 0 && (width > maxSide || height > maxSide || width * height > MAX_CELLS)) {
    [width, height] = [extent.width, extent.height];
  }
  if (width > maxSide || height > maxSide) {
    throw inputErrorAt(
      source,
      Math.max(1, header.line),
      `a ${width}x${height} grid is too large; ${tellLimit(cursor)}`,
    );
  }
  if (width === 0 || height === 0) {
    throw inputErrorAt(source, Math.max(1, header.line), `the pattern has no cells (${stated})`);
  }
  const isWrong = width !== header.width || height !== header.height;
  if (live.length > 0 && header.line > 0 && isWrong) {
    warnings.push(
      `${source}:${header.line}: the header says ${stated}, but the cells need ${extent.width}x${extent.height}; ` +
        `read as ${width}x${height}`,
    );
  }
  const grid = createGridAt(width, height, source, Math.max(1, header.line));
  for (const [row, start, end] of live) grid.cells.fill(1, row * width + start, row * width + end);
  return grid;
}

function createGridAt(width: number, height: number, source: string, line: number): Grid {
  try {
    return createGrid(width, height);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw inputErrorAt(source, line, error.message);
  }
}

/** The runs of a grid in reading order, dead cells at the ends of rows and dead last rows left out. */
function* encodeRuns(grid: Grid): Generator<string> {
  const encode = (count: number, letter: string): string => (count > 1 ? count : '') + letter;
  let rowEnds = 0;
  for (let row = 0; row < grid.height; row++) {
    const cells = grid.cells.subarray(row * grid.width, (row + 1) * grid.width);
    const end = cells.lastIndexOf(1) + 1;
    if (end > 0 && rowEnds > 0) {
      yield encode(rowEnds, '$');
      rowEnds = 0;
    }
    for (let start = 0; start < end;) {
      const state = cells[start]!;
      const change = cells.indexOf(1 - state, start);
      const stop = change < 0 ? end : change;
      yield encode(stop - start, state === 1 ? 'o' : 'b');
      start = stop;
    }
    rowEnds++;
  }
  yield '!';
}

function excerpt(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
