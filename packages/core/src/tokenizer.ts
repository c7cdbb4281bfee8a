/**
 * Text to token ids and back, over a fixed list of pieces by longest match. With single
 * characters as pieces it is the paper's tokenizer; with `@PredictNextState<`, `> [` and `]$` as
 * pieces of their own it writes the same text in 20 tokens less.
 */

import { InputError } from './input-error.js';

/** Translates between text and token ids. */
export interface Tokenizer {
  /** The pieces; a token's id is its index. */
  readonly vocabulary: readonly string[];
  /** @throws InputError at a character that begins no piece. */
  encode(text: string): Int32Array;
  /** @throws InputError at an id outside the vocabulary. */
  decode(ids: ArrayLike<number>): string;
  /** The id of one piece. @throws InputError when it is not in the vocabulary. */
  idOf(piece: string): number;
}

/** Makes a tokenizer from its vocabulary. @throws InputError when a piece is empty or repeated. */
export function createTokenizer(vocabulary: readonly string[]): Tokenizer {
  const ids = new Map(vocabulary.map((piece, id) => [piece, id]));
  if (ids.size !== vocabulary.length || ids.has('')) {
    throw new InputError('a vocabulary needs distinct, non-empty pieces');
  }
  const lengths = [...new Set(vocabulary.map((piece) => piece.length))].sort((a, b) => b - a);

  function encode(text: string): Int32Array {
    const tokens: number[] = [];
    for (let at = 0; at < text.length;) {
      const length = lengths.find((n) => ids.has(text.slice(at, at + n)));
      if (length === undefined) {
        throw new InputError(
          `character ${at} of the prompt is '${text.charAt(at)}', which this model's tokenizer does not know ` +
            `(it knows ${vocabulary.map((piece) => `'${piece}'`).join(' ')})`,
        );
      }
      tokens.push(ids.get(text.slice(at, at + length))!);
      at += length;
    }
    return Int32Array.from(tokens);
  }

  function decode(tokens: ArrayLike<number>): string {
    let text = '';
    for (let k = 0; k < tokens.length; k++) {
      const piece = vocabulary[tokens[k]!];
      if (piece === undefined) {
        throw new InputError(
          `token ${tokens[k]} is outside the vocabulary of ${vocabulary.length}`,
        );
      }
      text += piece;
    }
    return text;
  }

  function idOf(piece: string): number {
    const id = ids.get(piece);
    if (id === undefined) throw new InputError(`the tokenizer has no piece '${piece}'`);
    return id;
  }

  return { vocabulary, encode, decode, idOf };
}
