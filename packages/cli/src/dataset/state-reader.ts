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
import { parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { explainDamage } from '../bounded-file.js';
import { countParquetRows, openParquetBuffer, type ParquetBuffer } from './parquet-buffer.js';

/** Extensions of data files. */
export const DATA_EXTENSIONS = ['.csv', '.jsonl', '.parquet'];

/**
 * The rows of a data file.
 * @throws InputError at the first row that cannot be read, naming file, line and column.
 */
export async function* readStateRows(file: string): AsyncGenerator<StateRow> {
  const extension = extname(file).toLowerCase();
  checkDataFile(file);
  const read = READERS[extension]!;
  const found = await stat(file).catch(() => null);
  if (found === null || !found.isFile()) {
    throw new InputError(`cannot read ${file}: there is no such file`);
  }
  let rows = 0;
  for await (const row of read(file)) {
    if (++rows % ROWS_A_TURN === 0) await setImmediate(); // Ctrl-C is heard
    yield row;
  }
  if (rows === 0) throw new InputError(`${file} holds no rows; give a file with boards in it`);
}

/** @throws InputError when a file's name does not say that it holds data */
export function checkDataFile(file: string): void {
  if (READERS[extname(file).toLowerCase()] !== undefined) return;
  throw new InputError(
    `${file} is no data file; its extension has to be one of ${DATA_EXTENSIONS.join(' ')}`,
  );
}

/** Rows between two turns of the event loop. */
const ROWS_A_TURN = 256;

const READERS: Readonly<Record<string, (file: string) => AsyncGenerator<StateRow>>> = {
  '.csv': readCsv,
  '.jsonl': readJsonl,
  '.parquet': readParquet,
};

async function* readCsv(file: string): AsyncGenerator<StateRow> {
  let read: ReturnType<typeof readStatesHeader> | null = null;
  let rows = 0;
  for await (const { line, text } of readRecords(readLines(file), file)) {
    for (const record of parseCsv(text, file)) {
      const placed = { ...record, line: line + record.line - 1 };
      if (read === null) read = readStatesHeader(placed, file);
      else {
        rows++;
        yield read(placed);
      }
    }
  }
  if (read === null) {
    throw inputErrorAt(file, 1, 'the file is empty; its first line reads State 1,State 2,…');
  }
  if (rows === 0) throw inputErrorAt(file, 1, 'there is no board below the header');
}

/** Lines of a CSV put together where quotes are open at the end of one: the record goes on in the next line. */
async function* readRecords(
  lines: AsyncIterable<{ line: number; text: string }>,
  file: string,
): AsyncGenerator<{ line: number; text: string }> {
  let pending: string[] = [];
  let [first, length] = [1, 0];
  for await (const { line, text } of lines) {
    const isOpen = countQuotes(text) % 2 === 1;
    if (pending.length === 0) {
      if (isOpen) [pending, first, length] = [[text], line, text.length];
      else yield { line, text };
      continue;
    }
    pending.push(text);
    length += text.length + 1;
    if (length > LONGEST_LINE) throw inputErrorAt(file, first, 'these quotes are never closed');
    if (!isOpen) continue;
    yield { line: first, text: pending.join('\n') };
    pending = [];
  }
  if (pending.length > 0) yield { line: first, text: pending.join('\n') };
}

function countQuotes(text: string): number {
  let count = 0;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) count++;
  return count;
}

async function* readJsonl(file: string): AsyncGenerator<StateRow> {
  for await (const { line, text } of readLines(file)) {
    let values: unknown;
    try {
      values = JSON.parse(text);
    } catch (error) {
      throw inputErrorAt(file, line, `this is not JSON: ${(error as Error).message}`);
    }
    yield readNamedRow(values, file, line);
  }
}

/** Characters of a line, or of a record over several lines: a board of 16384x16384 cells. */
const LONGEST_LINE = 2 ** 28;

/** The lines of a file that hold something, one at a time. @throws InputError at one that is too long */
async function* readLines(file: string): AsyncGenerator<{ line: number; text: string }> {
  let line = 1;
  let pieces: string[] = [];
  let length = 0;
  const take = (end: string): string => {
    const text = [...pieces, end].join('').replace(/\r$/, '');
    [pieces, length] = [[], 0];
    return text;
  };
  for await (const chunk of createReadStream(file, { encoding: 'utf8', highWaterMark: 2 ** 18 })) {
    const [first, ...others] = String(chunk).split('\n');
    pieces.push(first!);
    length += first!.length;
    if (length > LONGEST_LINE) {
      throw inputErrorAt(file, line, `the line has more than ${LONGEST_LINE} characters`);
    }
    for (const next of others) {
      const text = take('');
      if (text.trim() !== '') yield { line, text };
      line++;
      pieces.push(next);
      length = next.length;
    }
  }
  const text = take('');
  if (text.trim() !== '') yield { line, text };
}

/** Rows of a Parquet file that are decoded in one go. */
const ROWS_A_GO = 5000;

async function* readParquet(file: string): AsyncGenerator<StateRow> {
  const buffer = await openParquetBuffer(file);
  try {
    yield* readParquetRows(file, buffer);
  } finally {
    await buffer.close();
  }
}

async function* readParquetRows(file: string, buffer: ParquetBuffer): AsyncGenerator<StateRow> {
  let rows: number;
  try {
    if (buffer.byteLength === 0) throw new Error('it is empty');
    const metadata = await buffer.read(async (bytes) => parquetMetadataAsync(bytes));
    rows = countParquetRows(metadata, buffer.byteLength);
  } catch (error) {
    throw new InputError(`${file} is no Parquet file, or a damaged one: ${explainDamage(error)}`);
  }
  for (let rowStart = 0; rowStart < rows; rowStart += ROWS_A_GO) {
    const rowEnd = Math.min(rows, rowStart + ROWS_A_GO);
    let objects: Record<string, unknown>[];
    try {
      objects = await buffer.read(async (bytes) =>
        parquetReadObjects({ file: bytes, rowStart, rowEnd }),
      );
      if (objects.length !== rowEnd - rowStart) throw new Error(`rows are missing`);
    } catch (error) {
      throw inputErrorAt(file, rowStart + 1, `the file is damaged: ${explainDamage(error)}`);
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
