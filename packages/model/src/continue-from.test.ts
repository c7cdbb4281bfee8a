import {
  CHARACTER_VOCABULARY,
  createTokenizer,
  encodeExamples,
  layoutPrompt,
  openStream,
  PIECE_VOCABULARY,
} from '@lifegpt/core';
import { describe, expect, it } from 'vitest';
import { randomTensors, tinyConfig } from '../test/tiny-model.js';
import { tinyRecipe } from '../test/tiny-recipe.js';
import { compileWholeSequence } from '../test/whole-sequence.js';
import type { GptConfig } from './config.js';
import { continueFrom, continueFromMean } from './continue-from.js';
import { positionIds } from './positions.js';
import { nameParameters } from './train-state.js';

const border = tinyConfig('border', 1, 4);
const base = {
  name: 'base',
  config: border,
  tokenizer: createTokenizer(PIECE_VOCABULARY),
  tensors: randomTensors(border, 5),
};
const layout = layoutPrompt(base.tokenizer, 4, 4);
/** Learned positions for 4x4 boards. */
const learned: GptConfig = {
  ...border,
  position_scheme: 'learned',
  n_positions: layout.inputTokens,
  trained_for: { ...border.trained_for, sides: [4, 4] },
};

describe('continueFrom', () => {
  it('starts a model with learned positions where one with border positions is', async () => {
    const state = continueFrom(base, { ...tinyRecipe, model: learned });
    const random = openStream(6, 'boards');
    const states = Uint8Array.from({ length: 16 }, () => random.nextInt(2));
    const { inputs } = encodeExamples(layout, states, states);
    const logitsOf = async (config: GptConfig, tensors: typeof base.tensors) => {
      const whole = await compileWholeSequence(config, tensors);
      return whole(inputs, 1, positionIds(config, layout), layout.answerTokens);
    };
    const expected = await logitsOf(border, base.tensors);
    const found = await logitsOf(learned, nameParameters(learned, state.parameters));
    found.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 4));
    expect(state.step).toBe(0);
  });

  it('starts with the mean of several models', () => {
    const recipe = { ...tinyRecipe, model: border };
    const others = [6, 7].map((seed) => ({ ...base, tensors: randomTensors(border, seed) }));
    const all = [base, ...others];
    const [a, b, c] = all.map((one) => continueFrom(one, recipe).parameters);
    const mean = continueFromMean(all, recipe).parameters;
    expect(mean).toEqual(a!.map((value, i) => (value + b![i]! + c![i]!) / 3));
    expect(continueFromMean([base], recipe).parameters).toEqual(a);
    expect(() => continueFromMean([], recipe)).toThrow(/needs a model/);
  });

  it('keeps the vectors of the tokens that both vocabularies have', () => {
    const count = CHARACTER_VOCABULARY.length;
    const model: GptConfig = { ...border, vocab_size: count };
    const state = continueFrom(base, { ...tinyRecipe, vocabulary: 'characters', model });
    const table = nameParameters(model, state.parameters)[0]!.data;
    const before = base.tensors[0]!.data;
    const width = border.n_embd;
    const row = (data: Float32Array, id: number): Float32Array =>
      data.subarray(id * width, (id + 1) * width);
    for (const cell of ['0', '1']) {
      expect(row(table, CHARACTER_VOCABULARY.indexOf(cell))).toEqual(
        row(before, PIECE_VOCABULARY.indexOf(cell)),
      );
    }
    expect(Math.hypot(...row(table, CHARACTER_VOCABULARY.indexOf('@')))).toBeLessThan(0.5);
  });

  it('refuses weights of another size, and learned positions for several sizes', () => {
    const model = { ...border, n_inner: 48 };
    expect(() => continueFrom(base, { ...tinyRecipe, model })).toThrow(
      /base has h\.0\.mlp\.c_fc\.weight of shape \[16,24\]; the recipe's model needs \[16,48\]/,
    );
    const several = { ...learned, trained_for: border.trained_for };
    expect(() => continueFrom(base, { ...tinyRecipe, model: several })).toThrow(
      /for one size with sides 1 to 4, not for sides 1 to 4/,
    );
  });
});
