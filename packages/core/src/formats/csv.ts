/** Comma-separated values (RFC 4180): fields in quotes may hold commas, line ends and `""`. */

import { inputErrorAt } from '../input-error.js';

/** One record of a CSV file. */
export interface CsvRecord {
  /** Line of the file on which the record begins, from 1. */
  readonly line: number;
  readonly fields: readonly string[];
}

/**
 * Splits a CSV text into its records; blank lines are left out.
 * @throws InputError at a quote that is never closed or closed before the field ends.
 */
export function parseCsv(text: string, source: string): CsvRecord[] {
  const field = /("[^"]*(?:""[^"]*)*"|[^",\r\n]*)(,|\r\n|\r|\n|$)/y;
  const records: CsvRecord[] = [];
  let fields: string[] = [];
  let line = 1;
  let recordLine = 1;
  for (let at = text.startsWith('\uFEFF') ? 1 : 0; at < text.length; at = field.lastIndex) {
    field.lastIndex = at;
    const match = field.exec(text);
    if (match === null) {
      throw inputErrorAt(
        source,
        line,
        `the quotes at '${text.slice(at, at + 20).split(/[\r\n]/)[0]}' do not enclose a field; write "…" or double them`,
      );
    }
    const [, value, end] = match as unknown as [string, string, string];
    fields.push(value.startsWith('"') ? value.slice(1, -1).replaceAll('""', '"') : value);
    line += value.split(/\r\n|\r|\n/).length - 1;
    if (end === ',') {
      if (field.lastIndex === text.length) fields.push('');
      else continue;
    }
    if (fields.length > 1 || fields[0] !== '') records.push({ line: recordLine, fields });
    fields = [];
    recordLine = ++line;
  }
  if (fields.length > 0) records.push({ line: recordLine, fields });
  return records;
}
