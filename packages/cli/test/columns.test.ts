/** What commands print on terminals of 40 and of 200 columns, and that data does not depend on it. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from '../src/program.js';
import { TINY_RECIPE } from './tiny-recipe.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'columns-'));
  // a blinker
  const cells = (...alive: number[]): string =>
    Array.from({ length: 64 }, (_, k) => (alive.includes(k) ? '1' : '0')).join('');
  const rows = `State 1,State 2\n${cells(19, 27, 35)},${cells(26, 27, 28)}\n`;
  writeFileSync(join(folder, 'states.csv'), rows);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a command; `columns` of its terminal, or none. */
async function run(line: string, columns?: number): Promise<{ stdout: string; stderr: string }> {
  const open = () => {
    const pieces: string[] = [];
    const stream = new Writable({
      decodeStrings: false,
      write: (piece, _, done) => {
        pieces.push(String(piece));
        done();
      },
    });
    const terminal = columns === undefined ? {} : { isTTY: true, columns, rows: 24 };
    return Object.assign(stream, { pieces }, terminal);
  };
  const [stdout, stderr] = [open(), open()];
  const given = line.split(' ').map((word) => word.replace('HERE', folder).replace('~', ' '));
  const env = { NO_COLOR: '1' };
  const { signal } = new AbortController();
  await runProgram(given, { stdout, stderr, env, signal });
  // oxlint-disable-next-line no-control-regex -- what moves the cursor, and progress that is gone in the end
  const moves = /[^\n]*\r\u001b\[2K|\u001b\[[0-9;]*[A-Za-z]/g;
  const read = ({ pieces }: { pieces: string[] }): string => pieces.join('').replace(moves, '');
  return { stdout: read(stdout), stderr: read(stderr) };
}

/** Lines of boards, and words of shades alone. */
const [BOARD, SHADES] = [/^\s*[┌│└]/, /^[·░▒▓█▀▄]+$/];
const wordsOf = (text: string): Set<string> =>
  new Set(
    text
      .split('\n')
      .filter((line) => !BOARD.test(line))
      .flatMap((line) => line.split(/\s+/))
      .filter((word) => !SHADES.test(word)),
  );

describe.each([
  'model list',
  'model show',
  'model show nothing',
  'eval HERE/states.csv --arar 2',
  'predict glider --rule B3/S23:T300,4',
  'predict glider --rule B3/S23:T20,20 --compare',
  'simulate glider -n 4',
  'simulate glider -n 4 --until-repeats',
  'infer-rule HERE/states.csv',
  'infer-rule HERE/states.csv --rule-model --forecast 2',
  'eval-rules --rules 2 --size 8',
  'dataset inspect HERE/states.csv',
  'inspect glider --rule B3/S23:T8,8 --cell 1,1',
  'inspect glider --rule B3/S23:T8,8 --cell 1,1 --lens --attribute',
  'inspect glider --rule B3/S23:T8,8 --off 1.3',
  'model attention glider --rule B3/S23:T21,3 --cell 1,1',
  'bench life --model life',
])('lifegpt %s', (line) => {
  it('fits into 40 columns without breaking a word', async () => {
    const [narrow, wide] = [await run(line, 40), await run(line, 200)];
    // a word alone, such as a path or a hash, may be longer
    const tooLong = ({ stdout, stderr }: typeof narrow, columns: number): string[] =>
      [...stdout.split('\n'), ...stderr.split('\n')].filter(
        (text) => text.length > columns && /\S \S/.test(text),
      );
    expect(tooLong(narrow, 40)).toEqual([]);
    expect(tooLong(wide, 200)).toEqual([]);
    const known = wordsOf(`${wide.stdout}\n${wide.stderr}`);
    const isNumber = (word: string): boolean => /^[(\d]/.test(word); // times and sizes differ
    const words = [...wordsOf(`${narrow.stdout}\n${narrow.stderr}`)];
    expect(
      words.filter(
        (word) => !known.has(word.replace(/:$/, '')) && !known.has(word) && !isNumber(word),
      ),
    ).toEqual([]);
  });
});

describe('lifegpt train', () => {
  it('advises a command that a shell takes, in 40 columns too', async () => {
    writeFileSync(join(folder, 'tiny.json'), JSON.stringify(TINY_RECIPE));
    const { stdout } = await run('train HERE/tiny.json --steps 2 --out HERE/run', 40);
    const advice = stdout.slice(stdout.indexOf('try: ')).split('to get further')[0]!;
    expect(advice.trimEnd().split('\n').slice(0, -1)).not.toEqual([]);
    expect(advice.replaceAll(' \\\n', '').replaceAll(/ +/g, ' ')).toBe(
      `try: lifegpt predict glider --rule B3/S23:T4,4 --model ${folder}/run --compare\n`,
    );
  });
});

describe('data', () => {
  it.each([
    'model show --json',
    'predict glider --rule B3/S23:T8,8 --json',
    'infer-rule HERE/states.csv --json',
    'simulate glider -n 1 --out -',
    'predict --prompt @PredictNextState<0000000000000000>~[',
    'completion bash',
  ])('of lifegpt %s is the same in 40 columns and without a terminal', async (line) => {
    const ask = async (columns?: number): Promise<string> =>
      (await run(line, columns)).stdout.replace(/"seconds":[\d.e-]+/, '');
    const [narrow, none] = [await ask(40), await ask()];
    expect(none.length).toBeGreaterThan(16);
    expect(narrow).toBe(none);
  });
});
