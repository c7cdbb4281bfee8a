/**
 * The whole product in one sitting, on the smallest boards that are worth it: a transformer is trained from random weights, and then
 * asked, held against the truth, looked into, served and handed over. Each step takes what the one before it left in the folder.
 */

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runLifegpt } from './lifegpt.js';
import { startService } from './service.js';

const RECIPES = resolve(import.meta.dirname, '../../../tools/recipes');

/** `torus8` on boards of 5x5, where fewer of its steps are enough. */
function writeTinyRecipe(path: string): void {
  const torus8 = JSON.parse(readFileSync(join(RECIPES, 'torus8.json'), 'utf8'));
  const sizes = [{ weight: 1, height: [5, 5], width: [5, 5] }];
  const tiny = {
    ...torus8,
    name: 'tiny',
    model: { ...torus8.model, trained_for: { ...torus8.model.trained_for, sides: [5, 5] } },
    steps: 1200,
    learning_rate: 0.004,
    warmup_steps: 120,
    checkpoint_every: 600,
    stages: [{ until: 1, sizes }],
    location: { ...torus8.location, queries: 25 },
  };
  writeFileSync(path, JSON.stringify(tiny));
}

describe('from random numbers to a model that is handed over', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tiny-'));
    writeTinyRecipe(join(folder, 'tiny.json'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Runs a command that has to end with exit code 0, and reads the object that it prints. */
  function lifegpt(line: string): Record<string, any> {
    const { code, stdout, stderr } = runLifegpt(folder, `${line} --json`.split(' '));
    if (code !== 0) throw new Error(`lifegpt ${line} ended with ${code}: ${stderr}`);
    return JSON.parse(stdout) as Record<string, any>;
  }
  const readText = (name: string): string => readFileSync(join(folder, name), 'utf8');

  it('trains a transformer that is right on 2,000 boards it never saw', () => {
    expect(lifegpt('train tiny.json --out tiny')).toMatchObject({
      steps: 1200,
      boards: 2000,
      wrongCells: 0,
    });
    const losses = readText('tiny/metrics.jsonl')
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { loss: number }).loss);
    expect(losses[0]).toBeGreaterThan(0.4); // it began by guessing
    expect(losses.at(-1)).toBeLessThan(0.01);
  });

  it('writes the next states of a glider as the engine computes them', () => {
    const torus = '--rule B3/S23:T5,5';
    const written = lifegpt(`predict glider ${torus} -n 20 --model tiny --require-exact`);
    const computed = lifegpt(`simulate glider ${torus} -n 20`);
    expect(written['states']).toHaveLength(21);
    expect(written['states'].at(-1)).toBe(computed['state']);
    expect(computed['state']).toBe(written['states'][0]); // once around
  });

  it('writes the same text token by token', () => {
    const line = 'predict r-pentomino --rule B3/S23:T5,5 -n 3 --model tiny --decode';
    const [near, greedy] = ['near', 'greedy'].map((way) => lifegpt(`${line} ${way}`)['states']);
    expect(near).toEqual(greedy);
  });

  it('is evaluated on a data set of its own size', () => {
    lifegpt('dataset generate --out boards --rows 300 --size 5 --format csv');
    expect(lifegpt('eval boards --model tiny --require-exact')).toMatchObject({
      boards: 300,
      wrongCells: 0,
    });
  });

  it('leaves an animation behind, from which its rule is read', () => {
    const line = 'predict random --density 0.4 --seed 3 --rule B3/S23:T5,5 -n 12 --model tiny';
    lifegpt(`${line} --gif run.gif`);
    const { bits } = lifegpt('infer-rule run.gif --bounds T5,5');
    const life = [...'000100000', ...'001100000'].map(Number);
    for (const [c, bit] of bits.entries()) expect([null, life[c]]).toContain(bit);
    expect(bits.filter((bit: number | null) => bit !== null).length).toBeGreaterThan(6);
  });

  it('is looked into: what its numbers add up to, and what it writes when its heads are off', () => {
    const line = 'inspect glider --rule B3/S23:T5,5 --model tiny';
    const { leads, parts } = lifegpt(`${line} --cell 2,2 --attribute`);
    const lead = parts[0].reduce((sum: number, part: { value: number }) => sum + part.value, 0);
    expect(lead).toBeCloseTo(leads[0], 2);
    const { n_head: heads } = JSON.parse(readText('tiny/config.json'));
    const all = Array.from({ length: heads }, (_, head) => `1.${head}`).join(' ');
    expect(lifegpt(`${line} --off ${all}`)['change'].changedCells).not.toEqual([]);
  });

  it('answers over HTTP what it writes here', async () => {
    const { states } = lifegpt('predict glider --rule B3/S23:T5,5 --model tiny');
    const service = await startService(['--model', join(folder, 'tiny')]);
    try {
      const prompt = `@PredictNextState{B3/S23:T5,5}<${states[0]}> [`;
      const answer = await service.post('/v1/completions', { model: 'tiny', prompt });
      const { choices } = (await answer.json()) as { choices: { text: string }[] };
      expect(choices[0]!.text.slice(0, 25)).toBe(states[1]);
    } finally {
      await service.stop();
    }
  });

  it('has no proof, and says why; certify.test.ts proves the model that ships', () => {
    const { code, stderr } = runLifegpt(folder, 'certify --model tiny'.split(' '));
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: there is no proof for model tiny: /);
  });

  it('is exported with the network that Python loads', () => {
    lifegpt('model export ./tiny --out exported');
    expect(readdirSync(join(folder, 'exported'))).toEqual(
      expect.arrayContaining(['config.json', 'model.safetensors', 'modeling_lifegpt.py']),
    );
    expect(readText('exported/README.md')).toMatch(/^# tiny$[^#]*trained on sides of 5\)/m);
    expect(readFileSync(join(folder, 'exported/model.safetensors'))).toEqual(
      readFileSync(join(folder, 'tiny/model.safetensors')),
    );
  });

  it('is refused where it was not trained for, and nothing is written then', () => {
    const line = 'predict glider --rule B3/S23:P5,5 --model tiny --gif none.gif';
    const { code, stdout, stderr } = runLifegpt(folder, line.split(' '));
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/trained for tori, not for :P5,5/);
    expect(readdirSync(folder)).not.toContain('none.gif');
  });
});
