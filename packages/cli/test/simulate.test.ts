/** `lifegpt simulate`: what a user and a script see. Needs the build. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { runLifegpt, type Outcome } from './lifegpt.js';

const MAIN = resolve(import.meta.dirname, '../bin/lifegpt.js');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'simulate-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const lifegpt = (given: string[], input = ''): Outcome => runLifegpt(folder, given, input);

describe('lifegpt simulate', () => {
  it('prints the board, and nothing on stderr', () => {
    const { code, stdout, stderr } = lifegpt('simulate blinker -n 1 --rule B3/S23:T5'.split(' '));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.slice(stdout.indexOf('┌'))).toBe('┌─────┐\n│  ▄  │\n│  █  │\n│     │\n└─────┘\n');
    expect(stdout.replaceAll('\n', ' ')).toMatch(/^blinker, B3\/S23:T5,5, generation 1, 3 alive /);
  });

  it('carries a glider once around its torus in 4 generations a cell', () => {
    const before = lifegpt('simulate glider -n 0 --rule B3/S23:T8,8 --json'.split(' '));
    const after = lifegpt('simulate glider -n 32 --rule B3/S23:T8,8 --json'.split(' '));
    const between = lifegpt('simulate glider -n 4 --rule B3/S23:T8,8 --json'.split(' '));
    const start = JSON.parse(before.stdout) as { state: string };
    expect(JSON.parse(after.stdout)).toEqual({
      rule: 'B3/S23:T8,8',
      width: 8,
      height: 8,
      generation: 32,
      population: 5,
      state: start.state,
    });
    // one cell to the right and one down, around the corner
    const moved = Array.from({ length: 64 }, (_, k) => {
      const [row, column] = [Math.floor(k / 8), k % 8];
      return start.state[((row + 7) % 8) * 8 + ((column + 7) % 8)];
    });
    expect((JSON.parse(between.stdout) as { state: string }).state).toBe(moved.join(''));
  });

  it('reads a pattern from stdin', () => {
    const { code, stdout } = lifegpt(
      ['simulate', '-', '-n', '1', '--json'],
      'x = 3, y = 1, rule = B3/S23:T5,5\n3o!\n',
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      width: 5,
      population: 3,
      state: '0000000100001000010000000',
    });
  });

  it('says how a run repeats itself', () => {
    const repeat = (line: string): { repetition: object; generation: number } =>
      JSON.parse(lifegpt(`simulate ${line} --until-repeats --json`.split(' ')).stdout) as never;
    expect(repeat('glider --rule B3/S23:T12,10').repetition).toEqual({
      kind: 'spaceship',
      period: 4,
      displacement: [1, 1],
      since: 0,
    });
    expect(repeat('xp15_4r4z4r4').repetition).toMatchObject({ kind: 'oscillator', period: 15 });
    expect(repeat('xs4_33').repetition).toMatchObject({ kind: 'still life', period: 1 });
    const lived = repeat('r-pentomino --rule B3/S23:T24,20');
    expect(lived).toMatchObject({ generation: 184, repetition: { period: 2, since: 184 } });
    const text = lifegpt('simulate glider --rule B3/S23:T12 --until-repeats'.split(' ')).stdout;
    expect(text).toContain('a spaceship from generation 0: 1 right and 1 down in 4 generations');
    const never = lifegpt('simulate acorn --rule B3/S23:T99 -n 50 --until-repeats'.split(' '));
    expect([never.code, never.stderr]).toEqual([
      1,
      'nothing repeats itself within 50 generations; give more by -n\n',
    ]);
  });

  it('hands a pattern on by stdout, with its generation', () => {
    const { stdout, stderr } = lifegpt('simulate glider -n 3 --out -'.split(' '));
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^#CXRLE Pos=-16,-16 Gen=3\n#N glider\n.*\nx = 32, y = 32, rule = /);
    const on = lifegpt('simulate - -n 5 --json'.split(' '), stdout);
    const direct = JSON.parse(lifegpt('simulate glider -n 8 --json'.split(' ')).stdout) as object;
    expect(JSON.parse(on.stdout)).toEqual(direct);
    const cells = lifegpt(
      'simulate xs4_33 -n 0 --rule B3/S23:T2 --out - --format cells'.split(' '),
    );
    expect(cells.stdout).toMatch(/OO\nOO\n$/);
    expect(lifegpt('simulate glider -n 1 --format cells'.split(' ')).stderr).toContain('--out -');
    expect(lifegpt('simulate glider -n 1 --out - --format png'.split(' ')).stderr).toContain(
      'rle, cells, life, lif',
    );
  });

  it('writes an animation of all generations', () => {
    const wrote = lifegpt('simulate blinker -n 3 --rule B3/S23:T8 --gif run.gif'.split(' '));
    expect(wrote.stderr).toBe('wrote run.gif\n');
    const read = lifegpt('infer-rule run.gif --json'.split(' '));
    expect(JSON.parse(read.stdout)).toMatchObject({ pairs: 3, consistent: true });
  });

  it('does not draw a huge board cell by cell', () => {
    writeFileSync(join(folder, 'huge.rle'), 'x = 6193, y = 5089, rule = B3/S23:T6193,5089\n3o!');
    const { code, stdout } = lifegpt('simulate huge.rle -n 0'.split(' '));
    expect(code).toBe(0);
    // an overview, a few thousand characters for 31 million cells
    expect(stdout.length).toBeLessThan(10_000);
    expect(stdout).toContain('6193x5089');
  });

  it.each(['.rle', '.cells'])('writes %s files that it reads again', (extension) => {
    const file = `next${extension}`;
    const wrote = lifegpt(['simulate', 'r-pentomino', '-n', '9', '--out', file]);
    expect(wrote.stderr).toBe(`wrote ${file}\n`);
    const again = lifegpt(['simulate', file, '-n', '0', '--json']);
    const direct = lifegpt(['simulate', 'r-pentomino', '-n', '9', '--json']);
    const { state } = JSON.parse(direct.stdout) as { state: string };
    expect(JSON.parse(again.stdout)).toMatchObject({ state });
  });

  it('writes Life 1.06, which keeps the cells but no board', () => {
    lifegpt('simulate blinker -n 1 --rule B3/S23:T5 --out a.life'.split(' '));
    expect(readFileSync(join(folder, 'a.life'), 'utf8')).toBe('#Life 1.06\n2 1\n2 2\n2 3\n');
  });

  it('ends bad input with 2, says where it is, and writes nothing', () => {
    writeFileSync(join(folder, 'bad.rle'), 'x = 3, y = 3\nbob$2bq$3o!\n');
    const { code, stdout, stderr } = lifegpt(['simulate', 'bad.rle', '-n', '1', '--out', 'a.rle']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^error: bad\.rle:2: .*'q'/);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(readdirSync(folder)).toEqual(['bad.rle']);
  });

  it('ends a large animation at Ctrl-C, and leaves nothing of it', async () => {
    const words = 'simulate random -n 2000 --rule B3/S23:T300,300 --gif run.gif'.split(' ');
    const child = spawn(process.execPath, [MAIN, ...words], { cwd: folder });
    let stderr = '';
    child.stderr.on('data', (piece) => (stderr += String(piece)));
    const ended = once(child, 'exit');
    await sleep(1500); // it has begun, and has a dozen seconds to go
    child.kill('SIGINT');
    const before = performance.now();
    expect((await ended)[0]).toBe(130);
    expect(performance.now() - before).toBeLessThan(4000); // encoding it takes longer
    expect(stderr).toBe('interrupted; run.gif was not written\n');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('refuses an output it cannot write before it computes', () => {
    const png = lifegpt('simulate glider -n 1 --out a.png'.split(' '));
    expect(png.code).toBe(2);
    expect(png.stderr).toMatch(/\.rle \.cells \.life/);
    expect(lifegpt('simulate glider -n 1 --out gone/a.rle'.split(' ')).code).toBe(1);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('keeps the old file when the new pattern cannot be read', () => {
    writeFileSync(join(folder, 'old.rle'), 'x = 1, y = 1\no!');
    expect(lifegpt('simulate nothing -n 1 --out old.rle'.split(' ')).code).toBe(2);
    expect(readFileSync(join(folder, 'old.rle'), 'utf8')).toBe('x = 1, y = 1\no!');
    expect(existsSync(join(folder, `.old.rle.tmp`))).toBe(false);
  });

  it('takes it calmly when nobody reads its output to the end', async () => {
    const given = 'simulate block -n 0 --rule B3/S23:T2000 --json'.split(' ');
    const child = spawn(process.execPath, [MAIN, ...given], { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.destroy();
    const stderr = child.stderr.setEncoding('utf8').toArray();
    expect(await once(child, 'close')).toEqual([0, null]);
    expect(await stderr).toEqual([]);
  });

  it('ends with 130 on Ctrl-C in the middle of the work, and writes nothing', async () => {
    const given = 'simulate acorn -n 1000000000000 --out a.rle'.split(' ');
    let code: number | null = null;
    // a signal that comes before the program listens kills it: then wait longer and try again
    for (const milliseconds of [500, 2000, 8000]) {
      const child = spawn(process.execPath, [MAIN, ...given], { cwd: folder, stdio: 'ignore' });
      onTestFinished(() => void child.kill('SIGKILL'));
      const closed = once(child, 'close');
      await sleep(milliseconds);
      child.kill('SIGINT');
      [code] = (await closed) as [number | null];
      if (code !== null) break;
    }
    expect(code).toBe(130);
    expect(readdirSync(folder)).toEqual([]);
  });
});
