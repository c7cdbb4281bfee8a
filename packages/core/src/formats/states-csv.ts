/**
 * The paper's data files: a board a row, its states in the columns `State 1`, `State 2`, …, each
 * a string of 0 and 1 in row-major order.
 *
 *     State 1,State 2,Rule
 *     000011110000,011001100110,"B3/S23:T4,3"
 *
 * A state is square unless `Rule` gives the sides. `GridSize` gives the side where it is not the
 * square root of the text's length: the paper's file of several sizes fills smaller boards up
 * with the letter `p`.
 */

import { parseCells, type Grid } from '../grid.js';
import { InputError, inputErrorAt } from '../input-error.js';
import { parseRule } from '../rule.js';
import { parseCsv, type CsvRecord } from './csv.js';

/** A board of a data file and its successive states. */
export interface StateRow {
  /** Line of the file, from 1. */
  readonly line: number;
  /** The states in the order of the columns, all of one size; the first is the given one. */
  readonly states: readonly Grid[];
  /** The `Rule` column as written (`parseRule` reads it), null when there is none. */
  readonly rule: string | null;
}

/**
 * Reads a data file; columns with other names are left alone.
 * @param source the file's name, for messages
 * @throws InputError at a missing column or value, a letter other than 0 and 1, states of unequal
 * length, sides that do not fit, or a rule that cannot be read, naming file, line and column.
 */
export function parseStatesCsv(text: string, source: string): StateRow[] {
  const [header, ...records] = parseCsv(text, source);
  if (header === undefined) {
    throw inputErrorAt(source, 1, `the file is empty; its first line reads State 1,State 2,…`);
  }
  const columns = readHeader(header, source);
  if (records.length === 0) {
    throw inputErrorAt(source, header.line, 'there is no board below the header');
  }
  return records.map((record) => readRow(record, columns, source));
}

interface Columns {
  /** Number of columns of the header. */
  readonly count: number;
  /** Indices of `State 1`, `State 2`, … */
  readonly states: readonly number[];
  /** Index of `GridSize`, or -1. */
  readonly gridSize: number;
  /** Index of `Rule`, or -1. */
  readonly rule: number;
}

function readHeader(header: CsvRecord, source: string): Columns {
  const names = header.fields.map((field) => field.trim());
  const repeated = names.find((name, k) => name !== '' && names.indexOf(name) !== k);
  if (repeated !== undefined) {
    throw inputErrorAt(source, header.line, `the column '${repeated}' occurs twice`);
  }
  const last = Math.max(1, ...names.map((name) => Number(/^State (\d+)$/.exec(name)?.[1] ?? 0)));
  const states: number[] = [];
  for (let k = 1; k <= last; k++) {
    const index = names.indexOf(`State ${k}`);
    if (index < 0) {
      throw inputErrorAt(
        source,
        header.line,
        `the column 'State ${k}' is missing; the first line reads State 1,State 2,… and may have GridSize and Rule`,
      );
    }
    states.push(index);
  }
  return {
    count: names.length,
    states,
    gridSize: names.indexOf('GridSize'),
    rule: names.indexOf('Rule'),
  };
}

function readRow(record: CsvRecord, columns: Columns, source: string): StateRow {
  const { line, fields } = record;
  if (fields.length > columns.count) {
    throw inputErrorAt(
      source,
      line,
      `${fields.length} values under ${columns.count} columns; a value with a comma, such as a rule, needs quotes: "B3/S23:T32,32"`,
    );
  }
  const rule = fields[columns.rule]?.trim() || null;
  const sizeText = fields[columns.gridSize]?.trim() ?? '';
  const texts = columns.states.map((index, k) => {
    const text = fields[index]?.trim() ?? '';
    if (text !== '') return text;
    throw inputErrorAt(source, line, `column 'State ${k + 1}' is empty; give the state in 0 and 1`);
  });
  const sides = readSides(texts[0]!, rule, sizeText, source, line);
  const states = texts.map((padded, k) => {
    const column = `column 'State ${k + 1}'`;
    const text = sizeText === '' ? padded : padded.replace(/p+$/, '');
    if (padded.length !== texts[0]!.length) {
      throw inputErrorAt(
        source,
        line,
        `${column} has ${padded.length} cells, but 'State 1' has ${texts[0]!.length}; a row holds states of one size`,
      );
    }
    return locateErrors(source, line, column, () => parseCells(text, sides.width, sides.height));
  });
  return { line, states, rule };
}

function readSides(
  state: string,
  rule: string | null,
  sizeText: string,
  source: string,
  line: number,
): { width: number; height: number } {
  if (sizeText !== '' && !/^[1-9]\d*$/.test(sizeText)) {
    throw inputErrorAt(
      source,
      line,
      `column 'GridSize' is '${sizeText}'; give the board's side as a whole number`,
    );
  }
  const bounds =
    rule === null
      ? null
      : locateErrors(source, line, `column 'Rule'`, () => parseRule(rule)).bounds;
  const side = sizeText === '' ? Math.sqrt(state.length) : Number(sizeText);
  if (bounds !== null) {
    if (sizeText !== '' && (bounds.width !== side || bounds.height !== side)) {
      throw inputErrorAt(
        source,
        line,
        `column 'GridSize' is ${sizeText}, but column 'Rule' says ${bounds.width}x${bounds.height}; make them agree`,
      );
    }
    return bounds;
  }
  if (!Number.isInteger(side)) {
    throw inputErrorAt(
      source,
      line,
      `column 'State 1' has ${state.length} cells, which is no square; give both sides in a Rule column, e.g. "B3/S23:T32,20"`,
    );
  }
  return { width: side, height: side };
}

function locateErrors<T>(source: string, line: number, column: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw inputErrorAt(source, line, `${column}: ${error.message}`);
  }
}
