import { encodePrompts, layoutPrompt, openStream } from '@lifegpt/core';
import { afterAll, describe, expect, it } from 'vitest';
import type { ModelConfig } from '../src/network/config.js';
import { createSampler } from '../src/decode/choose.js';
import type { DecodeRequest } from '../src/decode/decoder.js';
import { decodeGreedy } from '../src/decode/greedy.js';
import { decodeJacobi } from '../src/decode/jacobi.js';
import { decodeSpeculative } from '../src/decode/speculative.js';
import { gptReference } from '../src/network/gpt-reference.js';
import { isLocationConfig } from '../src/network/location-config.js';
import { locationReference } from '../src/network/location-reference.js';
import type { LanguageModel } from '../src/network/language-model.js';
import { positionIds } from '../src/network/positions.js';
import type { Runtime } from '../src/runtime.js';
import { runtimes } from './runtime.js';
import {
  lineConfig,
  locationConfig,
  randomHeaders,
  randomModel,
  randomTensors,
} from './tiny-model.js';

const CONFIGS: readonly (readonly [string, ModelConfig])[] = [
  ['learned positions', lineConfig('learned')],
  ['rotary positions', lineConfig('rope')],
  ['attention by location', locationConfig],
];

/** On a GPU that is simulated each graph takes seconds: `npm run test:slow` runs all of them, otherwise that which ships. */
const isSlowRun = process.env['LIFEGPT_SLOW_TESTS'] !== undefined;
const isRun = (runtime: Runtime, config: ModelConfig): boolean =>
  runtime.device === 'cpu' || config === locationConfig || isSlowRun;

/** Models with the same random weights everywhere, opened once: a GPU compiles each anew. */
const models = new Map<string, Promise<LanguageModel>>();
function openModel(config: ModelConfig, runtime: Runtime): Promise<LanguageModel> {
  const key = `${runtime.device} ${config.position_scheme}`;
  const model = models.get(key) ?? randomModel(config, 5, runtime);
  models.set(key, model);
  return model;
}
afterAll(async () => {
  for (const model of models.values()) await (await model).release();
});

function drawRequest(model: LanguageModel, boards: number): DecodeRequest {
  const random = openStream(1, 'device prompts');
  const layout = layoutPrompt(model.tokenizer, 4, 3);
  const states = Uint8Array.from({ length: boards * 12 }, () => random.nextInt(2));
  return { layout, prompts: encodePrompts(layout, states, randomHeaders(boards, 3)) };
}

/** The same assertions on every device; WebGPU needs VK_ICD_FILENAMES, which `npm test` sets. */
describe.each(runtimes)('on $device', (runtime) => {
  const configs = CONFIGS.filter(([, config]) => isRun(runtime, config));

  it.each(configs)('gives the logits of the plain reference with %s', async (_name, config) => {
    const model = await openModel(config, runtime);
    const { layout, prompts } = drawRequest(model, 2);
    const positions = positionIds(config, layout);
    const columns = positions.length / layout.inputTokens;
    const { promptTokens, inputTokens } = layout;
    const split = promptTokens - 1;
    const cut = (b: number, from: number, to: number): Int32Array =>
      prompts.subarray(b * promptTokens + from, b * promptTokens + to);
    const before = Int32Array.from([...cut(0, 0, split), ...cut(1, 0, split)]);
    const cache = await model.prefill(before, 2, positions.subarray(0, split * columns));
    // the answer so far is a board of its own
    const answers = [0, 1].map((b) => [
      ...cut(b, split, promptTokens),
      ...Array.from(
        { length: inputTokens - promptTokens },
        (_, i) => layout.cellTokens[((i + b) % 2) as 0 | 1],
      ),
    ]);
    const logits = await cache.answer(
      Int32Array.from(answers.flat()),
      positions.subarray(split * columns),
    );
    cache.release();
    const tensors = randomTensors(config, 5);
    for (const b of [0, 1]) {
      const text = [...cut(b, 0, split), ...answers[b]!];
      const all = isLocationConfig(config)
        ? locationReference(config, tensors, text, positions)
        : gptReference(config, tensors, text, positions).slice(split);
      const expected = all.flat();
      const size = expected.length;
      const found = logits.subarray(b * size, (b + 1) * size);
      const error = expected.reduce((most, v, i) => Math.max(most, Math.abs(v - found[i]!)), 0);
      expect(error).toBeLessThan(1e-3);
    }
  });

  const isDecoded = runtime.device === 'cpu' || isSlowRun;
  it.runIf(isDecoded).each(configs)(
    'writes the same tokens by every strategy, for a batch, with %s',
    { timeout: 120_000 },
    async (_name, config) => {
      const model = await openModel(config, runtime);
      const request = drawRequest(model, 3);
      const greedy = await decodeGreedy(model, request);
      expect((await decodeJacobi(model, request)).tokens).toEqual(greedy.tokens);
      const draft = decodeSpeculative(greedy.tokens);
      expect(await draft(model, request)).toMatchObject({ tokens: greedy.tokens, acceptance: 1 });
      const choose = createSampler({ temperature: 1.5, topK: 3, seed: 2 });
      const sample = await decodeGreedy(model, { ...request, choose });
      expect((await decodeJacobi(model, { ...request, choose })).tokens).toEqual(sample.tokens);
    },
  );
});

describe.skipIf(runtimes.length < 2)('devices', () => {
  it('agree token for token', { timeout: 120_000 }, async () => {
    const answers = [];
    for (const runtime of runtimes) {
      const model = await openModel(locationConfig, runtime);
      answers.push((await decodeJacobi(model, drawRequest(model, 4))).tokens);
    }
    expect(answers[1]).toEqual(answers[0]);
  });
});
