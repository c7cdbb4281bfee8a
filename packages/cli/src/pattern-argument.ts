/**
 * The pattern argument of a command: a built-in name, a pattern file, a row of a data file, or `-`
 * for stdin; placed on its board, with its rule.
 */

import {
  CONWAY,
  escapeControls,
  findPattern,
  InputError,
  listPatterns,
  MAX_SIDE,
  parsePattern,
  parseRule,
  parseStatesCsv,
  placeCentred,
  TORUS,
  type BoundedGrid,
  type Grid,
  type LifeRule,
  type ParsedRule,
} from '@lifegpt/core';
import { basename, extname } from 'node:path';
import type { Readable } from 'node:stream';
import { LARGEST_TEXT, readBoundedFile, readBoundedText } from './bounded-file.js';
import { parseWholeNumber } from './option-values.js';

/** The options that go with a pattern argument, as they are written. */
export interface PatternOptions {
  /** Golly's notation; it wins over the file's rule. */
  readonly rule?: string | undefined;
  /** Board of a data file, from 1. @default '1' */
  readonly row?: string | undefined;
}

/** A state to start from. */
export interface StartState {
  /** For captions: the pattern's name, or the file's. */
  readonly name: string;
  readonly rule: LifeRule;
  /** The board; the grid fills it. */
  readonly bounds: BoundedGrid;
  readonly grid: Grid;
  /** What was odd in the file, for stderr. */
  readonly warnings: readonly string[];
}

/** Sides of the board when nobody gives any, as in the paper. */
const DEFAULT_SIDE = 32;
/** Dead cells on each side of a pattern that is too large for the default board. */
const MARGIN = 16;

const FILE_EXTENSIONS = ['.rle', '.cells', '.lif', '.life', '.csv'];

/**
 * Reads the pattern argument and places it in the middle of its torus. The size comes from
 * `--rule`, else from the file's rule, else it is 32x32, or the pattern with 16 dead cells around
 * it where that is too small. A data file's row is a whole board and has its own size.
 * @param argument A built-in name, a file's path, or `-`.
 * @throws InputError when there is no such pattern or file, it is damaged, or it does not fit.
 */
export async function readPatternArgument(
  argument: string,
  options: PatternOptions,
  stdin: Readable = process.stdin,
): Promise<StartState> {
  const asked = options.rule === undefined ? null : parseRule(options.rule);
  const row = options.row === undefined ? null : parseWholeNumber('--row', options.row, 1);
  const source = await openSource(argument, stdin);
  if (source.kind === 'csv') return readDataRow(source, row ?? 1, asked);
  if (row !== null) {
    throw new InputError(
      `--row ${row} chooses a board of a .csv file, but '${argument}' is not one; leave --row out`,
    );
  }
  if (source.kind === 'library') {
    const bounds = asked?.bounds ?? chooseBounds(source.grid);
    return place(source.name, source.grid, asked?.rule ?? CONWAY, bounds, []);
  }
  const pattern = parsePattern(source.text, source.fileName);
  const written = readWrittenRule(pattern.rule, source.fileName, asked);
  return place(
    escapeControls(pattern.name ?? source.name),
    pattern.grid,
    asked?.rule ?? written?.rule ?? CONWAY,
    asked?.bounds ?? written?.bounds ?? chooseBounds(pattern.grid),
    pattern.warnings,
  );
}

type Source =
  | { readonly kind: 'library'; readonly name: string; readonly grid: Grid }
  | {
      readonly kind: 'pattern' | 'csv';
      readonly name: string;
      /** For messages; its extension, if any, says the format. */
      readonly fileName: string;
      readonly text: string;
    };

async function openSource(argument: string, stdin: Readable): Promise<Source> {
  if (argument === '-') {
    const text = await readBoundedText(stdin, 'stdin', LARGEST_TEXT);
    const kind = /^\uFEFF?\s*"?State 1"?\s*(,|$)/m.test(text) ? 'csv' : 'pattern';
    return { kind, name: 'stdin', fileName: '-', text };
  }
  const extension = extname(argument).toLowerCase();
  if (FILE_EXTENSIONS.includes(extension)) {
    const text = await readTextFile(argument);
    const kind = extension === '.csv' ? 'csv' : 'pattern';
    return { kind, name: basename(argument, extname(argument)), fileName: argument, text };
  }
  const pattern = findPattern(argument);
  if (pattern === undefined) throw explainUnknownPattern(argument);
  return { kind: 'library', name: pattern.name, grid: pattern.grid };
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
  return place(`${source.name} row ${row}`, grid, rule, bounds, []);
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

function place(
  name: string,
  pattern: Grid,
  rule: LifeRule,
  bounds: BoundedGrid,
  warnings: readonly string[],
): StartState {
  return { name, rule, bounds, grid: placeCentred(pattern, bounds.width, bounds.height), warnings };
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
  return new InputError(
    `there is no pattern '${argument}'; built in are ${names.join(', ')}; or give a file (${FILE_EXTENSIONS.join(' ')}) or - for stdin`,
  );
}

async function readTextFile(path: string): Promise<string> {
  const bytes = await readBoundedFile(path, LARGEST_TEXT);
  if (bytes === null) throw new InputError(`cannot read ${path}: there is no such file`);
  return bytes.toString('utf8');
}
