import { encodeExamples, layoutPrompt, openStream } from '@lifegpt/core';
import { describe, expect, it } from 'vitest';
import { randomModel, randomTensors, tinyConfig } from '../test/tiny-model.js';
import type { PositionScheme } from './config.js';
import { gptReference } from './gpt-reference.js';
import { positionIds } from './positions.js';

describe.each<PositionScheme>(['learned', 'rope', 'border'])(
  'the network with %s positions',
  (scheme) => {
    const config = tinyConfig(scheme);

    async function setUp() {
      const model = await randomModel(config, 5);
      const layout = layoutPrompt(model.tokenizer, 4, 3);
      const random = openStream(6, 'boards');
      const states = Uint8Array.from({ length: 24 }, () => random.nextInt(2));
      const { inputs } = encodeExamples(layout, states, states);
      return { model, layout, inputs, positions: positionIds(config, layout) };
    }

    it('gives the logits of the plain reference', async () => {
      const { model, layout, inputs, positions } = await setUp();
      const keep = layout.answerTokens;
      const logits = await model.logits(inputs, 2, positions, keep);
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
      const { model, layout, inputs, positions } = await setUp();
      const keep = layout.answerTokens;
      const before = await model.logits(inputs, 2, positions, keep);
      const changed = inputs.slice();
      changed[layout.inputTokens - 1] = 1 - changed[layout.inputTokens - 1]!;
      const after = await model.logits(changed, 2, positions, keep);
      const last = (keep - 1) * config.vocab_size;
      expect(after.subarray(0, last)).toEqual(before.subarray(0, last));
      expect(after.subarray(last, last + config.vocab_size)).not.toEqual(
        before.subarray(last, last + config.vocab_size),
      );
    });

    it('gives the same last logits when only they are asked for', async () => {
      const { model, layout, inputs, positions } = await setUp();
      const all = await model.logits(inputs, 2, positions, layout.answerTokens);
      const one = await model.logits(inputs, 2, positions, 1);
      const size = config.vocab_size;
      const expected = all.subarray((layout.answerTokens - 1) * size, layout.answerTokens * size);
      one.subarray(0, size).forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 4));
    });
  },
);
