/** `lifegpt infer-rule`: what a user and a script see; as a process where stdin or a model is read. Needs the build. */

import {
  createGrid,
  formatCells,
  countAlive,
  formatRle,
  openStream,
  parseCells,
  parseRle,
  parseRule,
  toLifeRule,
  toTable,
  placeCentred,
  stepReference,
  type Grid,
  type Topology,
} from '@lifegpt/core';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encode } from 'modern-gif';
import { encodeGif } from '../src/gif.js';
import { runProgram } from '../src/program.js';
import { runLifegpt, type Outcome } from './lifegpt.js';
import { paint, PLAIN } from './paint.js';

/** Where `npm test` found it, or undefined. */
const BGOLLY = process.env['BGOLLY_PATH'];
const HIGHLIFE = 'B36/S23';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'infer-rule-'));
  process.chdir(folder);
});
afterEach(() => {
  process.chdir(tmpdir());
  rmSync(folder, { recursive: true });
});

async function lifegpt(line: string): Promise<Outcome> {
  const stdout = new PassThrough({ encoding: 'utf8', highWaterMark: 2 ** 20 });
  const stderr = new PassThrough({ encoding: 'utf8' });
  const { signal } = new AbortController();
  const code = await runProgram(line.split(' '), { stdout, stderr, env: {}, signal });
  return { code, stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? '') };
}
async function readReport(line: string): Promise<Record<string, any>> {
  const { code, stdout, stderr } = await lifegpt(`${line} --json`);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as Record<string, any>;
}

const soup = (width: number, height: number, seed: number, p = 0.4): Grid => {
  const random = openStream(seed, 'soup');
  return createGrid(
    width,
    height,
    new Uint8Array(width * height).map(() => (random.nextFloat() < p ? 1 : 0)),
  );
};
function run(grid: Grid, text: string, states: number, topology?: Topology): Grid[] {
  const { rule } = parseRule(text);
  const all = [grid];
  while (all.length < states) all.push(stepReference(all.at(-1)!, rule, topology));
  return all;
}
function writeCsv(name: string, runs: readonly (readonly Grid[])[]): void {
  const header = runs[0]!.map((_, k) => `State ${k + 1}`).join(',');
  const rows = runs.map((states) => states.map(formatCells).join(','));
  writeFileSync(join(folder, name), [header, ...rows, ''].join('\n'));
}
async function writeGif(name: string, states: readonly Grid[]): Promise<void> {
  writeFileSync(join(folder, name), await encodeGif(states, null));
}

describe('lifegpt infer-rule', () => {
  it('reads HighLife off a GIF and goes on as it does', async () => {
    const states = run(soup(32, 24, 1), HIGHLIFE, 26);
    await writeGif('run.gif', states.slice(0, 20));
    const report = await readReport('infer-rule run.gif --forecast 6');
    expect(report).toMatchObject({
      rule: HIGHLIFE,
      bits: [0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0],
      consistent: true,
      pairs: 19,
      undetermined: [],
      borders: ':T32,24',
      remark: expect.stringContaining('8 pixels wide') as string,
      contradiction: null,
    });
    expect(report['forecast']).toEqual({
      by: 'engine',
      board: 'T32,24',
      certainUntil: null,
      wrongCells: null,
      states: states.slice(20).map(formatCells),
    });
  });

  it('sees that the borders of a GIF are those of a plane, or none at all', async () => {
    await writeGif('plane.gif', run(soup(20, 20, 2), HIGHLIFE, 8, { kind: 'plane' }));
    expect(await readReport('infer-rule plane.gif')).toMatchObject({
      rule: HIGHLIFE,
      borders: ':P20,20',
    });
    const cut = run(soup(30, 30, 3), HIGHLIFE, 8).map(({ cells }) =>
      createGrid(
        20,
        20,
        Uint8Array.from(
          { length: 400 },
          (_, k) => cells[30 * (5 + Math.floor(k / 20)) + 5 + (k % 20)]!,
        ),
      ),
    );
    await writeGif('view.gif', cut);
    const view = await readReport('infer-rule view.gif');
    expect(view).toMatchObject({ rule: HIGHLIFE, borders: 'a view of a larger board' });
    expect(
      (view['alternatives'] as { consistent: boolean }[]).map((a) => a.consistent),
    ).not.toContain(true);
    const { code, stderr } = await lifegpt('infer-rule view.gif --forecast 1');
    expect(code).toBe(2);
    expect(stderr).toContain('--forecast needs a whole board');
  });

  it('prints the rule, a table, and what was never seen', async () => {
    writeCsv('a.csv', [run(placeCentred(parseCells('111', 3, 1), 8, 8), 'B3/S23', 3)]);
    const { code, stdout, stderr } = await lifegpt('infer-rule a.csv --bounds T8,8');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.split('\n')).toEqual([
      'B3/S2',
      '',
      'live neighbours     0   1  2  3  4  5  6  7  8',
      'dead,  stays dead  98  12  8  0  0  0  0  0  0',
      '       is born      0   0  0  4  0  0  0  0  0',
      '                    -   -  -  B  ?  ?  ?  ?  ?',
      'alive, dies         0   4  0  0  0  0  0  0  0',
      '       survives     0   0  2  0  0  0  0  0  0',
      '                    ?   -  S  ?  ?  ?  ?  ?  ?',
      '',
      '2 pairs of states on :T8,8',
      'open: B4 B5 B6 B7 B8 S0 S3 S4 S5 S6 S7 S8 (never seen; taken as 0 in the rule above)',
      '',
    ]);
  });

  it('tells up to where a forecast depends on nothing open', async () => {
    const onBoard = (text: string, width: number, height: number): Grid[] =>
      run(placeCentred(parseCells(text, width, height), 10, 10), 'B3/S23', 2);
    const blinker = onBoard('111', 3, 1);
    writeCsv('a.csv', [blinker]);
    const always = await readReport('infer-rule a.csv --bounds P10,10 --forecast 4');
    expect(always['forecast']).toMatchObject({ certainUntil: null });
    // three cells are left, a block after that; only then a cell with three neighbours might survive
    writeCsv('b.csv', [blinker, onBoard('0011' + '0100' + '1000', 4, 3)]);
    const report = await readReport('infer-rule b.csv --bounds P10,10 --forecast 4');
    expect(report['undetermined']).toContain('S3');
    expect(report['forecast']).toMatchObject({ certainUntil: 1 });
    const block = (report['forecast'] as { states: string[] }).states[0]!;
    expect(block).toMatch(/^0*110{8}110*$/);
  });

  it('lets a model forecast that knows the rule, and holds it against the engine', async () => {
    const states = run(soup(12, 12, 5), 'B3/S23', 9);
    writeCsv('a.csv', [
      states.slice(0, 6),
      run(soup(12, 12, 6, 0.7), 'B3/S23', 6),
      states.slice(0, 6),
    ]);
    const given = 'infer-rule a.csv --bounds T12,12 --forecast 3 --model life --json';
    const { stdout } = runLifegpt(folder, given.split(' '));
    const report = JSON.parse(stdout) as Record<string, any>;
    expect(report['forecast']).toMatchObject({
      by: 'life',
      wrongCells: 0,
      states: states.slice(6).map(formatCells),
    });
    writeCsv('b.csv', [run(soup(12, 12, 7), HIGHLIFE, 6)]);
    const other = 'infer-rule b.csv --bounds T12,12 --forecast 3 --model flat32';
    const { code, stderr } = runLifegpt(folder, other.split(' '));
    expect(code).toBe(2);
    expect(stderr).toContain('was trained for rule B3/S23');
  });

  it('writes the forecast as a file and an animation', async () => {
    const states = run(soup(10, 10, 8), HIGHLIFE, 12);
    writeCsv('a.csv', [states.slice(0, 10)]);
    const wrote = await lifegpt(
      'infer-rule a.csv --bounds T10,10 --forecast 2 --out next.rle --gif next.gif',
    );
    expect({ code: wrote.code, stderr: wrote.stderr }).toEqual({
      code: 0,
      stderr: 'wrote next.rle\nwrote next.gif\n',
    });
    const again = JSON.parse((await lifegpt('simulate next.rle -n 0 --json')).stdout) as {
      state: string;
    };
    expect(again.state).toBe(formatCells(states[11]!));
    expect((await readReport('infer-rule next.gif'))['pairs']).toBe(2);
  });

  it('votes under noise', async () => {
    const random = openStream(10, 'flips');
    const runs = [0.2, 0.4, 0.6, 0.8].map((p, k) =>
      run(soup(16, 16, 20 + k, p), HIGHLIFE, 25).map(({ cells }) =>
        createGrid(
          16,
          16,
          cells.map((cell) => (random.nextFloat() < 0.01 ? 1 - cell : cell)),
        ),
      ),
    );
    writeCsv('a.csv', runs);
    const exact = await lifegpt('infer-rule a.csv --bounds T16,16');
    expect(exact.code).toBe(1);
    expect(exact.stderr).toMatch(/dead cell with 3 live neighbours.*of the cells go against/);
    expect(exact.stderr).not.toContain('--noise');
    const report = await readReport('infer-rule a.csv --noise 0.01 --bounds T16,16');
    expect(report).toMatchObject({ rule: HIGHLIFE, consistent: true, borders: ':T16,16' });
    const confidence = report['confidence'] as number[];
    (report['bits'] as (number | null)[]).forEach((bit, c) =>
      expect(confidence[c]! >= Math.log(1000)).toBe(bit !== null),
    );
    expect(
      (report['bits'] as (number | null)[]).filter((bit) => bit !== null).length,
    ).toBeGreaterThan(13);
  });

  it('exits with 1 where no rule does it, and shows the first cell that says so', async () => {
    const states = run(soup(10, 10, 11), HIGHLIFE, 6);
    const broken = states[3]!.cells.slice();
    broken[55] = 1 - broken[55]!;
    writeCsv('a.csv', [states.map((state, k) => (k === 3 ? createGrid(10, 10, broken) : state))]);
    const { code, stdout, stderr } = await lifegpt('infer-rule a.csv --bounds T10,10 --json');
    expect(code).toBe(1);
    const report = JSON.parse(stdout) as Record<string, any>;
    expect(report).toMatchObject({ rule: null, consistent: false, forecast: null });
    expect(report['contradiction']).toMatchObject({ state: 'a.csv:2, State 3', row: 5, column: 5 });
    expect(stderr).toMatch(
      /^no life-like rule explains a\.csv: .* row 5, column 5 of a\.csv:2, State 3/,
    );
  });

  it('reads a CSV from stdin, one row of it if asked', async () => {
    writeCsv('a.csv', [run(soup(9, 9, 12), HIGHLIFE, 6), run(soup(9, 9, 13), 'B3/S23', 6)]);
    const text = readFileSync(join(folder, 'a.csv'), 'utf8');
    expect(runLifegpt(folder, ['infer-rule', '-', '--json'], text).code).toBe(1);
    const { stdout } = runLifegpt(
      folder,
      'infer-rule - --row 2 --bounds T9,9 --json'.split(' '),
      text,
    );
    const bits = (JSON.parse(stdout) as { bits: (0 | 1 | null)[] }).bits;
    expect([bits[3], bits[6]]).toEqual([1, 0]);
  });

  it('says of a bit only what every consistent reading says', async () => {
    // one pair of a plane, which a torus explains too, by other bits
    writeFileSync(
      join(folder, 'pair.csv'),
      'State 1,State 2\n001111010100000000000000001111000100,001110000100000000000110001110001100\n',
    );
    const pair = await readReport('infer-rule pair.csv');
    const known = (pair['bits'] as (number | null)[]).map((bit) => bit ?? '?').join('');
    expect(known).toBe('?0010?????011?????');
    const borders = (pair['alternatives'] as { borders: string; consistent: boolean }[])
      .filter((other) => other.consistent)
      .map((other) => other.borders);
    expect([pair['borders'], ...borders]).toEqual([':T6,6', ':P6,6', 'a view of a larger board']);
    // with the live cells in the majority, in an animation of our own
    const full = run(soup(12, 12, 18, 0.6), 'B3/S012345678', 9);
    await writeGif('full.gif', full);
    const dense = await readReport('infer-rule full.gif');
    const denseBits = [...(dense['bits'] as (number | null)[]).entries()].filter(
      ([, bit]) => bit !== null,
    );
    expect(denseBits).toEqual(denseBits.map(([c]) => [c, c === 3 || c > 8 ? 1 : 0]));
    expect((dense['bits'] as (number | null)[])[3]).toBe(1);
  });

  it('names the colours that a foreign GIF leaves open, and reads lines in the colour of live cells', async () => {
    const glider = placeCentred(parseCells('010001111', 3, 3), 8, 8);
    const look = { ...PLAIN, cell: 3, line: 1, lineColor: [0, 0, 0] } as const;
    const frames = run(glider, 'B3/S23', 6).map((state) => {
      const { width, height, data } = paint(state, look);
      return { width, height, data: new Uint8ClampedArray(data) };
    });
    const { width, height } = frames[0]!;
    const gif = await encode({ width, height, frames });
    writeFileSync(join(folder, 'lines.gif'), new Uint8Array(gif));
    const report = await readReport('infer-rule lines.gif --alive dark');
    const known = [...(report['bits'] as (number | null)[]).entries()].filter(
      ([, bit]) => bit !== null,
    );
    expect(known).toEqual(known.map(([c]) => [c, [3, 11, 12].includes(c) ? 1 : 0]));
    expect(report['rule']).toMatch(/^B3\/S/);
    const { stdout } = await lifegpt('infer-rule lines.gif');
    expect(stdout).toMatch(/^B3\/S/);
    expect(stdout).toMatch(/say which colour lives by --alive #0\d0\d0\d or --alive #ffffff/);
  });

  it('fails where noise leaves nothing decided, as in random pairs', async () => {
    writeCsv('a.csv', [[soup(8, 8, 1, 0.5), soup(8, 8, 2, 0.5)]]);
    const { code, stderr } = await lifegpt('infer-rule a.csv --bounds T8,8 --noise 0.1');
    expect([code, stderr]).toEqual([1, expect.stringContaining('decide no bit')]);
  });

  it('reads a rule that asks where the neighbours lie, where no life-like one does it', async () => {
    const text = 'B2n3/S23-q';
    writeCsv('a.csv', [run(soup(20, 20, 3), text, 12), run(soup(20, 20, 4, 0.2), text, 12)]);
    const { code, stdout } = await lifegpt('infer-rule a.csv --bounds T20,20 --json');
    expect(code).toBe(1);
    const report = JSON.parse(stdout) as Record<string, any>;
    expect(report).toMatchObject({ rule: null, consistent: false, table: { rule: text } });
    const truth = toTable(parseRule(text).rule);
    const bits = report['table'].bits as (number | null)[];
    expect(bits.map((bit, k) => bit ?? truth[k])).toEqual([...truth]);
    expect(bits.filter((bit) => bit !== null).length).toBeGreaterThan(200);
    const shown = await lifegpt('infer-rule a.csv --bounds T20,20');
    expect(shown.stdout).toMatch(/^B2n3\/S23-q\n/);
  });

  describe('refuses', () => {
    const refuse = async (line: string): Promise<string> => {
      const before = readdirSync(folder);
      const { code, stdout, stderr } = await lifegpt(line);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr.trim().split('\n')).toHaveLength(1);
      expect(readdirSync(folder)).toEqual(before);
      return stderr;
    };

    it('states of which every second is missing, and names the rule of two steps', async () => {
      const half = run(soup(14, 14, 14), HIGHLIFE, 21).filter((_, k) => k % 2 === 0);
      await writeGif('half.gif', half);
      expect(await refuse('infer-rule half.gif')).toMatch(
        /not consecutive: .* B36\/S23 does in two/,
      );
    });

    it('one state alone', async () => {
      await writeGif('one.gif', [soup(8, 8, 1)]);
      expect(await refuse('infer-rule one.gif')).toContain('one.gif has one frame alone');
      writeCsv('one.csv', [[soup(8, 8, 1)]]);
      expect(await refuse('infer-rule one.csv')).toContain('one.csv:2: there is one state alone');
      mkdirSync(join(folder, 'frames'));
      expect(await refuse('infer-rule frames')).toContain('frames holds no .rle file');
    });

    it('a GIF with marked cells, a damaged one, and what is none', async () => {
      const states = run(soup(8, 8, 15), HIGHLIFE, 4);
      const other = states.map(({ cells }) =>
        createGrid(
          8,
          8,
          cells.map((cell, k) => (k === 9 ? 1 - cell : cell)),
        ),
      );
      writeFileSync(join(folder, 'marked.gif'), await encodeGif(states, other));
      expect(await refuse('infer-rule marked.gif')).toContain('colours');
      await writeGif('cut.gif', states);
      writeFileSync(
        join(folder, 'cut.gif'),
        readFileSync(join(folder, 'cut.gif')).subarray(0, 900),
      );
      expect(await refuse('infer-rule cut.gif')).toContain('damaged');
      writeFileSync(join(folder, 'text.gif'), 'hello');
      expect(await refuse('infer-rule text.gif')).toContain('is no GIF');
    });

    it('frames on boards of different sizes, or not in order', async () => {
      mkdirSync(join(folder, 'frames'));
      const rle = (text: string, rule: string, remark = ''): string =>
        `${remark}x = 3, y = 1, rule = ${rule}\n${text}\n`;
      writeFileSync(join(folder, 'frames/1.rle'), rle('3o!', 'B3/S23:T8,8'));
      writeFileSync(join(folder, 'frames/2.rle'), rle('3o!', 'B3/S23:T9,8'));
      expect(await refuse('infer-rule frames')).toMatch(
        /2\.rle lies on :T9,8, but .*1\.rle lies on :T8,8/,
      );
      writeFileSync(join(folder, 'frames/1.rle'), rle('3o!', 'B3/S23', '#CXRLE Pos=0,0 Gen=4\n'));
      writeFileSync(join(folder, 'frames/2.rle'), rle('3o!', 'B3/S23', '#CXRLE Pos=0,0 Gen=6\n'));
      expect(await refuse('infer-rule frames')).toMatch(/2\.rle is generation 6, .* generation 4/);
    });

    it('options that make no sense', async () => {
      writeCsv('a.csv', [run(soup(6, 6, 1), HIGHLIFE, 3)]);
      expect(await refuse('infer-rule a.csv --noise 0.7')).toContain("not '0.7'");
      expect(await refuse('infer-rule a.csv --bounds T5,5')).toContain(
        'the observed board has 6x6',
      );
      expect(await refuse('infer-rule a.csv --out x.rle')).toContain('--out is for a forecast');
      expect(await refuse('infer-rule a.csv --row 2')).toContain('a.csv has 1 row');
      expect(await refuse('infer-rule a.csv --alive dark')).toContain(
        '--alive names a colour of a GIF',
      );
      expect(await refuse('infer-rule a.txt')).toContain('no such file');
    });

    it('rows that name different rules', async () => {
      const [a, b] = [run(soup(4, 4, 1), HIGHLIFE, 2), run(soup(4, 4, 2), 'B3/S23', 2)].map((s) =>
        s.map(formatCells).join(','),
      );
      writeFileSync(
        join(folder, 'a.csv'),
        `State 1,State 2,Rule\n${a},"B36/S23:T4,4"\n${b},"B3/S23:T4,4"\n`,
      );
      expect(await refuse('infer-rule a.csv')).toContain('a.csv:3: this row names the rule B3/S23');
    });
  });
});

describe('frames with positions', () => {
  it('are laid on one plane', async () => {
    mkdirSync(join(folder, 'frames'));
    const states = run(placeCentred(soup(8, 8, 16), 40, 40), HIGHLIFE, 8);
    for (const [k, { cells }] of states.entries()) {
      const live = [...cells.keys()].filter((at) => cells[at] === 1);
      const [xs, ys] = [live.map((at) => at % 40), live.map((at) => Math.floor(at / 40))];
      const [left, top] = [Math.min(...xs), Math.min(...ys)];
      const [width, height] = [Math.max(...xs) - left + 1, Math.max(...ys) - top + 1];
      const grid = createGrid(
        width,
        height,
        Uint8Array.from(
          { length: width * height },
          (_, at) => cells[(top + Math.floor(at / width)) * 40 + left + (at % width)]!,
        ),
      );
      const rle = formatRle({ name: null, comments: [], rule: HIGHLIFE, grid, warnings: [] });
      writeFileSync(join(folder, `frames/${k}.rle`), `#CXRLE Pos=${left - 20},${top - 20}\n${rle}`);
    }
    expect(await readReport('infer-rule frames')).toMatchObject({
      rule: HIGHLIFE,
      pairs: 7,
      borders: 'the unbounded plane',
      remark: null,
    });
  });
});

describe.skipIf(BGOLLY === undefined)('frames of bgolly (skipped where it is missing)', () => {
  /** Frames 0..last of a soup, as `bgolly -o` writes them: cut to their live cells, without a position. */
  function writeFrames(rule: string, last: number, every = 1): void {
    mkdirSync(join(folder, 'frames'));
    const grid = soup(14, 10, 17, 0.5);
    const given = join(folder, 'given.rle');
    const text = formatRle({ name: null, comments: [], rule, grid, warnings: [] });
    writeFileSync(given, `#CXRLE Pos=-7,-5\n${text}`);
    for (let k = 0; k <= last; k += every) {
      const out = join(folder, `frames/frame-${k}.rle`);
      const options = [
        '-q',
        '-q',
        '-a',
        'QuickLife',
        '-m',
        String(k),
        '-r',
        rule,
        '-o',
        out,
        given,
      ];
      execFileSync(BGOLLY!, options, { stdio: 'ignore' });
    }
  }

  it.each([HIGHLIFE, `${HIGHLIFE}:T24,20`, 'B3/S23', 'B368/S245'])(
    'show their rule, %s',
    async (text) => {
      writeFrames(text, 12);
      const report = await readReport('infer-rule frames --forecast 3');
      const rule = toLifeRule(parseRule(text).rule)!;
      (report['bits'] as (0 | 1 | null)[]).forEach((bit, c) => {
        const mask = c < 9 ? rule.birth : rule.survival;
        expect(bit ?? (mask >> (c % 9)) & 1).toBe((mask >> (c % 9)) & 1);
      });
      expect(report['rule']).toBe(text.split(':')[0]);
    },
  );

  it('go on as bgolly does, wherever on the torus the frames were laid', async () => {
    writeFrames(`${HIGHLIFE}:T24,20`, 12);
    await lifegpt('infer-rule frames --forecast 4 --out ours.rle');
    const ours = parseRle(readFileSync('ours.rle', 'utf8'), 'ours.rle').grid;
    const given = ['-q', '-q', '-m', '16', '-o', join(folder, 'theirs.rle'), 'given.rle'];
    execFileSync(BGOLLY!, given, { stdio: 'ignore', cwd: folder });
    const box = parseRle(readFileSync('theirs.rle', 'utf8'), 'theirs.rle').grid;
    const theirs = Array.from({ length: 20 * 24 }, (_, k) => {
      const [row, column] = [Math.floor(k / 24), k % 24];
      return row < box.height && column < box.width ? box.cells[row * box.width + column]! : 0;
    }).join('');
    const shifted = Array.from({ length: 20 * 24 }, (_, shift) =>
      Array.from({ length: 20 * 24 }, (_cell, k) => {
        const row = (Math.floor(k / 24) + Math.floor(shift / 24)) % 20;
        return ours.cells[row * 24 + ((k + shift) % 24)]!;
      }).join(''),
    );
    expect([ours.width, ours.height, countAlive(ours) > 0]).toEqual([24, 20, true]);
    expect(shifted).toContain(theirs);
  });

  it('say when every second one is missing', async () => {
    writeFrames(HIGHLIFE, 12, 2);
    const { code, stderr } = await lifegpt('infer-rule frames');
    expect(code).toBe(2);
    expect(stderr).toContain('B36/S23 does in two (on the unbounded plane)');
  });
});
