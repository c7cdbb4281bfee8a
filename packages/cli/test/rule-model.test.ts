/** What the commands make of a model that infers rules. Needs the build. */

import {
  createGrid,
  formatCells,
  HEADER_VOCABULARY,
  openStream,
  parseRule,
  RULE_VOCABULARY,
  stepReference,
  type Grid,
} from '@lifegpt/core';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from '../src/program.js';
import type { Outcome } from './lifegpt.js';
import { TINY_RECIPE } from './tiny-recipe.js';

/** Too few steps to learn anything: what the commands do with it is the same. */
const RECIPE = {
  ...TINY_RECIPE,
  name: 'inverse',
  vocabulary: 'infer-rule',
  model: {
    ...TINY_RECIPE.model,
    n_layer: 2,
    vocab_size: RULE_VOCABULARY.length,
    n_positions: 18,
    task: 'infer-rule',
    trained_for: { rule: 'B3/S23', rules: 'all', topology: 'torus', sides: [3, 4] },
  },
  steps: 40,
  rules: { count: 1000, held_out: 1000, grows: [0, 0] },
  guided_attention: { weight: 4, scale: 1 },
};

/** The same of one that computes them. */
const FORWARD = {
  ...RECIPE,
  name: 'forward',
  vocabulary: 'header',
  model: {
    ...RECIPE.model,
    vocab_size: HEADER_VOCABULARY.length,
    task: undefined,
    header: true,
    header_layers: 'all',
  },
  guided_answer: { weight: 4, scale: 1 },
};

describe('a model that infers rules', { timeout: 600_000 }, () => {
  let folder: string;
  let trained: Record<string, unknown>;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'lifegpt-inverse-'));
    writeFileSync(join(folder, 'inverse.json'), JSON.stringify(RECIPE));
    process.chdir(folder);
    const { code, stdout, stderr } = await lifegpt('train inverse.json --out inverse --json');
    if (code !== 0) throw new Error(stderr);
    trained = JSON.parse(stdout) as typeof trained;
    writeFileSync(join(folder, 'states.csv'), `State 1,State 2,State 3,Rule\n${row('B36/S23', 1)}`);
  }, 600_000);
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

  /** Three states of 4x3 cells as a row of a data file. */
  function row(rule: string, seed: number, bounds = 'T4,3'): string {
    const random = openStream(seed, 'soup');
    let grid: Grid = createGrid(
      4,
      3,
      Uint8Array.from({ length: 12 }, () => random.nextInt(2)),
    );
    const states = [grid];
    for (let k = 0; k < 2; k++) states.push((grid = stepReference(grid, parseRule(rule).rule)));
    return `${states.map(formatCells).join(',')},"${rule}:${bounds}"\n`;
  }

  it('is counted by bits and pairs at the end of its training, on rules that were held out', () => {
    const { pairs, exactPairs, determinedBits, rightBits, openBits, markedBits } =
      trained as Record<string, number>;
    expect(pairs).toBe(800);
    expect(determinedBits! + openBits!).toBe(800 * 18);
    expect(rightBits!).toBeLessThanOrEqual(determinedBits!);
    expect(markedBits!).toBeLessThanOrEqual(openBits!);
    expect(exactPairs!).toBeLessThan(400);
    const written = readFileSync(join(folder, 'inverse/training.json'), 'utf8');
    const { evaluation } = JSON.parse(written) as { evaluation: Record<string, unknown> };
    expect(evaluation).toMatchObject({ heldOutRules: 1000, pairs, rightBits, density: [0.2, 0.8] });
  });

  it('reads each pair of an observation beside counting, and says where they differ', async () => {
    const report = await readJson('infer-rule states.csv --rule-model inverse');
    const { model, bits, confidence, differs, contradicted, pairs } = report['ruleModel'];
    expect({ model, pairs }).toEqual({ model: 'inverse', pairs: 2 });
    const names = (report['bits'] as (0 | 1 | null)[]).flatMap((bit, c) =>
      bit === bits[c] ? [] : [`${c < 9 ? 'B' : 'S'}${c % 9}`],
    );
    expect(names.length).toBeGreaterThan(0); // it has learned next to nothing
    expect(differs).toEqual(names);
    expect(contradicted.every((name: string) => /^[BS][0-8]$/.test(name))).toBe(true);
    expect(confidence).toHaveLength(18);
    for (const p of confidence) expect(p > 0 && p <= 1).toBe(true);
    const without = await readJson('infer-rule states.csv');
    expect(without).toEqual({ ...report, ruleModel: null });
    const { code, stdout } = await lifegpt('infer-rule states.csv --rule-model inverse');
    expect(code).toBe(0);
    expect(stdout).toContain(`inverse reads ${names.join(' ')} differently`);
  });

  it('is held against counting on rules that its recipe held out', async () => {
    const given = 'eval-rules --model inverse --rules 16 --pairs 2 --size 3x4 --seed 3';
    const { readers, ...scores } = await readJson(given);
    expect(scores).toMatchObject({ rules: 16, pairs: 32, heldOut: true, height: 3, width: 4 });
    expect(scores['determinedBits'] + scores['openBits']).toBe(288);
    const [counting, model] = readers;
    expect(counting).toMatchObject({
      reader: 'counting',
      exactRules: 16,
      wrongBits: 0,
      claimedBits: 0,
    });
    expect(counting.functionalRules).toBeLessThan(16); // two small pairs do not show a whole rule
    expect(model.reader).toBe('inverse');
    expect(model.exactRules).toBeLessThan(8);
    expect(model.wrongBits).toBeGreaterThan(0);
    const again = (await readJson(given)).readers;
    const timeless = (all: any[]) => all.map((reader) => ({ ...reader, seconds: 0 }));
    expect(timeless(again)).toEqual(timeless(readers));
    const text = (await lifegpt(given)).stdout;
    expect(text).toContain('16 rules that its recipe held out, 32 pairs of 3x4');
  });

  it.each([
    ['bits', 'pairs', 18, RECIPE],
    ['cells', 'boards', 16, FORWARD],
  ])('is compared with others by its wrong %s', async (parts, wholes, size, recipe) => {
    const question = 'Do ten rules do?';
    const arms = [{ name: 'ten', change: { rules: { ...recipe.rules, count: 10 } } }];
    const ablation = { name: 'ten', question, seeds: [1], recipe: { ...recipe, steps: 4 }, arms };
    writeFileSync(join(folder, `${parts}.json`), JSON.stringify(ablation));
    const told = await lifegpt(`ablate ${parts}.json --out ablated/${parts}`);
    expect(told.stdout).toMatch(
      new RegExp(`^Do ten rules do\\?\nten +wrong ${parts} \\d.*, wrong ${wholes} \\d`),
    );
    const { stdout } = await lifegpt(`ablate ${parts}.json --out ablated/${parts} --json`);
    const [{ densities }] = JSON.parse(stdout).results;
    expect(densities).toHaveLength(10);
    for (const { boards, cells, wrongCells, wrongBoards } of densities) {
      expect([boards, cells]).toEqual([200, 200 * size]);
      expect(wrongCells).toBeGreaterThanOrEqual(wrongBoards);
    }
  });

  const refusals: [string, RegExp][] = [
    ['predict glider --model inverse', /inverse reads rules off pairs/],
    ['eval states.csv --model inverse', /inverse reads rules off pairs/],
    ['certify --model inverse --size 3', /inverse reads rules off pairs/],
    ['serve --model inverse --port 0', /inverse reads rules off pairs/],
    ['model export inverse --size 4x4 --out hf', /inverse reads rules off pairs/],
    ['model attention glider --cell 0,0 --model inverse', /inverse reads rules off pairs/],
    ['infer-rule states.csv --forecast 2 --model inverse', /inverse reads rules off pairs/],
    ['infer-rule states.csv --rule-model torus32', /torus32 writes next states/],
    ['eval-rules --model torus32', /torus32 writes next states/],
    ['eval-rules --model inverse --size 5x4', /for sides 3 to 4/],
    ['eval-rules --model inverse --density 0.5..0.2', /--density needs a value or one range/],
  ];
  it.each(refusals)('refuses: %s', async (line, message) => {
    const { code, stdout, stderr } = await lifegpt(line);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });

  it('refuses boards that are no tori', async () => {
    const plane = createGrid(4, 3, new Uint8Array(12).fill(1));
    const states = [plane, stepReference(plane, parseRule('B3/S23').rule, { kind: 'plane' })];
    const line = states.map(formatCells).join(',');
    writeFileSync(join(folder, 'plane.csv'), `State 1,State 2,Rule\n${line},"B3/S23:P4,3"\n`);
    const { code, stdout, stderr } = await lifegpt('infer-rule plane.csv --rule-model inverse');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/for tori, not for :P4,3/);
  });
});
