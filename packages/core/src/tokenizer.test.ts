import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from './input-error.js';
import { CHARACTER_VOCABULARY, PIECE_VOCABULARY } from './vocabulary.js';
import { createTokenizer } from './tokenizer.js';

describe('createTokenizer', () => {
  it('takes the longest piece that fits', () => {
    const tokenizer = createTokenizer(['a', 'ab', 'abc', 'b', 'c']);
    expect([...tokenizer.encode('abcabba')]).toEqual([2, 1, 3, 0]);
    expect(tokenizer.decode([2, 1, 3, 0])).toBe('abcabba');
  });

  it('writes the markers of the prompt as one token each', () => {
    const tokenizer = createTokenizer(PIECE_VOCABULARY);
    const ids = ['@PredictNextState{', 'T', '1', '}<', '0', '> [', '1', ']$'].map(tokenizer.idOf);
    expect([...tokenizer.encode('@PredictNextState{T1}<0> [1]$')]).toEqual(ids);
  });

  it('writes the paper’s format in 23 characters beside the cells', () => {
    const tokenizer = createTokenizer(CHARACTER_VOCABULARY);
    expect(tokenizer.encode('@PredictNextState<01> [10]$')).toHaveLength(18 + 2 + 3 + 2 + 2);
    expect(new Set(CHARACTER_VOCABULARY).size).toBe(CHARACTER_VOCABULARY.length);
  });

  it('decodes what it encoded', () => {
    for (const vocabulary of [PIECE_VOCABULARY, CHARACTER_VOCABULARY]) {
      const text = fc.array(fc.constantFrom(...vocabulary)).map((pieces) => pieces.join(''));
      const tokenizer = createTokenizer(vocabulary);
      fc.assert(
        fc.property(text, (t) => {
          expect(tokenizer.decode(tokenizer.encode(t))).toBe(t);
        }),
      );
    }
  });

  it('names an unknown character and its place', () => {
    const tokenizer = createTokenizer(PIECE_VOCABULARY);
    expect(() => tokenizer.encode('01x')).toThrow(InputError);
    expect(() => tokenizer.encode('01x')).toThrow(/character 2 .* 'x'/);
  });

  it('refuses tokens and pieces outside the vocabulary', () => {
    const tokenizer = createTokenizer(['0', '1']);
    expect(tokenizer.idOf('1')).toBe(1);
    expect(() => tokenizer.idOf('2')).toThrow(/no piece '2'/);
    expect(() => tokenizer.decode([0, 2])).toThrow(/token 2 .* vocabulary of 2/);
    expect(() => tokenizer.decode([-1])).toThrow(InputError);
  });

  it('refuses repeated and empty pieces', () => {
    expect(() => createTokenizer(['0', '0'])).toThrow(InputError);
    expect(() => createTokenizer(['0', ''])).toThrow(InputError);
  });
});
