/**
 * Tokenizers as Hugging Face's `tokenizer.json`. A vocabulary of whole pieces would be a WordLevel
 * model, but the JavaScript tokenizers have none; so it is written as a BPE without merges, which
 * splits text into characters, and every piece longer than a character is an added token, which
 * is matched first.
 */

import { InputError } from './input-error.js';
import { createTokenizer, type Tokenizer } from './tokenizer.js';

/** Writes a tokenizer in the form of Hugging Face's `tokenizer.json`. */
export function formatTokenizerJson(tokenizer: Tokenizer): string {
  const { vocabulary } = tokenizer;
  const addedTokens = vocabulary.flatMap((content, id) =>
    Array.from(content).length === 1
      ? []
      : [
          {
            id,
            content,
            single_word: false,
            lstrip: false,
            rstrip: false,
            normalized: false,
            special: false,
          },
        ],
  );
  const file = {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: addedTokens,
    normalizer: null,
    pre_tokenizer: null,
    post_processor: null,
    decoder: { type: 'Fuse' },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: Object.fromEntries(vocabulary.map((piece, id) => [piece, id])),
      merges: [],
    },
  };
  return JSON.stringify(file, null, 2) + '\n';
}

/**
 * Reads a `tokenizer.json` of the form that `formatTokenizerJson` writes.
 * @param source the file's name, for messages
 * @throws InputError when it is not JSON, has another model or merges, or its ids are not
 * 0, 1, 2, … without a gap.
 */
export function parseTokenizerJson(text: string, source: string): Tokenizer {
  const file = parseObject(text, source);
  const model = file['model'];
  if (!isObject(model) || model['type'] !== 'BPE') {
    throw new InputError(
      `${source}: the tokenizer's model is ${describe(isObject(model) ? model['type'] : model)}, not 'BPE' without merges`,
    );
  }
  if (!Array.isArray(model['merges']) || model['merges'].length > 0) {
    throw new InputError(`${source}: the tokenizer has merges; LifeGPT reads a BPE without any`);
  }
  const pieces = new Map<unknown, string>();
  if (!isObject(model['vocab'])) {
    throw new InputError(`${source}: the vocabulary (model.vocab) is ${describe(model['vocab'])}`);
  }
  for (const [piece, id] of Object.entries(model['vocab'])) addPiece(pieces, piece, id, source);
  const addedTokens = file['added_tokens'] ?? [];
  if (!Array.isArray(addedTokens)) {
    throw new InputError(`${source}: added_tokens is ${describe(addedTokens)}, not a list`);
  }
  for (const token of addedTokens as unknown[]) {
    if (!isObject(token) || typeof token['content'] !== 'string') {
      throw new InputError(`${source}: the added token ${describe(token)} has no content`);
    }
    addPiece(pieces, token['content'], token['id'], source);
  }
  const vocabulary = Array.from({ length: pieces.size }, (_, id) => {
    const piece = pieces.get(id);
    if (piece !== undefined) return piece;
    throw new InputError(
      `${source}: no token has the id ${id}; ids run from 0 to ${pieces.size - 1} without a gap`,
    );
  });
  try {
    return createTokenizer(vocabulary);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(`${source}: ${error.message}`);
  }
}

function addPiece(pieces: Map<unknown, string>, piece: string, id: unknown, source: string): void {
  if (typeof id !== 'number' || !Number.isInteger(id) || id < 0) {
    throw new InputError(`${source}: the id of '${piece}' is ${describe(id)}, not a whole number`);
  }
  const other = pieces.get(id);
  if (other !== undefined && other !== piece) {
    throw new InputError(`${source}: the id ${id} belongs to '${other}' and to '${piece}'`);
  }
  pieces.set(id, piece);
}

function parseObject(text: string, source: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new InputError(`${source}: not JSON (${(error as Error).message}); fetch the file again`);
  }
  if (!isObject(value)) {
    throw new InputError(`${source}: a tokenizer is a JSON object, not ${describe(value)}`);
  }
  return value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function describe(value: unknown): string {
  return value === undefined ? 'missing' : JSON.stringify(value);
}
