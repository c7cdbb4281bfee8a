/** The probabilities of tokens in the form of OpenAI's completions. */

import type { Tokenizer } from '@lifegpt/core';

/** What stands under `logprobs` of a choice. */
export interface LogProbs {
  readonly tokens: string[];
  /** Natural logarithms; null for what nobody predicted, as the tokens of a board. */
  readonly token_logprobs: (number | null)[];
  /** Those of the most likely tokens and the one that stands; null where none were asked for. */
  readonly top_logprobs: (Record<string, number> | null)[] | null;
  /** Where each token begins in the text of the choice. */
  readonly text_offset: number[];
}

/** Tokens, where they begin, and what is known of their probabilities. */
export interface ScoredTokens {
  readonly tokens: Int32Array;
  readonly offsets: readonly number[];
  /** `[tokens, vocabulary]`; not numbers for tokens that nobody predicted. */
  readonly rows: Float32Array | null;
}

/** Writes them. @param most of the most likely tokens */
export function writeLogProbs(
  { vocabulary }: Tokenizer,
  { tokens, offsets, rows }: ScoredTokens,
  most: number,
): LogProbs {
  const size = vocabulary.length;
  const rowOf = (k: number): Float32Array | null =>
    rows === null || Number.isNaN(rows[k * size]) ? null : rows.subarray(k * size, (k + 1) * size);
  const ids = Array.from(tokens);
  return {
    tokens: ids.map((id) => vocabulary[id]!),
    token_logprobs: ids.map((id, k) => rowOf(k)?.[id] ?? null),
    top_logprobs: most === 0 ? null : ids.map((id, k) => pickTop(vocabulary, rowOf(k), id, most)),
    text_offset: [...offsets],
  };
}

function pickTop(
  vocabulary: readonly string[],
  row: Float32Array | null,
  own: number,
  most: number,
): Record<string, number> | null {
  if (row === null) return null;
  const order = Array.from(row, (_, id) => id).sort((a, b) => row[b]! - row[a]!);
  const picked = new Set([...order.slice(0, most), own]);
  return Object.fromEntries([...picked].map((id) => [vocabulary[id]!, row[id]!]));
}

/** Where tokens begin in their text. */
export function listOffsets(vocabulary: readonly string[], tokens: Int32Array): number[] {
  let at = 0;
  return Array.from(tokens, (id) => {
    const offset = at;
    at += vocabulary[id]!.length;
    return offset;
  });
}

/** The whole of what is told of the parts of a text; null where nothing is. */
export function joinLogProbs(parts: readonly (LogProbs | null)[]): LogProbs | null {
  const told = parts.filter((part) => part !== null);
  if (told.length === 0) return null;
  return {
    tokens: told.flatMap(({ tokens }) => tokens),
    token_logprobs: told.flatMap((part) => part.token_logprobs),
    top_logprobs: told.some((part) => part.top_logprobs === null)
      ? null
      : told.flatMap((part) => part.top_logprobs!),
    text_offset: told.flatMap((part) => part.text_offset),
  };
}
