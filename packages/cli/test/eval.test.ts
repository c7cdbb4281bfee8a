import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runLifegpt, withoutTimes, type Outcome } from './lifegpt.js';

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
    wrongRows: number[];
    rows: [row: number, wrongCells: number, minMargin: number][];
    densities: { boards: number }[];
    sizes: Record<
      string,
      { boards: number; wrongAt: Record<string, number>; minMarginAt: number[] }
    >;
  }[];
  arar?: {
    name: string;
    steps: number;
    temperature: number;
    seed: number;
    firstDivergence: number | null;
    wrongCells: number;
  }[];
}
const evaluate = (line: string): Report => JSON.parse(lifegpt(`eval ${line} --json`).stdout);
describe('lifegpt eval', () => {
  it('is exact on fresh boards of many sizes, in every format', () => {
    const options = '--rows 60 --size 3..6x3..6,12x10 --seed 9';
    const reports = ['csv', 'jsonl', 'parquet'].map((format) => {
      lifegpt(`dataset generate --out ${format} --format ${format} ${options}`);
      const { stdout } = lifegpt(`eval ${format} --json`);
      return JSON.parse(
        withoutTimes(stdout).replaceAll(`"data":"${format}"`, '"data":""'),
      ) as Report;
    });
    expect(reports[1]).toEqual(reports[0]);
    expect(reports[2]).toEqual(reports[0]);
    const [report] = reports as [Report];
    expect(report).toMatchObject({ boards: 60, wrongCells: 0, wrongBoards: 0, cellAccuracy: 1 });
    const { sizes, boardAccuracy, densities, rows } = report.results[0]!;
    expect(densities.reduce((sum, { boards }) => sum + boards, 0)).toBe(60);
    expect(rows.map(([row]) => row).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 60 }, (_, k) => k + 1),
    );
    expect(Object.values(sizes).reduce((sum, { boards }) => sum + boards, 0)).toBe(60);
    for (const [size, { minMarginAt }] of Object.entries(sizes)) {
      const [height, width] = size.split('x').map(Number);
      expect(minMarginAt).toHaveLength(height! * width!);
      expect(Math.min(...minMarginAt)).toBeGreaterThan(0);
    }
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

  it('counts wrong cells by row, by place and by size', () => {
    lifegpt('dataset generate --out set --rows 12 --size 4');
    const [result] = evaluate('set --temperature 60').results;
    const { rows, wrongRows, wrongCells, sizes } = result!;
    const wrongAt = Object.values(sizes['4x4']!.wrongAt);
    expect(wrongAt.reduce((sum, wrong) => sum + wrong, 0)).toBe(wrongCells);
    expect(rows.reduce((sum, [, wrong]) => sum + wrong, 0)).toBe(wrongCells);
    expect(rows.filter(([, wrong]) => wrong > 0).every(([row]) => wrongRows.includes(row))).toBe(
      true,
    );
  });

  it('draws fresh boards by itself, always the same ones, beside a file or alone', () => {
    const alone = evaluate('--fresh 40 --size 3..6x3..6 --density 0.2..0.4');
    const { sizes, densities } = alone.results[0]!;
    expect(alone).toMatchObject({ boards: 40, wrongCells: 0 });
    for (const size of Object.keys(sizes)) expect(size).toMatch(/^[3-6]x[3-6]$/);
    expect(densities.slice(15).every(({ boards }) => boards === 0)).toBe(true);
    lifegpt('dataset generate --out set --rows 3 --size 6');
    const both = evaluate('set --fresh 40 --size 3..6x3..6 --density 0.2..0.4 --arar 3');
    expect(both.results[1]!.rows).toEqual(alone.results[0]!.rows);
    expect(both.arar).toHaveLength(3);
    const other = evaluate('--fresh 40 --size 3..6x3..6 --density 0.2..0.4 --board-seed 2');
    expect(other.results[0]!.sizes).not.toEqual(alone.results[0]!.sizes);
  });

  it('knows ten boards of its own, and runs them far past where they repeat themselves', () => {
    const { boards, arar } = evaluate('ten-boards --limit 1 --arar 5000');
    expect(boards).toBe(1);
    expect(arar).toMatchObject([
      {
        name: 'order parameter 0',
        steps: 5000,
        predictedSteps: 1,
        cycle: { start: 0, period: 1 },
        firstDivergence: null,
      },
    ]);
  });

  it('takes boards of any rule, topology and size that a data file names', () => {
    const kinds = '--rule B2n3/S23-q,B36/S23,B2/S34H --topology T,P,K*,K,C,S --size 1..9';
    lifegpt(`dataset generate --out any --rows 60 ${kinds}`);
    expect(evaluate('any --require-exact')).toMatchObject({ boards: 60, wrongCells: 0 });
  });

  it('simulates samples, of several seeds', () => {
    lifegpt('dataset generate --out set --rows 1 --size 5');
    const line = 'set --arar 4 --seed 1,2 --temperature 60 --arar-temperature 0,60';
    const { arar, results } = evaluate(line);
    expect(arar!.map(({ temperature, seed }) => [temperature, seed])).toEqual([
      [0, 1],
      [60, 1],
      [60, 2],
    ]);
    expect(arar![1]!.wrongCells).not.toBe(arar![2]!.wrongCells);
    // the first generation of a run is the single step with the same seed
    const single = evaluate(line.replace('--arar 4', '--arar 1')).arar!;
    expect(single[1]!.wrongCells).toBe(results[0]!.wrongCells);
  });

  it('does nothing again that a checkpoint has', () => {
    lifegpt('dataset generate --out set --rows 5 --size 5 --format csv');
    const line = 'eval set --arar 20 --checkpoint state.json --json';
    const { stdout: first, stderr } = lifegpt(line);
    expect(stderr).toBe('wrote state.json\n');
    // a run that the checkpoint holds is taken from there
    const file = join(folder, 'state.json');
    const marked = readFileSync(file, 'utf8').replace(
      '"firstDivergence":null',
      '"firstDivergence":7',
    );
    writeFileSync(file, marked);
    const second = JSON.parse(lifegpt(line).stdout) as Report;
    expect(second.arar![0]!.firstDivergence).toBe(7);
    expect({ ...second, arar: null, seconds: 0 }).toEqual({
      ...(JSON.parse(first) as Report),
      arar: null,
      seconds: 0,
    });
  });

  it('writes a report whose figures are what was counted, and touches no folder of others', () => {
    const line = 'eval ten-boards --limit 2 --arar 3 --fresh 45 --size 4 --report out --json';
    const { stdout } = lifegpt(line);
    const { results } = JSON.parse(stdout) as Report;
    const data = JSON.parse(readFileSync(join(folder, 'out/report.json'), 'utf8')) as {
      evaluation: { oneStep: { tallies: object[] }[] };
      models: { name: string; metrics: object[] }[];
      attention: { shares: { region: string; mean: number }[] }[];
    };
    expect(data.evaluation.oneStep.map(({ tallies }) => tallies[0])).toMatchObject(
      results.map(({ wrongCells, rows, sizes }) => ({ wrongCells, rows, sizes })),
    );
    expect(data.models).toMatchObject([{ name: 'life' }]);
    expect(data.models[0]!.metrics.length).toBeGreaterThan(100);
    const inside = data.attention[0]!.shares.filter(({ region }) => region === 'inside');
    expect(Math.max(...inside.map(({ mean }) => mean))).toBeGreaterThan(0.5);
    const page = readFileSync(join(folder, 'out/index.html'), 'utf8');
    expect(page.match(/data:image\/gif;base64,/g)).toHaveLength(2);
    for (const id of ['training-loss', 'density-2', 'margins-1-life', 'arar-life-1']) {
      expect(existsSync(join(folder, `out/figures/${id}.svg`))).toBe(true);
      expect(existsSync(join(folder, `out/figures/${id}.png`))).toBe(true);
    }
    expect(lifegpt(`${line} --board-seed 2`).stderr).toMatch(
      /out.checkpoint.json belongs to another/,
    );
    writeFileSync(join(folder, 'out/letter.txt'), 'mine');
    const refused = lifegpt(line);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/out holds something else .*letter.txt/);
    expect(readFileSync(join(folder, 'out/index.html'), 'utf8')).toBe(page);
  });

  it('simulates from each row, and exits with 1 where exactness was asked for and is not there', () => {
    lifegpt('dataset generate --out set --rows 4 --size 6');
    const line = 'set --arar 12 --require-exact';
    const { arar } = evaluate(line);
    expect(arar).toHaveLength(4);
    expect(arar![0]).toMatchObject({ steps: 12, firstDivergence: null, wrongCells: 0 });
    const hot = lifegpt('eval set --temperature 60 --require-exact');
    expect(hot.code).toBe(1);
    expect(hot.stdout).toMatch(/set at temperature 60, seed 1: \d+ wrong cells of 144/);
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
    // a file of which no row is left shows nothing, neither right nor wrong
    writeFileSync(join(folder, 'one.csv'), `${lines[0]}\n${lines[3]}\n`);
    const none = lifegpt('eval one.csv --json');
    expect(none).toMatchObject({ code: 2, stdout: '' });
    expect(none.stderr).toMatch(/nothing in one.csv to hold a model against: .*row 1, State 2/);
  });

  it.skipIf(!existsSync(PAPER))('is exact on the paper’s own file', () => {
    const { stdout } = runLifegpt(folder, ['eval', PAPER, '--arar', '9', '--json']);
    const report = JSON.parse(stdout) as Report;
    expect(report).toMatchObject({ boards: 10, cells: 10_240, wrongCells: 0 });
    expect(report.arar!.every(({ firstDivergence }) => firstDivergence === null)).toBe(true);
    expect(report.arar!.map(({ name }) => name)).toEqual([
      ...[0, 0.25, 0.5, 0.75, 1].map((p) => `order parameter ${p}`),
      'glider',
      'Cloverleaf',
      'Hammerhead spaceship',
      'Blinkers',
      'r-pentomino',
    ]);
  });
});

describe('lifegpt eval', () => {
  let shared: string;
  beforeAll(() => {
    shared = mkdtempSync(join(tmpdir(), 'eval-refused-'));
    for (const line of [
      'dataset generate --out set --rows 2 --size 6',
      'dataset generate --out planes --rows 2 --size 6 --topology P',
      'dataset generate --out large --rows 2 --size 40',
    ]) {
      runLifegpt(shared, line.split(' '));
    }
    writeFileSync(join(shared, 'broken.json'), '{');
  });
  afterAll(() => rmSync(shared, { recursive: true }));

  it.each([
    ['eval nowhere', /no such file/],
    ['eval set --temperature -1', /--temperature needs numbers from 0, not '-1'/],
    ['eval set --arar 0', /--arar needs a whole number from 1/],
    ['eval set --model nobody', /'nobody' is neither/],
    ['eval planes --model flat32', /trained for tori, not for :P6,6/],
    ['eval large --model flat32', /trained for sides of 32/],
    ['eval', /nothing to evaluate on; name a data file/],
    ['eval --fresh 0', /--fresh needs a whole number from 1/],
    ['eval --fresh 9 --density 0.7..0.2', /--density needs a value or one range within 0..1/],
    ['eval --fresh 9 --size 40 --model flat32', /trained for sides of 32/],
    [
      'eval set --arar 2 --arar-temperature hot',
      /--arar-temperature needs numbers from 0, not 'hot'/,
    ],
    ['eval set --model life,life', /names 'life' twice/],
    ['eval set --checkpoint broken.json', /broken.json is no checkpoint/],
  ])('refuses %s', (line, message) => {
    const { code, stdout, stderr } = runLifegpt(shared, line.split(' '));
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });
});
