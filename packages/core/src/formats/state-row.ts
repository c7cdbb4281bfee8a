/**
 * A row of a data file, whatever its format: successive states of a board, perhaps its side, perhaps
 * its rule.
 */

import { parseCells, type Grid } from '../grid.js';
import { InputError, inputErrorAt } from '../input-error.js';
import { parseRule } from '../rule.js';

/** The column of a square board's side. */
export const SIZE_COLUMN = 'GridSize';
/** The column of the rule in Golly's notation, with topology and both sides. */
export const RULE_COLUMN = 'Rule';

/** A board of a data file and its successive states. */
export interface StateRow {
  /** Line of the file, or number of the row, from 1. */
  readonly line: number;
  /** The states in the order of the columns, all of one size; the first is the given one. */
  readonly states: readonly Grid[];
  /** The `Rule` column as written (`parseRule` reads it), null when there is none. */
  readonly rule: string | null;
}

/** The values of a row as they are written; empty where there is none. */
export interface WrittenRow {
  /** `State 1`, `State 2`, …: letters 0 and 1, row-major. */
  readonly states: readonly string[];
  readonly gridSize: string;
  readonly rule: string;
}

/**
 * Reads a row.
 * @throws InputError at a missing value, a letter other than 0 and 1, states of unequal length, sides
 * that do not fit, or a rule that cannot be read, naming file, line and column.
 */
export function readStateRow(written: WrittenRow, source: string, line: number): StateRow {
  const rule = written.rule.trim() || null;
  const sizeText = written.gridSize.trim();
  const texts = written.states.map((value, k) => {
    const text = value.trim();
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
