import { encodePrompts, layoutPrompt, openStream } from '@lifegpt/core';
import { describe, expect, it } from 'vitest';
import type { GptConfig } from '../src/network/config.js';
import { createSampler } from '../src/decode/choose.js';
import type { DecodeRequest } from '../src/decode/decoder.js';
import { decodeGreedy } from '../src/decode/greedy.js';
import { decodeJacobi } from '../src/decode/jacobi.js';
import { decodeSpeculative } from '../src/decode/speculative.js';
import { gptReference } from '../src/network/gpt-reference.js';
import type { LanguageModel } from '../src/network/language-model.js';
import { positionIds } from '../src/network/positions.js';
import { runtimes } from './runtime.js';
import {
  headerConfig,
  randomHeaders,
  randomModel,
  randomTensors,
  tinyConfig,
} from './tiny-model.js';

/** Header and border positions: all that a graph can have of inputs. */
const MIXED = headerConfig();

const CONFIGS: readonly (readonly [string, GptConfig])[] = [
  ['learned positions', tinyConfig('learned')],
  ['rotary positions', tinyConfig('rope')],
  ['border positions', tinyConfig('border')],
  ['a header', MIXED],
  ['a header and three layers', headerConfig(3)],
  ['a header that all layers see', { ...headerConfig(), header_layers: 'all' }],
];

function drawRequest(model: LanguageModel, boards: number): DecodeRequest {
  const random = openStream(1, 'device prompts');
  const layout = layoutPrompt(model.tokenizer, 4, 3);
  const states = Uint8Array.from({ length: boards * 12 }, () => random.nextInt(2));
  return { layout, prompts: encodePrompts(layout, states, randomHeaders(boards, 3)) };
}

/** The same assertions on every device; WebGPU needs VK_ICD_FILENAMES, which `npm test` sets. */
describe.each(runtimes)('on $device', (runtime) => {
  it.each(CONFIGS)('gives the logits of the plain reference with %s', async (_name, config) => {
    const model = await randomModel(config, 5, runtime);
    const { layout, prompts } = drawRequest(model, 2);
    const positions = positionIds(config, layout);
    const columns = positions.length / layout.inputTokens;
    const split = layout.promptTokens - 2;
    const cut = (from: number, to: number): Int32Array => {
      const part = (b: number): Int32Array =>
        prompts.subarray(b * layout.promptTokens + from, b * layout.promptTokens + to);
      return Int32Array.from([...part(0), ...part(1)]);
    };
    const cache = await model.prefill(cut(0, split), 2, positions.subarray(0, split * columns));
    const places = positions.subarray(split * columns, layout.promptTokens * columns);
    const logits = await cache.answer(cut(split, layout.promptTokens), places);
    cache.release();
    const known = positions.subarray(0, layout.promptTokens * columns);
    for (const b of [0, 1]) {
      const text = prompts.subarray(b * layout.promptTokens, (b + 1) * layout.promptTokens);
      const expected = gptReference(config, randomTensors(config, 5), text, known).slice(-2).flat();
      const size = expected.length;
      const found = logits.subarray(b * size, (b + 1) * size);
      const error = expected.reduce((most, v, i) => Math.max(most, Math.abs(v - found[i]!)), 0);
      expect(error).toBeLessThan(1e-4);
    }
    await model.release();
  });

  it('writes the same tokens by every strategy, for a batch', { timeout: 120_000 }, async () => {
    // on a GPU that is simulated each of these takes 15 s, and its graph is held to the reference above
    const configs = runtime.device === 'cpu' ? CONFIGS.map(([, config]) => config) : [MIXED];
    for (const config of configs) {
      const model = await randomModel(config, 4, runtime);
      const request = drawRequest(model, 3);
      const greedy = await decodeGreedy(model, request);
      expect((await decodeJacobi(model, request)).tokens).toEqual(greedy.tokens);
      const draft = decodeSpeculative(greedy.tokens);
      expect(await draft(model, request)).toMatchObject({ tokens: greedy.tokens, acceptance: 1 });
      const choose = createSampler({ temperature: 1.5, topK: 3, seed: 2 });
      const sample = await decodeGreedy(model, { ...request, choose });
      expect((await decodeJacobi(model, { ...request, choose })).tokens).toEqual(sample.tokens);
      await model.release();
    }
  });
});

describe.skipIf(runtimes.length < 2)('devices', () => {
  it('agree token for token', { timeout: 120_000 }, async () => {
    const answers = [];
    for (const runtime of runtimes) {
      const model = await randomModel(tinyConfig('border'), 7, runtime);
      answers.push((await decodeJacobi(model, drawRequest(model, 4))).tokens);
      await model.release();
    }
    expect(answers[1]).toEqual(answers[0]);
  });
});
