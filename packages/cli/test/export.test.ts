import { AutoModelForCausalLM, AutoTokenizer, env } from '@huggingface/transformers';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runLifegpt, type Outcome } from './lifegpt.js';
import { TINY_RECIPE } from './tiny-recipe.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'export-'));
  env.allowRemoteModels = false;
  env.localModelPath = folder;
});
afterAll(() => rmSync(folder, { recursive: true }));
const lifegpt = (line: string): Outcome => runLifegpt(folder, line.split(' '));

/** What transformers.js generates behind a prompt, greedily. */
async function generate(name: string, prompt: string): Promise<string> {
  const tokenizer = await AutoTokenizer.from_pretrained(name);
  const model = await AutoModelForCausalLM.from_pretrained(name, { dtype: 'fp32' });
  const inputs = tokenizer(prompt, { add_special_tokens: false });
  const output = await model.generate({ ...inputs, max_new_tokens: 100, do_sample: false });
  const [ids] = (output as { tolist(): bigint[][] }).tolist();
  return tokenizer.decode(ids!.map(Number), { skip_special_tokens: false });
}

/** A recipe of a few steps: what the model writes hardly matters, that both write the same does. */
function writeRecipe(scheme: 'learned' | 'rope'): void {
  const model = {
    ...TINY_RECIPE.model,
    n_layer: 2,
    position_scheme: scheme,
    n_positions: 40,
    trained_for: { ...TINY_RECIPE.model.trained_for, sides: [4, 4] },
  };
  const sizes = [{ weight: 1, height: [4, 4], width: [4, 4] }];
  const stages = [{ until: 1, cells_per_batch: 128, sizes }];
  const recipe = { ...TINY_RECIPE, name: scheme, model, steps: 120, learning_rate: 1e-2, stages };
  writeFileSync(join(folder, `${scheme}.json`), JSON.stringify(recipe));
}

interface Report {
  readonly states: readonly string[];
}

describe('lifegpt model export', () => {
  it('writes a border model for one size, and transformers.js writes the same tokens', async () => {
    expect(lifegpt('model export torus32 --size 7x9 --out torus7x9').code).toBe(0);
    const json = lifegpt('predict glider --rule B3/S23:T9,7 -n 1 --decode greedy --json').stdout;
    const { states } = JSON.parse(json) as Report;
    const prompt = `@PredictNextState<${states[0]}> [`;
    expect(await generate('torus7x9', prompt)).toBe(`${prompt}${states[1]}]$`);
    expect(readdirSync(join(folder, 'torus7x9')).sort()).toEqual([
      'config.json',
      'generation_config.json',
      'model.safetensors',
      'onnx',
      'tokenizer.json',
      'tokenizer_config.json',
    ]);
  });

  it.each(['learned', 'rope'] as const)('writes a model with %s positions', async (scheme) => {
    writeRecipe(scheme);
    lifegpt(`train ${scheme}.json --out run-${scheme}`);
    const { code, stdout } = lifegpt(`model export run-${scheme} --out hf-${scheme}`);
    expect(code).toBe(0);
    expect(stdout.includes('model.safetensors')).toBe(scheme === 'learned');
    const line = `predict blinker --rule B3/S23:T4,4 --model run-${scheme} --decode greedy --json`;
    const { states } = JSON.parse(lifegpt(line).stdout) as Report;
    const prompt = `@PredictNextState<${states[0]}> [`;
    expect(await generate(`hf-${scheme}`, prompt)).toBe(`${prompt}${states[1]}]$`);
  });

  it('asks for a size where the positions have more than one dimension, and keeps to the sides', () => {
    const without = lifegpt('model export torus32 --out nowhere');
    expect(without.code).toBe(2);
    expect(without.stderr).toMatch(/positions of one dimension; give --size, e.g. 32x32/);
    expect(lifegpt('model export torus32 --size 40 --out nowhere').stderr).toMatch(
      /trained for sides 3 to 32, not for 40x40/,
    );
    expect(lifegpt('model export torus32 --size 3..4 --out nowhere').stderr).toMatch(/one size/);
    expect(readdirSync(folder)).not.toContain('nowhere');
  });
});
