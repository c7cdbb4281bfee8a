import { createTokenizer, encodeExamples, layoutPrompt, openStream } from '@lifegpt/core';
import { describe, expect, it } from 'vitest';
import { lineConfig, randomModel, randomTensors, vocabularyFor } from '../../test/tiny-model.js';
import { compileWholeSequence } from '../../test/whole-sequence.js';
import { countParameters } from './config.js';
import type { GptConfig } from './gpt-config.js';
import { gptReference } from './gpt-reference.js';
import { positionIds } from './positions.js';

/** The paper's kind: heads that are wider than their share, hardly a bias, a matrix of its own at the end. */
const paperConfig: GptConfig = {
  ...lineConfig('rope'),
  head_dim: 10,
  attention_bias: false,
  norm_bias: false,
  tie_word_embeddings: false,
};
const configs: [string, GptConfig][] = [
  ['learned positions', lineConfig('learned')],
  ['rotary positions', lineConfig('rope')],
  ['the parts of the paper’s', paperConfig],
];

/** Two texts of 4x3 boards. */
const layOut = (states: Uint8Array) => {
  const layout = layoutPrompt(createTokenizer(vocabularyFor(lineConfig('rope'))), 4, 3);
  return { layout, ...encodeExamples(layout, states, states) };
};

describe.each(configs)('the network with %s', (_name, config) => {
  async function setUp() {
    const model = await randomModel(config, 5);
    const random = openStream(6, 'boards');
    const states = Uint8Array.from({ length: 24 }, () => random.nextInt(2));
    const { layout, inputs } = layOut(states);
    const whole = await compileWholeSequence(config, randomTensors(config, 5));
    return { model, whole, layout, inputs, positions: positionIds(config, layout) };
  }

  it('gives the logits of the plain reference', async () => {
    const { whole, layout, inputs, positions } = await setUp();
    const keep = layout.answerTokens;
    const logits = await whole(inputs, 2, positions, keep);
    for (const board of [0, 1]) {
      const text = inputs.subarray(board * layout.inputTokens, (board + 1) * layout.inputTokens);
      const expected = gptReference(config, randomTensors(config, 5), text, positions)
        .slice(-keep)
        .flat();
      const size = keep * config.vocab_size;
      const found = logits.subarray(board * size, (board + 1) * size);
      const error = expected.reduce(
        (worst, value, i) => Math.max(worst, Math.abs(value - found[i]!)),
        0,
      );
      expect(error).toBeLessThan(1e-4);
    }
  });

  it('does not look ahead: a later token changes no earlier logits', async () => {
    const { whole, layout, inputs, positions } = await setUp();
    const keep = layout.answerTokens;
    const before = await whole(inputs, 2, positions, keep);
    const changed = inputs.slice();
    changed[layout.inputTokens - 1] = 1 - changed[layout.inputTokens - 1]!;
    const after = await whole(changed, 2, positions, keep);
    const last = (keep - 1) * config.vocab_size;
    expect(after.subarray(0, last)).toEqual(before.subarray(0, last));
    expect(after.subarray(last, last + config.vocab_size)).not.toEqual(
      before.subarray(last, last + config.vocab_size),
    );
  });

  it('gives the same last logits when only they are asked for', async () => {
    const { whole, layout, inputs, positions } = await setUp();
    const all = await whole(inputs, 2, positions, layout.answerTokens);
    const one = await whole(inputs, 2, positions, 1);
    const size = config.vocab_size;
    const expected = all.subarray((layout.answerTokens - 1) * size, layout.answerTokens * size);
    one.subarray(0, size).forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 4));
  });

  it('gives the same logits behind a cache, in one pass or token by token', async () => {
    const { model, whole, layout, inputs, positions } = await setUp();
    const { answerTokens: total, promptTokens, inputTokens } = layout;
    const expected = await whole(inputs, 2, positions, total);
    const columns = positions.length / inputTokens;
    const cut = (from: number, to: number): Int32Array => {
      const parts = [0, 1].map((b) => [
        ...inputs.subarray(b * inputTokens + from, b * inputTokens + to),
      ]);
      return Int32Array.from(parts.flat());
    };
    const split = promptTokens - 1;
    const places = (from: number, to: number): Int32Array =>
      positions.subarray(from * columns, to * columns);
    const cache = await model.prefill(cut(0, split), 2, places(0, split));
    const atOnce = await cache.answer(cut(split, inputTokens), places(split, inputTokens));
    atOnce.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 4));
    for (let k = 0; k < total; k++) {
      const place = split + k;
      const logits = await cache.append(cut(place, place + 1), places(place, place + 1));
      logits.forEach((value, i) => {
        const [board, id] = [Math.floor(i / config.vocab_size), i % config.vocab_size];
        const at = (board * total + k) * config.vocab_size + id;
        expect(value).toBeCloseTo(expected[at]!, 4);
      });
    }
    cache.release();
  });
});

describe('forgotten keys', () => {
  it('are seen by no query but count for nothing else', async () => {
    const config = lineConfig('rope', 1);
    const layout = layoutPrompt(createTokenizer(vocabularyFor(config)), 4, 3);
    const random = openStream(6, 'boards');
    const states = Uint8Array.from({ length: 12 }, () => random.nextInt(2));
    const { inputs } = encodeExamples(layout, states, states);
    const positions = positionIds(config, layout);
    const whole = await compileWholeSequence(config, randomTensors(config, 5), true);
    const run = (tokens: Int32Array, hidden: number[]): Promise<Float32Array> => {
      const forgotten = new Float32Array(tokens.length);
      for (const key of hidden) forgotten[key] = -1e9;
      return whole(tokens, 1, positions, layout.answerTokens, forgotten);
    };
    const changed = inputs.slice();
    changed[20] = 1 - changed[20]!; // a cell
    expect(await run(changed, [])).not.toEqual(await run(inputs, []));
    expect(await run(changed, [20])).toEqual(await run(inputs, [20]));
    expect(await run(changed, [4])).not.toEqual(await run(inputs, [4]));
  });
});

describe('countParameters', () => {
  it('is the paper’s number for the paper’s sizes', () => {
    const config: GptConfig = {
      ...paperConfig,
      n_layer: 12,
      n_head: 8,
      head_dim: 64,
      n_embd: 256,
      n_inner: 1024,
      vocab_size: 256,
    };
    expect(countParameters(config)).toBe(12_735_744);
  });
});
