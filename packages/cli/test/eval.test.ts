import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runLifegpt, type Outcome } from './lifegpt.js';

const PAPER = resolve(
  import.meta.dirname,
  '../../../../shared/data/lifegpt-paper/test_states_32x32_10.csv',
);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'eval-'));
});
afterEach(() => rmSync(folder, { recursive: true }));
const lifegpt = (line: string): Outcome => runLifegpt(folder, line.split(' '));

interface Report {
  boards: number;
  cells: number;
  wrongCells: number;
  wrongBoards: number;
  cellAccuracy: number;
  contradictions: { row: number; state: number }[];
  results: {
    temperature: number;
    seed: number;
    wrongCells: number;
    boardAccuracy: { value: number; low: number; high: number };
    sizes: Record<string, { boards: number }>;
  }[];
  arar?: { name: string; steps: number; firstDivergence: number | null; wrongCells: number }[];
}
const evaluate = (line: string): Report => JSON.parse(lifegpt(`eval ${line} --json`).stdout);

describe('lifegpt eval', () => {
  it('is exact on fresh boards of many sizes, in every format', () => {
    const options = '--rows 60 --size 3..12x3..12 --seed 9';
    const reports = ['csv', 'jsonl', 'parquet'].map((format) => {
      lifegpt(`dataset generate --out ${format} --format ${format} ${options}`);
      const {
        seconds: _,
        data: __,
        ...report
      } = evaluate(format) as Report & {
        seconds: number;
        data: string;
      };
      return report;
    });
    expect(reports[0]).toMatchObject({
      boards: 60,
      wrongCells: 0,
      wrongBoards: 0,
      cellAccuracy: 1,
    });
    expect(reports[1]).toEqual(reports[0]);
    expect(reports[2]).toEqual(reports[0]);
    const { sizes, boardAccuracy } = reports[0]!.results[0]!;
    expect(Object.values(sizes).reduce((sum, { boards }) => sum + boards, 0)).toBe(60);
    expect(boardAccuracy.low).toBeCloseTo(0.94, 2);
  });

  it('takes several temperatures and seeds in one run', () => {
    lifegpt('dataset generate --out set --rows 20 --size 8');
    const { results } = evaluate('set --temperature 0,1,60 --seed 1,2');
    expect(results.map(({ temperature, seed }) => [temperature, seed])).toEqual([
      [0, 1],
      [1, 1],
      [1, 2],
      [60, 1],
      [60, 2],
    ]);
    expect(results[0]!.wrongCells).toBe(0);
    expect(results[3]!.wrongCells).toBeGreaterThan(0);
    expect(results[4]!.wrongCells).not.toBe(results[3]!.wrongCells);
  });

  it('simulates from each row, and exits with 1 where exactness was asked for and is not there', () => {
    lifegpt('dataset generate --out set --rows 4 --size 6');
    const line = 'set --arar 12 --require-exact';
    const { arar } = evaluate(line);
    expect(arar).toHaveLength(4);
    expect(arar![0]).toMatchObject({ steps: 12, firstDivergence: null, wrongCells: 0 });
    const hot = lifegpt('eval set --temperature 60 --require-exact');
    expect(hot.code).toBe(1);
    expect(hot.stdout).toMatch(/at temperature 60, seed 1: \d+ wrong cells of 144/);
    expect(lifegpt(`eval ${line}`).code).toBe(0);
  });

  it('reports rows that contradict their rule, and does not take them for truth', () => {
    lifegpt('dataset generate --out set --rows 10 --size 6 --format csv');
    const file = join(folder, 'set/data/train-00000-of-00001.csv');
    const lines = readFileSync(file, 'utf8').split('\n');
    const flip = (_: string, kept: string, cell: string): string =>
      kept + (cell === '0' ? '1' : '0');
    lines[3] = lines[3]!.replace(/^(.{40})(.)/, flip);
    writeFileSync(file, lines.join('\n'));
    const report = evaluate('set');
    expect(report).toMatchObject({ boards: 9, wrongCells: 0 });
    expect(report.contradictions).toEqual([{ row: 3, state: 2 }]);
    expect(lifegpt('eval set').stderr).toMatch(/row 3: State 2 is not what its rule makes/);
  });

  it.each([
    ['eval nowhere', /no such file/],
    ['eval set --temperature -1', /--temperature needs numbers from 0, not '-1'/],
    ['eval set --arar 0', /--arar needs a whole number from 1/],
    ['eval set --model nobody', /'nobody' is neither/],
    ['eval planes', /trained for tori, not for :P6,6/],
    ['eval large', /trained for sides 3 to 32/],
  ])('refuses %s', (line, message) => {
    lifegpt('dataset generate --out set --rows 2 --size 6');
    lifegpt('dataset generate --out planes --rows 2 --size 6 --topology P');
    lifegpt('dataset generate --out large --rows 2 --size 40');
    const { code, stdout, stderr } = lifegpt(line);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });

  it.skipIf(!existsSync(PAPER))('is exact on the paper’s own file', () => {
    const { stdout } = runLifegpt(folder, ['eval', PAPER, '--arar', '9', '--json']);
    const report = JSON.parse(stdout) as Report;
    expect(report).toMatchObject({ boards: 10, cells: 10_240, wrongCells: 0 });
    expect(report.arar!.every(({ firstDivergence }) => firstDivergence === null)).toBe(true);
  });
});
