import { encodePrompts, layoutPrompt, openStream, TOPOLOGY_TOKENS } from '@lifegpt/core';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { createSampler } from '../src/decode/choose.js';
import type { DecodeRequest } from '../src/decode/decoder.js';
import { decodeGreedy } from '../src/decode/greedy.js';
import { decodeJacobi } from '../src/decode/jacobi.js';
import { decodeSpeculative } from '../src/decode/speculative.js';
import type { LanguageModel } from '../src/network/language-model.js';
import { loadModel, readModelFolder, writeModelFolder } from '../src/folder/model-folder.js';
import { train } from '../src/training/trainer.js';
import { referenceSource } from './example-source.js';
import { cpu } from './runtime.js';
import { lineConfig, locationConfig, randomHeaders, randomModel } from './tiny-model.js';
import { locationRecipe } from './tiny-recipe.js';
import { vocabularyOf } from '../src/training/recipe.js';

const BOARDS = 40;

function drawRequest(model: LanguageModel, seed: number): DecodeRequest {
  const random = openStream(seed, 'agreement');
  const [shortest, longest] = model.config.trained_for.sides;
  const draw = (): number => shortest + random.nextInt(Math.min(longest, 9) - shortest + 1);
  const token = TOPOLOGY_TOKENS[seed % (model.config.position_scheme === 'location' ? 6 : 1)]!;
  const height = draw();
  const width = token === 'S' ? height : draw();
  const layout = layoutPrompt(model.tokenizer, width, height);
  const p = random.nextFloat();
  const states = Uint8Array.from({ length: BOARDS * width * height }, () =>
    random.nextFloat() < p ? 1 : 0,
  );
  return { layout, prompts: encodePrompts(layout, states, randomHeaders(BOARDS, seed, token)) };
}

/** A model in the middle of its training: it knows the text, and is wrong about many cells. */
async function halfTrained(): Promise<LanguageModel> {
  let parameters = new Float32Array();
  const recipe = { ...locationRecipe, steps: 150, learning_rate: 1e-2 };
  const options = { runtime: cpu, recipe, source: referenceSource };
  for await (const event of train(options)) {
    if (event.kind === 'checkpoint') parameters = new Float32Array(event.state.parameters);
  }
  const files = await writeModelFolder(recipe.model, vocabularyOf(recipe), parameters);
  return loadModel(await readModelFolder('half', async (file) => files[file]), cpu);
}

async function trained(): Promise<LanguageModel> {
  const read = (file: string): Promise<Buffer> =>
    readFile(new URL(`../zoo/life/${file}`, import.meta.url));
  return loadModel(await readModelFolder('life', read), cpu);
}

const models: [string, () => Promise<LanguageModel>][] = [
  ['a trained model', trained],
  ['a half-trained model', halfTrained],
  ['random weights and indices', () => randomModel(lineConfig('learned', 2), 11)],
  ['random weights and rotary positions', () => randomModel(lineConfig('rope', 1), 12)],
  ['random weights and places', () => randomModel(locationConfig, 13)],
];

describe('all strategies write the same tokens', () => {
  it.each(models)('with %s', { timeout: 120_000 }, async (_name, open) => {
    const model = await open();
    let [prompts, smallest, most] = [0, Infinity, 0];
    for (let seed = 1; seed <= 10; seed++) {
      const request = drawRequest(model, seed);
      const greedy = await decodeGreedy(model, request);
      const jacobi = await decodeJacobi(model, request);
      expect(jacobi.tokens).toEqual(greedy.tokens);
      const draft = greedy.tokens.map((token, i) => (i % 7 === seed % 7 ? 0 : token));
      expect((await decodeSpeculative(draft)(model, request)).tokens).toEqual(greedy.tokens);
      const choose = createSampler({ temperature: 1, seed });
      const sample = await decodeGreedy(model, { ...request, choose });
      expect((await decodeJacobi(model, { ...request, choose })).tokens).toEqual(sample.tokens);
      prompts += BOARDS;
      smallest = Math.min(smallest, jacobi.minMargin);
      most = Math.max(most, jacobi.forwardPasses);
    }
    expect(prompts).toBe(400);
    expect(smallest).toBeGreaterThanOrEqual(0);
    expect(most).toBeGreaterThan(1);
    await model.release();
  });
});
