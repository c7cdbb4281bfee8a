/** What the commands make of rules that a model reads off states. Needs the build and the shipped `life`. */

import {
  createGrid,
  formatCells,
  openStream,
  parseRule,
  stepReference,
  type Grid,
} from '@lifegpt/core';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from '../src/program.js';
import type { Outcome } from './lifegpt.js';

describe('rules that life reads', { timeout: 120_000 }, () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'lifegpt-rules-'));
    process.chdir(folder);
    write('states.csv', 'B36/S23', 'T4,3');
    write('projective.csv', 'B36/S23', 'C4,3');
    write('shifted.csv', 'B36/S23', 'T4+1,3');
  });
  afterAll(() => {
    process.chdir(tmpdir());
    rmSync(folder, { recursive: true });
  });
  async function lifegpt(line: string): Promise<Outcome> {
    const stdout = new PassThrough({ encoding: 'utf8', highWaterMark: 2 ** 20 });
    const stderr = new PassThrough({ encoding: 'utf8', highWaterMark: 2 ** 20 });
    const { signal } = new AbortController();
    const code = await runProgram(line.split(' '), { stdout, stderr, env: {}, signal });
    return { code, stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? '') };
  }
  async function readJson(line: string): Promise<Record<string, any>> {
    const { code, stdout, stderr } = await lifegpt(`${line} --json`);
    if (code !== 0) throw new Error(stderr);
    return JSON.parse(stdout) as Record<string, any>;
  }

  /** Three states of 4x3 cells as a data file of one row. */
  function write(file: string, rule: string, bounds: string): void {
    const random = openStream(1, 'soup');
    const cells = Uint8Array.from({ length: 12 }, () => random.nextInt(2));
    let grid: Grid = createGrid(4, 3, cells);
    const states = [grid];
    const { rule: read, bounds: board } = parseRule(`${rule}:${bounds}`);
    for (let k = 0; k < 2; k++) states.push((grid = stepReference(grid, read, board!.topology)));
    const row = `${states.map(formatCells).join(',')},"${rule}:${bounds}"`;
    writeFileSync(join(folder, file), `State 1,State 2,State 3,Rule\n${row}\n`);
  }

  it.each(['states.csv', 'projective.csv'])(
    'are those that counting finds in %s, a pair of states at a time',
    async (file) => {
      const report = await readJson(`infer-rule ${file} --rule-model`);
      const { model, pairs, bits, differs, contradicted } = report['ruleModel'];
      expect({ model, pairs, differs, contradicted }).toEqual({
        model: 'life',
        pairs: 2,
        differs: [],
        contradicted: [],
      });
      expect(bits).toEqual(report['bits']);
      expect(await readJson(`infer-rule ${file}`)).toEqual({ ...report, ruleModel: null });
      const { stdout } = await lifegpt(`infer-rule ${file} --rule-model life`);
      expect(stdout).toContain('life and counting agree');
    },
  );

  it('are held against counting, on sizes and topologies that are drawn', async () => {
    const given = 'eval-rules --rules 24 --size 3..8x3..8 --seed 3';
    const { readers, ...scores } = await readJson(given);
    expect(scores).toMatchObject({ model: 'life', form: 'counts', rules: 24, pairs: 24 });
    expect(scores['determinedBits'] + scores['openBits']).toBe(24 * 18);
    const [counting, model] = readers;
    const all = { exactRules: 24, wrongBits: 0, claimedBits: 0 };
    expect(counting).toMatchObject({ reader: 'counting', ...all });
    expect(counting.functionalRules).toBeLessThan(24); // a small pair does not show a whole rule
    expect(model).toMatchObject({ reader: 'life', ...all });
    const timeless = (list: any[]) => list.map((reader) => ({ ...reader, seconds: 0 }));
    expect(timeless((await readJson(given)).readers)).toEqual(timeless(readers));
    const other = await readJson(given.replace('--seed 3', '--seed 4'));
    expect(other['determinedBits']).not.toBe(scores['determinedBits']);
    expect((await lifegpt(given)).stdout).toContain('24 pairs of 3..8x3..8');
  });

  it('are asked for as tables too, several pairs in one prompt', async () => {
    const scores = await readJson('eval-rules --rules 8 --pairs 2 --size 8 --form table');
    expect(scores).toMatchObject({ form: 'table', kind: 'isotropic rules', rules: 8, pairs: 16 });
    expect(scores['determinedBits'] + scores['openBits']).toBe(8 * 512);
    expect(scores['determinedBits']).toBeGreaterThan(8 * 50);
    expect(scores['readers'][0]).toMatchObject({ exactRules: 8, wrongBits: 0 });
  });

  const refusals: [string, RegExp][] = [
    ['infer-rule states.csv --rule-model flat32', /flat32 writes next states/],
    ['infer-rule shifted.csv --rule-model', /not for :T4\+1,3/],
    ['eval-rules --model flat32', /flat32 writes next states/],
    ['eval-rules --size 0', /has a side of 0/],
    ['eval-rules --form letters', /unknown --form 'letters'; choose one of counts, table/],
    ['eval-rules --density 0.5..0.2', /--density needs a value or one range/],
  ];
  it.each(refusals)('are refused by: %s', async (line, message) => {
    const { code, stdout, stderr } = await lifegpt(line);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });
});
