import { mkdtempSync, readdirSync, rmSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFileSync } from 'node:fs';
import { checkAblation } from '../src/ablation/ablation.js';
import { runLifegpt, type Outcome } from './lifegpt.js';
import { TINY_RECIPE } from './tiny-recipe.js';

const RECIPE = { ...TINY_RECIPE, steps: 20 };
const ABLATION = {
  name: 'tiny',
  question: 'Is a width of 32 better than one of 16?',
  seeds: [1, 2],
  recipe: RECIPE,
  arms: [
    { name: 'narrow', change: {} },
    { name: 'wide', change: { model: { n_embd: 32 }, learning_rate: 1e-2 } },
  ],
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ablate-'));
  writeFileSync(join(folder, 'tiny.json'), JSON.stringify(ABLATION));
});
afterAll(() => rmSync(folder, { recursive: true }));
const lifegpt = (line: string): Outcome => runLifegpt(folder, line.split(' '));

describe('lifegpt ablate', () => {
  it('trains its shard, then the rest, and keeps what is finished', { timeout: 120_000 }, () => {
    const part = lifegpt('ablate tiny.json --shard 0/2 --json');
    expect(part.code).toBe(0);
    expect(JSON.parse(part.stdout)).toMatchObject({ runs: 4, finished: 2 });
    const runs = readdirSync(join(folder, 'runs/tiny')).filter((name) => /-\d$/.test(name));
    expect(runs.sort()).toEqual(['narrow-1', 'narrow-2']);
    const before = statSync(join(folder, 'runs/tiny/narrow-1/state.safetensors')).mtimeMs;

    const whole = lifegpt('ablate tiny.json --json');
    const { arms, results, finished } = JSON.parse(whole.stdout);
    expect(finished).toBe(4);
    expect(statSync(join(folder, 'runs/tiny/narrow-1/state.safetensors')).mtimeMs).toBe(before);
    expect(arms.map(({ arm, seeds }: any) => [arm, seeds])).toEqual([
      ['narrow', 2],
      ['wide', 2],
    ]);
    for (const { wrongShare, byDensity } of arms) {
      expect(wrongShare.least).toBeLessThanOrEqual(wrongShare.mean);
      expect(wrongShare.mean).toBeGreaterThan(0); // twenty steps teach nothing
      const mean = byDensity.reduce((sum: number, share: number) => sum + share, 0) / 10;
      expect(wrongShare.mean).toBeCloseTo(mean, 10);
    }
    const shares = results.map(({ densities }: any) => JSON.stringify(densities));
    expect(new Set(shares).size).toBeGreaterThan(1);
    const width = (run: string): number =>
      JSON.parse(readFileSync(join(folder, 'runs/tiny', run, 'config.json'), 'utf8')).n_embd;
    expect([width('narrow-2'), width('wide-2')]).toEqual([16, 32]);

    unlinkSync(join(folder, 'runs/tiny/pieces/wide-2.json'));
    const again = lifegpt('ablate tiny.json --json');
    expect(JSON.parse(again.stdout).results).toEqual(results);
    expect(lifegpt('merge runs/tiny --json').stdout).toBe(again.stdout);
  });

  it('refuses a file that is no ablation, and arms whose recipes are wrong', () => {
    writeFileSync(join(folder, 'no-arms.json'), JSON.stringify({ ...ABLATION, arms: [] }));
    const { code, stderr } = lifegpt('ablate no-arms.json');
    expect(code).toBe(2);
    expect(stderr).toMatch(/no-arms.json: "arms" is missing or wrong; expected a list/);
    expect(() => checkAblation({ ...ABLATION, recipe: undefined }, 'x.json')).toThrow(
      'x.json: "recipe" is missing or wrong; expected the recipe that arms change',
    );
    const arms = [{ name: 'bad', change: { steps: 0 } }];
    writeFileSync(join(folder, 'bad.json'), JSON.stringify({ ...ABLATION, arms }));
    expect(lifegpt('ablate bad.json').stderr).toMatch(/arm bad-1: "steps" is 0/);
    expect(lifegpt('ablate nothing').stderr).toMatch(
      /'nothing' is neither an ablation \(.*entropy-fcm.*\) nor a file/,
    );
  });
});

describe('the ablations of the project', () => {
  const tools = resolve(import.meta.dirname, '../../../tools/ablations');
  it.each(readdirSync(tools))('%s is sound', (file) => {
    const ablation = checkAblation(JSON.parse(readFileSync(join(tools, file), 'utf8')), file);
    expect(`${ablation.name}.json`).toBe(file);
  });
});
