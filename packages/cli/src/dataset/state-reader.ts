/** Reads data files of any size, a row at a time: CSV, JSONL and Parquet. */

import {
  inputErrorAt,
  InputError,
  parseCsv,
  readStateRow,
  readStatesHeader,
  RULE_COLUMN,
  SIZE_COLUMN,
  type StateRow,
} from '@lifegpt/core';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { createInterface } from 'node:readline';

/** Extensions of data files. */
export const DATA_EXTENSIONS = ['.csv', '.jsonl', '.parquet'];

/**
 * The rows of a data file.
 * @throws InputError at the first row that cannot be read, naming file, line and column.
 */
export async function* readStateRows(file: string): AsyncGenerator<StateRow> {
  const extension = extname(file).toLowerCase();
  const read = READERS[extension];
  if (read === undefined) {
    throw new InputError(
      `${file} is no data file; its extension has to be one of ${DATA_EXTENSIONS.join(' ')}`,
    );
  }
  const found = await stat(file).catch(() => null);
  if (found === null || !found.isFile()) {
    throw new InputError(`cannot read ${file}: there is no such file`);
  }
  yield* read(file);
}

const READERS: Readonly<Record<string, (file: string) => AsyncGenerator<StateRow>>> = {
  '.csv': readCsv,
  '.jsonl': readJsonl,
  '.parquet': readParquet,
};

async function* readCsv(file: string): AsyncGenerator<StateRow> {
  let read: ReturnType<typeof readStatesHeader> | null = null;
  let rows = 0;
  for await (const { line, text } of readLines(file, endsInQuotes)) {
    for (const record of parseCsv(text, file)) {
      const placed = { ...record, line: line + record.line - 1 };
      if (read === null) read = readStatesHeader(placed, file);
      else {
        rows++;
        yield read(placed);
      }
    }
  }
  if (read === null) throw inputErrorAt(file, 1, 'the file is empty');
  if (rows === 0) throw inputErrorAt(file, 1, 'there is no board below the header');
}

/** An odd number of quotes: the record goes on in the next line. */
function endsInQuotes(text: string): boolean {
  return (text.split('"').length - 1) % 2 === 1;
}

async function* readJsonl(file: string): AsyncGenerator<StateRow> {
  for await (const { line, text } of readLines(file, () => false)) {
    let values: unknown;
    try {
      values = JSON.parse(text);
    } catch (error) {
      throw inputErrorAt(file, line, `this is not JSON: ${(error as Error).message}`);
    }
    yield readNamedRow(values, file, line);
  }
}

async function* readLines(
  file: string,
  goesOn: (text: string) => boolean,
): AsyncGenerator<{ line: number; text: string }> {
  const lines = createInterface({ input: createReadStream(file), crlfDelay: Infinity });
  let [line, first, pending] = [0, 1, ''];
  for await (const next of lines) {
    line++;
    if (pending === '') first = line;
    const text = pending === '' ? next : `${pending}\n${next}`;
    pending = goesOn(text) ? text : '';
    if (pending === '' && text.trim() !== '') yield { line: first, text };
  }
  if (pending !== '') yield { line: first, text: pending };
}

/** Rows of a Parquet file that are decoded in one go. */
const ROWS_A_GO = 5000;

async function* readParquet(file: string): AsyncGenerator<StateRow> {
  const buffer = await asyncBufferFromFile(file);
  let rows: number;
  try {
    rows = Number((await parquetMetadataAsync(buffer)).num_rows);
  } catch (error) {
    throw new InputError(`${file} is no Parquet file or damaged: ${(error as Error).message}`);
  }
  for (let rowStart = 0; rowStart < rows; rowStart += ROWS_A_GO) {
    const rowEnd = Math.min(rows, rowStart + ROWS_A_GO);
    let objects: Record<string, unknown>[];
    try {
      objects = await parquetReadObjects({ file: buffer, rowStart, rowEnd });
    } catch (error) {
      throw inputErrorAt(file, rowStart + 1, `the file is damaged: ${(error as Error).message}`);
    }
    for (const [i, values] of objects.entries()) yield readNamedRow(values, file, rowStart + i + 1);
  }
}

/** A row whose values come by name. */
function readNamedRow(values: unknown, file: string, line: number): StateRow {
  if (typeof values !== 'object' || values === null) {
    throw inputErrorAt(file, line, 'a row is an object with State 1, State 2, …');
  }
  const named = values as Record<string, unknown>;
  const spell = (value: unknown): string =>
    typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  const states: string[] = [];
  while (`State ${states.length + 1}` in named) {
    states.push(spell(named[`State ${states.length + 1}`]));
  }
  if (states.length === 0) throw inputErrorAt(file, line, `the value 'State 1' is missing`);
  return readStateRow(
    { states, gridSize: spell(named[SIZE_COLUMN]), rule: spell(named[RULE_COLUMN]) },
    file,
    line,
  );
}
