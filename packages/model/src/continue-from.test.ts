import {
  CHARACTER_VOCABULARY,
  createTokenizer,
  encodeExamples,
  HEADER_VOCABULARY,
  layoutPrompt,
  openStream,
  PIECE_VOCABULARY,
} from '@lifegpt/core';
import { describe, expect, it } from 'vitest';
import { headerConfig, randomHeaders, randomTensors, tinyConfig } from '../test/tiny-model.js';
import { tinyRecipe } from '../test/tiny-recipe.js';
import { compileWholeSequence } from '../test/whole-sequence.js';
import type { GptConfig } from './config.js';
import { continueFrom } from './continue-from.js';
import type { Recipe } from './recipe.js';
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

describe('continueFrom into a model with a header', () => {
  const { tokenizer } = base;
  const header = createTokenizer(HEADER_VOCABULARY);
  const bigger: GptConfig = {
    ...headerConfig(2, 9),
    n_embd: 32,
    n_head: 3,
    head_dim: 8,
    n_inner: 30,
  };
  const recipeOf = (model: GptConfig): Recipe => ({ ...tinyRecipe, vocabulary: 'header', model });

  it.each([
    ['of the same width', { ...headerConfig(2, 4), head_dim: 8 }],
    ['that is larger in every way', bigger],
  ])(
    'starts one %s that computes the same on any board, whatever the header says',
    async (_name, model) => {
      const state = continueFrom(base, recipeOf(model));
      const random = openStream(6, 'boards');
      for (const [width, height] of [
        [4, 4],
        [1, 3],
      ] as const) {
        const states = Uint8Array.from({ length: 2 * width * height }, () => random.nextInt(2));
        const before = layoutPrompt(tokenizer, width, height);
        const after = layoutPrompt(header, width, height);
        const whole = await compileWholeSequence(border, base.tensors);
        const grown = await compileWholeSequence(model, nameParameters(model, state.parameters));
        const { inputs } = encodeExamples(before, states, states);
        const withHeader = encodeExamples(after, states, states, randomHeaders(2, 3)).inputs;
        const tokens = before.answerTokens;
        const expected = await whole(inputs, 2, positionIds(border, before), tokens);
        const found = await grown(withHeader, 2, positionIds(model, after), tokens);
        const shared = PIECE_VOCABULARY.filter((piece) => HEADER_VOCABULARY.includes(piece));
        expect(shared).toHaveLength(4);
        for (let row = 0; row < 2 * tokens; row++) {
          for (const piece of shared) {
            const a = expected[row * PIECE_VOCABULARY.length + PIECE_VOCABULARY.indexOf(piece)]!;
            const b = found[row * HEADER_VOCABULARY.length + HEADER_VOCABULARY.indexOf(piece)]!;
            expect(b).toBeCloseTo(a, 4);
          }
        }
      }
    },
  );

  it('goes on from a model with a header, whose sides may get longer', async () => {
    const config = headerConfig(2, 4);
    const old = { name: 'old', config, tokenizer: header, tensors: randomTensors(config, 5) };
    const longer = headerConfig(2, 9);
    const state = continueFrom(old, recipeOf(longer));
    const text = layoutPrompt(header, 4, 3);
    const random = openStream(6, 'boards');
    const states = Uint8Array.from({ length: 24 }, () => random.nextInt(2));
    const { inputs } = encodeExamples(text, states, states, randomHeaders(2, 3));
    const logitsOf = async (model: GptConfig, tensors: typeof base.tensors) => {
      const whole = await compileWholeSequence(model, tensors);
      return whole(inputs, 2, positionIds(model, text), text.answerTokens);
    };
    const grown = await logitsOf(longer, nameParameters(longer, state.parameters));
    expect(grown).toEqual(await logitsOf(config, old.tensors));
  });

  it('does not leave copies of a channel alike', () => {
    const { parameters } = continueFrom(base, recipeOf(bigger));
    const reader = nameParameters(bigger, parameters).find(
      ({ name }) => name === 'h.1.attn.c_attn.weight',
    )!;
    const half = reader.data.length / 2;
    expect(reader.data.slice(0, half)).not.toEqual(reader.data.slice(half));
  });

  it('refuses a model that the weights do not fit into', () => {
    for (const change of [{ n_embd: 24 }, { n_layer: 3 }, { head_dim: 4 }, { n_inner: 20 }]) {
      const model = { ...bigger, ...change };
      expect(() => continueFrom(base, recipeOf(model))).toThrow(/base does not fit into/);
    }
  });
});

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
