import {
  COORDINATES,
  createTokenizer,
  encodeExamples,
  formOfRule,
  layoutPrompt,
  openStream,
  TOPOLOGY_TOKENS,
  type PromptHeader,
  type TopologyToken,
} from '@lifegpt/core';
import { describe, expect, it } from 'vitest';
import { cpu } from '../../test/runtime.js';
import {
  locationConfig,
  randomHeaders,
  randomTables,
  vocabularyFor,
} from '../../test/tiny-model.js';
import type { NamedTensor } from '../folder/safetensors.js';
import { listParameters } from './config.js';
import type { LocationConfig } from './location-config.js';
import { createLocationModel } from './location-model.js';
import { createNearPass } from './near-pass.js';
import { readPrompt, layOnBoard } from './location-feeds.js';
import { drawInitialWeights } from './parameter.js';
import { positionIds } from './positions.js';

/** A model at the beginning of its training, whose windows are sharp: its heads look at few places. */
const sharp: LocationConfig = {
  ...locationConfig,
  n_head: 6,
  n_embd: 16,
  n_inner: 8,
  attention_sharpness: 12,
};
const tokenizer = createTokenizer(vocabularyFor(sharp));

function firstTensors(config: LocationConfig, seed: number): NamedTensor[] {
  return listParameters(config).map((spec) => ({
    name: spec.name,
    shape: spec.shape,
    data: drawInitialWeights(spec, seed),
  }));
}

function layOut(headers: readonly PromptHeader[], width: number, height: number, seed: number) {
  const layout = layoutPrompt(tokenizer, width, height, formOfRule(headers[0]!.rule));
  const random = openStream(seed, 'boards', width, height);
  const draw = () =>
    Uint8Array.from({ length: headers.length * width * height }, () => random.nextInt(2));
  const { inputs } = encodeExamples(layout, draw(), draw(), headers);
  const { inputTokens, promptTokens } = layout;
  const cut = (from: number, to: number): Int32Array =>
    Int32Array.from(
      headers.flatMap((_, b) => [...inputs.subarray(b * inputTokens + from, b * inputTokens + to)]),
    );
  const positions = positionIds(sharp, layout);
  const split = promptTokens - 1;
  return {
    prompt: cut(0, split),
    answer: cut(split, inputTokens),
    before: positions.subarray(0, split * COORDINATES),
    behind: positions.subarray(split * COORDINATES),
  };
}

const KINDS = TOPOLOGY_TOKENS.flatMap((kind) =>
  (['counts', 'table'] as const).map((form) => [kind, form] as const),
);

describe('a pass by the plan', () => {
  it.each(KINDS)('gives the dense logits on %s with %s, or names the cell', async (token, form) => {
    const headers = form === 'counts' ? randomHeaders(2, 3, token) : randomTables(2, 3, token);
    for (const [width, height] of sizesOf(token)) {
      for (const seed of [1, 2]) {
        const parts = {
          name: 'x',
          config: sharp,
          tokenizer,
          tensors: firstTensors(sharp, seed),
          runtime: cpu,
        };
        const dense = await createLocationModel({ ...parts, near: false });
        const text = layOut(headers, width, height, seed);
        const expected = await (
          await dense.prefill(text.prompt, 2, text.before)
        ).answer(text.answer, text.behind);
        const pass = createNearPass(parts);
        const prompt = readPrompt(text.prompt, 2, text.before);
        layOnBoard(prompt, text.answer, text.behind);
        const { logits, bounds } = await pass.run(prompt, text.answer);
        const excess = logits.map((logit, at) => {
          const row = Math.floor(at / sharp.vocab_size);
          return Math.abs(logit - expected[at]!) - bounds[row]!;
        });
        expect(Math.max(...excess)).toBeLessThan(0);
        expect(Math.min(...bounds)).toBeLessThan(1);
        const near = await createLocationModel(parts);
        const found = await (
          await near.prefill(text.prompt, 2, text.before)
        ).answer(text.answer, text.behind);
        expect(bestOf(found)).toEqual(bestOf(expected));
        await Promise.all([dense.release(), near.release(), pass.release()]);
      }
    }
  });

  it('leaves to the dense network what wide windows leave in doubt', async () => {
    const wide = { ...sharp, attention_sharpness: 0.3 };
    const parts = {
      name: 'x',
      config: wide,
      tokenizer,
      tensors: firstTensors(wide, 1),
      runtime: cpu,
    };
    const [near, dense] = [
      await createLocationModel(parts),
      await createLocationModel({ ...parts, near: false }),
    ];
    const text = layOut(randomHeaders(2, 3, 'K'), 9, 7, 5);
    const answers = [];
    for (const model of [near, dense]) {
      const cache = await model.prefill(text.prompt, 2, text.before);
      answers.push(bestOf(await cache.answer(text.answer, text.behind)));
    }
    expect(answers[0]).toEqual(answers[1]);
    await Promise.all([near.release(), dense.release()]);
  });
});

function sizesOf(token: TopologyToken): (readonly [number, number])[] {
  const sizes = [
    [1, 1],
    [2, 3],
    [7, 5],
    [1, 9],
    [14, 13],
  ] as const;
  return token === 'S' ? sizes.map(([side]) => [side, side]) : [...sizes];
}

function bestOf(logits: Float32Array): number[] {
  const size = sharp.vocab_size;
  return Array.from({ length: logits.length / size }, (_, row) => {
    const own = logits.subarray(row * size, (row + 1) * size);
    return own.indexOf(Math.max(...own));
  });
}
