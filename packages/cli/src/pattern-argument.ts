/**
 * The pattern argument of a command: a built-in name, a pattern file, a row of a data file, or `-`
 * for stdin; placed on its board, with its rule.
 */

import {
  CONWAY,
  escapeControls,
  findPattern,
  formatBounds,
  InputError,
  isApgcode,
  liesOnBoard,
  listPatterns,
  MAX_SIDE,
  parseApgcode,
  parsePattern,
  PATTERN_EXTENSIONS,
  parseRule,
  parseStatesCsv,
  placePattern,
  shapes,
  TORUS,
  type BoundedGrid,
  type Grid,
  type ParsedRule,
  type Pattern,
  type Rule,
} from '@lifegpt/core';
import { basename, extname } from 'node:path';
import type { Readable } from 'node:stream';
import { parseWholeNumber, refuseIdle } from './option-values.js';
import { drawRandomBoard, RANDOM } from './random-board.js';
import { readPackedText, readTextFile, readTextStream } from './text-file.js';

/** The options that go with a pattern argument, as they are written. */
export interface PatternOptions {
  /** Golly's notation; it wins over the file's rule. */
  readonly rule?: string | undefined;
  /** Board of a data file, from 1. @default '1' */
  readonly row?: string | undefined;
  /** Of a random board: the probability of a live cell, and the seed. */
  readonly density?: string | undefined;
  readonly seed?: string | undefined;
  /** Called with the board before it takes any memory. */
  readonly checkBoard?: (bounds: BoundedGrid) => void;
}

/** A state to start from. */
export interface StartState {
  /** For captions: the pattern's name, or the file's. */
  readonly name: string;
  readonly rule: Rule;
  /** The board; the grid fills it. */
  readonly bounds: BoundedGrid;
  readonly grid: Grid;
  /** Generations that the file says it has run. */
  readonly generation: number;
  /** What was odd in the file, for stderr. */
  readonly warnings: readonly string[];
}

/** Sides of the board when nobody gives any, as in the paper. */
export const DEFAULT_SIDE = 32;
/** Dead cells on each side of a pattern that is too large for the default board. */
const MARGIN = 16;

const FILE_EXTENSIONS = [...PATTERN_EXTENSIONS, '.csv'];

/** What the argument can be, for the help of commands that take it. */
export const PATTERN_ARGUMENT = `a built-in name, a code (xq4_153), random, a file (${FILE_EXTENSIONS.join(' ')}), or - for stdin`;

/**
 * Reads the pattern argument and places it on its board, where Golly does. The size comes from
 * `--rule`, else from the file's rule, else it is 32x32, or the pattern with 16 dead cells around
 * it where that is too small. A data file's row is a whole board and has its own size.
 * @param argument A built-in name, a code of the Catagolue (`xq4_153`), a file's path, or `-`.
 * @throws InputError when there is no such pattern or file, it is damaged, or it does not fit.
 */
export async function readPatternArgument(
  argument: string,
  options: PatternOptions,
  stdin: Readable = process.stdin,
): Promise<StartState> {
  const asked = options.rule === undefined ? null : parseRule(options.rule);
  const row = options.row === undefined ? null : parseWholeNumber('--row', options.row, 1);
  if (argument === RANDOM) return readRandom(asked, row, options);
  refuseIdle(options, ['density'], true, `the pattern ${RANDOM}`);
  const source = await openSource(argument, stdin);
  if (source.kind === 'csv') return readDataRow(source, row ?? 1, asked);
  if (row !== null) {
    throw new InputError(
      `--row ${row} chooses a board of a .csv file, but '${argument}' is not one; leave --row out`,
    );
  }
  const pattern =
    source.kind === 'pattern' ? source.pattern : parsePattern(source.text, source.fileName);
  const fileName = source.kind === 'pattern' ? source.name : source.fileName;
  const written = readWrittenRule(pattern.rule, fileName, asked);
  const { bounds, grid, remark } = choosePlace(pattern, asked, written, options.checkBoard);
  return {
    name: escapeControls(pattern.name ?? source.name),
    rule: asked?.rule ?? written?.rule ?? CONWAY,
    bounds,
    grid,
    generation: pattern.generation ?? 0,
    warnings: remark === null ? pattern.warnings : [...pattern.warnings, remark],
  };
}

/** A random board, 32x32 where `--rule` names none. */
function readRandom(
  asked: ParsedRule | null,
  row: number | null,
  { density, seed = '1', checkBoard }: PatternOptions,
): StartState {
  if (row !== null)
    throw new InputError(`--row ${row} chooses a board of a .csv file; leave it out`);
  const bounds = asked?.bounds ?? torus(DEFAULT_SIDE, DEFAULT_SIDE);
  checkBoard?.(bounds);
  const grid = drawRandomBoard(bounds, density, parseWholeNumber('--seed', seed, 0));
  const rule = asked?.rule ?? CONWAY;
  return { name: RANDOM, rule, bounds, grid, generation: 0, warnings: [] };
}

/**
 * The board and the pattern on it. On the file's own board it lies where Golly puts it, even where that cuts it. On
 * one that was asked for it lies as a whole, at the file's position or in the middle.
 */
function choosePlace(
  pattern: Pattern,
  asked: ParsedRule | null,
  written: ParsedRule | null,
  checkBoard: PatternOptions['checkBoard'],
): { bounds: BoundedGrid; grid: Grid; remark: string | null } {
  const own = asked?.bounds ? null : (written?.bounds ?? null);
  if (own !== null) {
    checkBoard?.(own);
    const { grid, lost } = placePattern(pattern, own);
    const cells = lost === 1 ? '1 live cell' : `${lost} live cells`;
    const remark =
      lost === 0 ? null : `${cells} outside of the file's own board :${formatBounds(own)} left out`;
    return { bounds: own, grid, remark };
  }
  const bounds = asked?.bounds ?? chooseBounds(pattern.grid);
  checkBoard?.(bounds);
  const { position, ...unplaced } = pattern;
  const isPlaced =
    asked?.bounds && position !== undefined && liesOnBoard(pattern.grid, position, bounds);
  checkFits(pattern.grid, bounds);
  const { grid } = placePattern(
    isPlaced ? pattern : { ...unplaced, statedSize: pattern.grid },
    bounds,
  );
  return { bounds, grid, remark: null };
}

/** @throws InputError when a pattern is larger than the board that was asked for */
function checkFits({ width, height }: Grid, board: BoundedGrid): void {
  if (width <= board.width && height <= board.height) return;
  throw new InputError(
    `the pattern is ${width}x${height} and does not fit on a ${board.width}x${board.height} grid; ` +
      `give a larger one, e.g. --rule B3/S23:T${Math.max(width, board.width)},${Math.max(height, board.height)}`,
  );
}

type Source =
  | { readonly kind: 'pattern'; readonly name: string; readonly pattern: Pattern }
  | {
      readonly kind: 'pattern file' | 'csv';
      readonly name: string;
      /** For messages; its extension, if any, says the format. */
      readonly fileName: string;
      readonly text: string;
    };

async function openSource(argument: string, stdin: Readable): Promise<Source> {
  if (argument === '-') {
    const text = await readTextStream(stdin, 'stdin');
    return { kind: tellKind(text), name: 'stdin', fileName: '-', text };
  }
  const fileName = argument.replace(/\.gz$/i, '');
  const extension = extname(fileName).toLowerCase();
  const isPacked = fileName !== argument && extension === '';
  if (isPacked || FILE_EXTENSIONS.includes(extension)) {
    const text = await readTextFile(argument);
    const kind = extension === '.csv' ? 'csv' : 'pattern file';
    return { kind, name: basename(fileName, extname(fileName)), fileName, text };
  }
  if (isApgcode(argument)) return describePattern(argument, parseApgcode(argument));
  const pattern = findPattern(argument);
  if (pattern !== undefined) return describePattern(pattern.name, pattern.grid);
  const text = await readPackedText(argument);
  if (text === null) throw explainUnknownPattern(argument);
  const [name] = basename(argument).split('.') as [string];
  return { kind: tellKind(text), name, fileName: name, text };
}

/** What a text is whose name does not say it. */
function tellKind(text: string): 'csv' | 'pattern file' {
  return /^\uFEFF?\s*"?State 1"?\s*(,|$)/m.test(text) ? 'csv' : 'pattern file';
}

function describePattern(name: string, grid: Grid): Source {
  return {
    kind: 'pattern',
    name,
    pattern: { name, comments: [], rule: null, grid, warnings: [] },
  };
}

function readDataRow(
  source: { readonly fileName: string; readonly name: string; readonly text: string },
  row: number,
  asked: ParsedRule | null,
): StartState {
  const rows = parseStatesCsv(source.text, source.fileName);
  const chosen = rows[row - 1];
  const grid = chosen?.states[0];
  if (chosen === undefined || grid === undefined) {
    throw new InputError(
      `${source.fileName} has ${rows.length} ${rows.length === 1 ? 'board' : 'boards'}, so --row ${row} does not exist; rows count from 1`,
    );
  }
  const written = readWrittenRule(chosen.rule, `${source.fileName}:${chosen.line}`, asked);
  const bounds = asked?.bounds ?? written?.bounds ?? torus(grid.width, grid.height);
  if (bounds.width !== grid.width || bounds.height !== grid.height) {
    throw new InputError(
      `${source.fileName}:${chosen.line}: the row is a whole board of ${grid.width}x${grid.height}, ` +
        `but --rule asks for ${bounds.width}x${bounds.height}; leave the size out of --rule`,
    );
  }
  const rule = asked?.rule ?? written?.rule ?? CONWAY;
  return { name: `${source.name} row ${row}`, rule, bounds, grid, generation: 0, warnings: [] };
}

/** The file's own rule. One that cannot be read matters only when `--rule` gives no other. */
function readWrittenRule(
  text: string | null,
  source: string,
  asked: ParsedRule | null,
): ParsedRule | null {
  if (text === null) return null;
  try {
    return parseRule(text);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    if (asked !== null) return null;
    throw new InputError(`${source}: ${error.message}; or give another with --rule`);
  }
}

/** A board for a pattern whose author gave none. */
function chooseBounds({ width, height }: Grid): BoundedGrid {
  if (width <= DEFAULT_SIDE && height <= DEFAULT_SIDE) return torus(DEFAULT_SIDE, DEFAULT_SIDE);
  const addRoom = (side: number): number => Math.min(MAX_SIDE, side + 2 * MARGIN);
  return torus(addRoom(width), addRoom(height));
}

function torus(width: number, height: number): BoundedGrid {
  return { topology: TORUS, width, height };
}

function explainUnknownPattern(argument: string): InputError {
  const extension = extname(argument);
  if (extension !== '' || /[/\\]/.test(argument)) {
    return new InputError(
      `'${argument}' is neither a built-in pattern nor a file with one of the extensions ${FILE_EXTENSIONS.join(' ')}`,
    );
  }
  const names = listPatterns().map(({ name }) => name);
  const nearest = shapes.findNearest(argument, names);
  const meant = nearest === null ? '' : `did you mean ${nearest}? `;
  return new InputError(
    `there is no pattern '${argument}'; ${meant}built in are ${names.join(', ')}; or give random, a code such as xq4_153, a file (${FILE_EXTENSIONS.join(' ')}) or - for stdin`,
  );
}
