import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { countAlive, formatCells } from '../grid.js';
import { InputError } from '../input-error.js';
import { stepReference } from '../life-reference.js';
import { CONWAY } from '../rule.js';
import { parseStatesCsv } from './states-csv.js';

/** A file's rows as `line: WxH state state … (rule)`. */
function read(text: string): string[] {
  return parseStatesCsv(text, 'a.csv').map(({ line, states, rule }) => {
    const { width, height } = states[0]!;
    return `${line}: ${width}x${height} ${states.map(formatCells).join(' ')} (${rule})`;
  });
}

describe('parseStatesCsv', () => {
  it('reads a square board a row', () => {
    expect(read('State 1,State 2\n0110,1001\n111111111,000000000\n')).toEqual([
      '2: 2x2 0110 1001 (null)',
      '3: 3x3 111111111 000000000 (null)',
    ]);
  });

  it('reads Windows line ends, other columns, and columns in another order', () => {
    expect(read('\uFEFFid, State 2 ,State 1\r\n7,1001,0110\r\n\r\n8,0001,0010\r\n')).toEqual([
      '2: 2x2 0110 1001 (null)',
      '4: 2x2 0010 0001 (null)',
    ]);
  });

  it('orders states by number, not by name', () => {
    const header = Array.from({ length: 11 }, (_, k) => `State ${k + 1}`).join(',');
    const row = '0,0,0,0,0,0,0,0,0,0,1';
    expect(read(`${header}\n${row}`)).toEqual(['2: 1x1 0 0 0 0 0 0 0 0 0 0 1 (null)']);
    expect(
      read(
        'State 10,State 1,State 2,State 3,State 4,State 5,State 6,State 7,State 8,State 9\n' +
          '1' +
          ',0'.repeat(9),
      )[0],
    ).toMatch(/0 0 1 \(null\)$/);
  });

  it('takes both sides and the rule from a Rule column', () => {
    expect(read('State 1,State 2,Rule\n011010,000111,"B3/S23:T3,2"\n')).toEqual([
      '2: 3x2 011010 000111 (B3/S23:T3,2)',
    ]);
    expect(read('Rule,State 1\n23/36,0110\n,0110\n')).toEqual([
      '2: 2x2 0110 (23/36)',
      '3: 2x2 0110 (null)',
    ]);
  });

  it('takes the side from a GridSize column, and drops the padding of smaller boards', () => {
    expect(
      read('GridSize,State 1,State 2\n3,011010000,000111000\n2,0110ppppp,1001ppppp\n'),
    ).toEqual(['2: 3x3 011010000 000111000 (null)', '3: 2x2 0110 1001 (null)']);
    expect(read('GridSize,State 1,Rule\n2,0110,"B3/S23:T2,2"\n')).toEqual([
      '2: 2x2 0110 (B3/S23:T2,2)',
    ]);
  });

  it.each([
    ['nothing', '', /^a\.csv:1: the file is empty/],
    ['no rows', 'State 1,State 2\n', /^a\.csv:1: there is no board/],
    ['no State 1', 'GridSize,State 2\n2,0110', /^a\.csv:1: the column 'State 1' is missing/],
    ['a gap in the states', 'State 1,State 3\n0,1', /^a\.csv:1: the column 'State 2' is missing/],
    ['a column twice', 'State 1,State 1\n0,1', /^a\.csv:1: the column 'State 1' occurs twice/],
    ['no header', '0110,1001\n', /the column 'State 1' is missing/],
    [
      'another letter',
      'State 1,State 2\n0110,1001\n0110,10x1',
      /^a\.csv:3: column 'State 2': cell 2 \(row 1, column 0\) is 'x'/,
    ],
    ['padding without GridSize', 'State 1\n0110ppppp', /column 'State 1': cell 4 .* is 'p'/],
    ['unequal states', 'State 1,State 2\n0110,100', /^a\.csv:2: column 'State 2' has 3 .* has 4/],
    ['no square', 'State 1\n01101', /^a\.csv:2: column 'State 1' has 5 cells.*no square.*Rule/],
    ['an empty state', 'State 1,State 2\n0110,', /^a\.csv:2: column 'State 2' is empty/],
    ['a missing state', 'State 1,State 2\n0110', /^a\.csv:2: column 'State 2' is empty/],
    ['too many values', 'State 1,Rule\n0110,B3/S23:T2,2', /^a\.csv:2: 3 values under 2.*quotes/],
    ['a bad size', 'State 1,GridSize\n0110,two', /^a\.csv:2: column 'GridSize' is 'two'/],
    ['a size of 0', 'State 1,GridSize\n0110,0', /column 'GridSize' is '0'/],
    ['another size', 'State 1,GridSize\n0110,3', /'State 1': a 3x3 state has 9.* has 4/],
    ['a bad rule', 'State 1,Rule\n0110,B9/S', /^a\.csv:2: column 'Rule': rule 'B9\/S': .*'9'/],
    [
      'sides that do not fit',
      'State 1,Rule\n0110,"B3/S23:T4,2"',
      /^a\.csv:2: column 'State 1': a 4x2 state has 8 cells, but the text has 4/,
    ],
    [
      'a size against the rule',
      'State 1,GridSize,Rule\n0110,2,"B3/S23:T4,1"',
      /^a\.csv:2: column 'GridSize' is 2, but column 'Rule' says 4x1/,
    ],
  ])('refuses %s, naming file, line and column', (_, text, message) => {
    expect(() => parseStatesCsv(text, 'a.csv')).toThrow(InputError);
    expect(() => parseStatesCsv(text, 'a.csv')).toThrow(message);
  });
});

const paper = new URL(
  '../../../../../shared/data/lifegpt-paper/test_states_32x32_10.csv',
  import.meta.url,
);

describe('the paper’s own file', () => {
  it('holds ten boards of ten generations, as the reference engine steps them', (context) => {
    if (!existsSync(paper)) context.skip('the paper’s data is not beside this repository');
    const rows = parseStatesCsv(readFileSync(paper, 'utf8'), 'test_states_32x32_10.csv');
    expect(rows.map((row) => row.states.length).join(' ')).toBe('10 10 10 10 10 10 10 10 10 10');
    expect(rows.map((row) => countAlive(row.states[0]!))).toEqual([
      0, 254, 507, 768, 1024, 5, 40, 76, 12, 5,
    ]);
    for (const { states } of rows) {
      for (const [k, state] of states.slice(1).entries()) {
        expect(state).toEqual(stepReference(states[k]!, CONWAY));
      }
    }
  });
});
