import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../input-error.js';
import { parseCsv } from './csv.js';

describe('parseCsv', () => {
  it('splits lines and fields, and counts lines', () => {
    expect(parseCsv('a,b\r\n\n1,\n,"x,y"\n', 'a.csv')).toEqual([
      { line: 1, fields: ['a', 'b'] },
      { line: 3, fields: ['1', ''] },
      { line: 4, fields: ['', 'x,y'] },
    ]);
  });

  it('reads quotes around line ends and doubled quotes', () => {
    expect(parseCsv('"a\nb","c ""d"""\ne,f', 'a.csv')).toEqual([
      { line: 1, fields: ['a\nb', 'c "d"'] },
      { line: 3, fields: ['e', 'f'] },
    ]);
  });

  it('drops a byte order mark, and finds nothing in nothing', () => {
    expect(parseCsv('\uFEFFa', 'a.csv')).toEqual([{ line: 1, fields: ['a'] }]);
    expect(parseCsv('', 'a.csv')).toEqual([]);
  });

  it.each(['a\n"b', 'a\n"b"c', 'a\nb"c'])('refuses stray quotes in %j', (text) => {
    expect(() => parseCsv(text, 'a.csv')).toThrow(InputError);
    expect(() => parseCsv(text, 'a.csv')).toThrow(/^a\.csv:2: the quotes/);
  });

  it('reads back every table, whatever its fields', () => {
    const field = fc.string({ unit: fc.constantFrom('a', '1', ',', '"', '\n', '\r', ' ') });
    const table = fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { minLength: 1 });
    fc.assert(
      fc.property(table, fc.constantFrom('\n', '\r\n'), fc.boolean(), (rows, lineEnd, open) => {
        const quote = (text: string): string =>
          /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
        const text = rows.map((row) => row.map(quote).join(',')).join(lineEnd);
        const read = parseCsv(open ? text : text + lineEnd, 'a.csv');
        expect(read.map((record) => record.fields)).toEqual(rows);
      }),
    );
  });
});
