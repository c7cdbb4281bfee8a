import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from './input-error.js';
import { BYTE_VOCABULARY, CHARACTER_VOCABULARY, PIECE_VOCABULARY } from './vocabulary.js';
import { formatTokenizerJson, parseTokenizerJson } from './tokenizer-json.js';
import { createTokenizer } from './tokenizer.js';

const PIECES = formatTokenizerJson(createTokenizer(PIECE_VOCABULARY));

/** The file of the piece vocabulary with something changed in it. */
function damage(change: (file: any) => void): string {
  const file = JSON.parse(PIECES);
  change(file);
  return JSON.stringify(file);
}

describe('formatTokenizerJson', () => {
  it('writes a BPE without merges, and the longer pieces as added tokens', () => {
    const file = JSON.parse(PIECES);
    expect(file.model).toMatchObject({
      type: 'BPE',
      vocab: Object.fromEntries(PIECE_VOCABULARY.map((piece, id) => [piece, id])),
      merges: [],
    });
    expect(file.added_tokens.map((token: any) => [token.id, token.content, token.special])).toEqual(
      PIECE_VOCABULARY.flatMap((piece, id) => (piece.length > 1 ? [[id, piece, false]] : [])),
    );
    expect(file.decoder).toEqual({ type: 'Fuse' }); // else decoders join tokens with blanks
  });

  it('keeps all bytes apart, and reads them back', () => {
    const file = formatTokenizerJson(createTokenizer(BYTE_VOCABULARY));
    expect(parseTokenizerJson(file, 'bytes').vocabulary).toEqual(BYTE_VOCABULARY);
    expect(parseTokenizerJson(file, 'bytes').idOf('1')).toBe(49);
  });

  it('needs no added tokens for single characters', () => {
    const file = JSON.parse(formatTokenizerJson(createTokenizer(CHARACTER_VOCABULARY)));
    expect(file.added_tokens).toEqual([]);
    expect(Object.keys(file.model.vocab)).toHaveLength(CHARACTER_VOCABULARY.length);
  });
});

describe('parseTokenizerJson', () => {
  it('reads back what was written, ids and all', () => {
    const piece = fc.string({ minLength: 1, maxLength: 5 }).filter((text) => text !== '__proto__');
    fc.assert(
      fc.property(fc.uniqueArray(piece, { minLength: 1, maxLength: 12 }), (vocabulary) => {
        const text = formatTokenizerJson(createTokenizer(vocabulary));
        expect(parseTokenizerJson(text, 'tokenizer.json').vocabulary).toEqual(vocabulary);
      }),
    );
  });

  it('takes tokens that are only added ones', () => {
    const text = damage((file) => delete file.model.vocab['> [']);
    expect(parseTokenizerJson(text, 't.json').vocabulary).toEqual(PIECE_VOCABULARY);
  });

  it.each([
    ['not JSON', PIECES.slice(0, 100), /t\.json: not JSON/],
    ['a list', '[]', /JSON object, not \[\]/],
    ['no model', damage((file) => delete file.model), /model is missing/],
    ['another model', damage((file) => (file.model.type = 'Unigram')), /"Unigram".*BPE/],
    ['merges', damage((file) => file.model.merges.push('0 1')), /has merges/],
    ['no merges list', damage((file) => delete file.model.merges), /has merges/],
    ['no vocabulary', damage((file) => delete file.model.vocab), /model\.vocab\) is missing/],
    ['a gap', damage((file) => (file.model.vocab['0'] = 99)), /no token has the id 0/],
    [
      'an id twice',
      damage((file) => (file.model.vocab['0'] = 1)),
      /id 1 belongs to '0' and to '1'/,
    ],
    ['an id that is text', damage((file) => (file.model.vocab['0'] = 'a')), /id of '0' is "a"/],
    ['a negative id', damage((file) => (file.model.vocab['0'] = -1)), /id of '0' is -1/],
    ['nameless added token', damage((file) => delete file.added_tokens[0].content), /no content/],
    ['added_tokens no list', damage((file) => (file.added_tokens = 3)), /added_tokens is 3/],
    ['no pieces', damage((f) => ((f.model.vocab = { '': 0 }), (f.added_tokens = []))), /non-empty/],
  ])('refuses a damaged file: %s', (_, text, message) => {
    expect(() => parseTokenizerJson(text, 't.json')).toThrow(InputError);
    expect(() => parseTokenizerJson(text, 't.json')).toThrow(message);
    expect(() => parseTokenizerJson(text, 't.json')).toThrow(/^t\.json: /);
  });
});
