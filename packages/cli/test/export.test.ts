import { AutoModelForCausalLM, AutoTokenizer, env } from '@huggingface/transformers';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

/** What transformers.js makes of some texts, a batch that is padded on the left, greedily; padding is left out. */
async function generate(
  name: string,
  texts: string[],
  most?: { max_new_tokens: number },
): Promise<string[]> {
  const tokenizer = await AutoTokenizer.from_pretrained(name);
  const model = await AutoModelForCausalLM.from_pretrained(name, { dtype: 'fp32' });
  const output = await model.generate({ ...tokenizer(texts, { padding: true }), ...most });
  const rows = (output as { tolist(): bigint[][] }).tolist();
  return rows.map((ids) =>
    tokenizer.decode(ids.map(Number), { skip_special_tokens: false }).replace(/^\$+/, ''),
  );
}

/** A recipe of a few steps: what the model writes hardly matters, that both write the same does. */
function writeRecipe(scheme: 'learned' | 'rope'): void {
  const model = {
    ...TINY_RECIPE.model,
    n_layer: 2,
    position_scheme: scheme,
  };
  const recipe = { ...TINY_RECIPE, name: scheme, model, steps: 120, learning_rate: 1e-2 };
  writeFileSync(join(folder, `${scheme}.json`), JSON.stringify(recipe));
}

interface Report {
  readonly states: readonly string[];
}

describe('lifegpt model export', () => {
  it.each(['learned', 'rope'] as const)('writes a model with %s positions', async (scheme) => {
    writeRecipe(scheme);
    lifegpt(`train ${scheme}.json --out run-${scheme}`);
    const { code, stdout } = lifegpt(`model export run-${scheme} --out hf-${scheme}`);
    expect(code).toBe(0);
    const files = readdirSync(join(folder, `hf-${scheme}`)).sort();
    expect(files.filter((file) => file !== 'model.safetensors')).toEqual([
      'README.md',
      'config.json',
      'generation_config.json',
      'onnx',
      'tokenizer.json',
      'tokenizer_config.json',
    ]);
    expect(files.includes('model.safetensors')).toBe(scheme === 'learned');
    expect(stdout.includes('Python’s GPT-2 has learned positions')).toBe(scheme === 'rope');
    const line = `predict blinker --rule B3/S23:T4,4 --model run-${scheme} --decode greedy --json`;
    const { states } = JSON.parse(lifegpt(line).stdout) as Report;
    const prompt = `@PredictNextState<${states[0]}> [`;
    const whole = `${prompt}${states[1]}]$`;
    expect(await generate(`hf-${scheme}`, [prompt])).toEqual([whole]);
    const starts = [prompt, whole.slice(0, -9)];
    const ends = starts.map(({ length }) => whole.slice(0, length + 9));
    expect(await generate(`hf-${scheme}`, starts, { max_new_tokens: 9 })).toEqual(ends);
  });

  it('writes a model by location with the network that Python loads from the folder', () => {
    const { code } = lifegpt('model export life --out hf-life');
    expect(code).toBe(0);
    const files = readdirSync(join(folder, 'hf-life')).sort();
    expect(files).toEqual([
      'README.md',
      'config.json',
      'configuration_lifegpt.py',
      'generation_config.json',
      'model.safetensors',
      'modeling_lifegpt.py',
      'tokenizer.json',
      'tokenizer_config.json',
    ]);
    const config = JSON.parse(readFileSync(join(folder, 'hf-life/config.json'), 'utf8'));
    for (const name of Object.values<string>(config.auto_map)) {
      const [module, own] = name.split('.');
      expect(readFileSync(join(folder, `hf-life/${module}.py`), 'utf8')).toContain(`class ${own}(`);
    }
  });
});
