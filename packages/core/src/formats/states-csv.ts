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

import { inputErrorAt } from '../input-error.js';
import { parseCsv, type CsvRecord } from './csv.js';
import { readStateRow, RULE_COLUMN, SIZE_COLUMN, type StateRow } from './state-row.js';

/**
 * Reads a whole data file; columns with other names are left alone.
 * @param source the file's name, for messages
 * @throws InputError at a missing column or value, a letter other than 0 and 1, states of unequal
 * length, sides that do not fit, or a rule that cannot be read, naming file, line and column.
 */
export function parseStatesCsv(text: string, source: string): StateRow[] {
  const [header, ...records] = parseCsv(text, source);
  if (header === undefined) {
    throw inputErrorAt(source, 1, `the file is empty; its first line reads State 1,State 2,…`);
  }
  const read = readStatesHeader(header, source);
  if (records.length === 0) {
    throw inputErrorAt(source, header.line, 'there is no board below the header');
  }
  return records.map(read);
}

/**
 * Reads the first record of a data file; what it returns reads any other, so that a long file can
 * come in pieces.
 * @throws InputError as `parseStatesCsv`
 */
export function readStatesHeader(
  header: CsvRecord,
  source: string,
): (record: CsvRecord) => StateRow {
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
  const [gridSize, rule] = [names.indexOf(SIZE_COLUMN), names.indexOf(RULE_COLUMN)];
  return ({ line, fields }) => {
    if (fields.length > names.length) {
      throw inputErrorAt(
        source,
        line,
        `${fields.length} values under ${names.length} columns; a value with a comma, such as a rule, needs quotes: "B3/S23:T32,32"`,
      );
    }
    return readStateRow(
      {
        states: states.map((index) => fields[index] ?? ''),
        gridSize: fields[gridSize] ?? '',
        rule: fields[rule] ?? '',
      },
      source,
      line,
    );
  };
}
