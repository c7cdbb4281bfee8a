import { describe, expect, it } from 'vitest';
import { parseCells } from './grid.js';
import { InputError } from './input-error.js';
import {
  encodeExamples,
  encodePrompts,
  formatPrompt,
  layoutPrompt,
  parsePrompt,
} from './prompt.js';
import { createTokenizer } from './tokenizer.js';
import { CHARACTER_VOCABULARY } from './vocabulary.js';

const characters = createTokenizer(CHARACTER_VOCABULARY);
/** A vocabulary in which a marker of the text is one token. */
const pieces = createTokenizer(['0', '1', '@PredictNextState<', '> [', ']$']);

describe('formatPrompt and parsePrompt', () => {
  it('write and read the paper’s text', () => {
    const grid = parseCells('010011', 3, 2);
    expect(formatPrompt(grid)).toBe('@PredictNextState<010011> [');
    expect(parsePrompt('@PredictNextState<010011> [', 3, 2)).toEqual(grid);
  });

  it('refuse a text that is no prompt of the size', () => {
    expect(() => parsePrompt('PredictNextState<010011> [', 3, 2)).toThrow(InputError);
    expect(() => parsePrompt('@PredictNextState<010011>', 3, 2)).toThrow(InputError);
    expect(() => parsePrompt('@PredictNextState<01001> [', 3, 2)).toThrow(/6 cells.* has 5/);
    expect(() => parsePrompt('@PredictNextState<01002> ['.replace('02', '021'), 3, 2)).toThrow(
      /'2'/,
    );
  });
});

describe('layoutPrompt', () => {
  it('counts the 2071 tokens of the paper’s 32x32 text', () => {
    const layout = layoutPrompt(characters, 32, 32);
    expect(layout.promptTokens).toBe(18 + 1024 + 3);
    expect(layout.promptTokens + layout.answerTokens).toBe(2071);
    expect(layout.inputTokens).toBe(2070);
    expect(layout.firstCell).toBe(18);
  });

  it('needs 20 tokens less with the markers as pieces', () => {
    const layout = layoutPrompt(pieces, 32, 32);
    expect(layout.promptTokens + layout.answerTokens).toBe(2051);
    expect(layout.firstCell).toBe(1);
  });
});

describe('encodePrompts and encodeExamples', () => {
  const layout = layoutPrompt(pieces, 2, 1);
  const states = Uint8Array.of(0, 1, 1, 1);
  const nextStates = Uint8Array.of(1, 0, 0, 0);

  it('put one board after the other', () => {
    expect([...encodePrompts(layout, states)]).toEqual([2, 0, 1, 3, 2, 1, 1, 3]);
  });

  it('let the model read all but the last token, and ask for the answer’s', () => {
    const { inputs, targets } = encodeExamples(layout, states, nextStates);
    expect([...inputs]).toEqual([2, 0, 1, 3, 1, 0, 2, 1, 1, 3, 0, 0]);
    expect([...targets]).toEqual([1, 0, 4, 0, 0, 4]);
  });

  it('write the tokens of the text itself', () => {
    for (const tokenizer of [pieces, characters]) {
      const small = layoutPrompt(tokenizer, 3, 2);
      const { inputs, targets } = encodeExamples(
        small,
        Uint8Array.of(0, 1, 0, 0, 1, 1),
        Uint8Array.of(1, 1, 0, 0, 0, 1),
      );
      const text = '@PredictNextState<010011> [110001]$';
      expect([...inputs]).toEqual([...tokenizer.encode(text)].slice(0, -1));
      expect([...targets]).toEqual([...tokenizer.encode('110001]$')]);
    }
  });
});
