/**
 * The text of the inverse task: states and the states after them are given, and the rule is asked for, bit by bit,
 *
 *     @InferRule{T3,2}<010011> [101000]<101000> [000000]{0?10…?}$
 *     `----------------- prompt ----------------------´`-answer-´
 *
 * 18 bits behind `]{`, or the 512 of a table behind `]{MAP`; `?` for a bit that the pairs do not determine, because no
 * cell of the given states has that neighbourhood.
 */

import { createGrid } from './grid.js';
import { encodeTopology, FORM_BITS, HEADER_END, HEADER_MARKERS, type RuleForm } from './header.js';
import { ANSWER_START } from './prompt.js';
import type { TextParts } from './text-layout.js';
import type { Tokenizer } from './tokenizer.js';
import type { Topology } from './topology.js';

/** Opens a prompt that asks for a rule. */
export const PAIR_START = '@InferRule{';
/** Closes a pair, and opens the next one. */
export const NEXT_PAIR = ']<';
/** Closes the last pair, and asks for the first of 18 bits. */
export const RULE_START = ']{';
/** Closes the last pair, and asks for the first of 512 bits. */
export const TABLE_START = ']{MAP';
/** Closes the rule. */
export const RULE_END = '}$';
/** A bit that the pairs leave open. */
export const OPEN_BIT = '?';

/** How the text of pairs falls into tokens: `[head | cells | middle | next cells | marker | … | bits | end]`. */
export interface RuleLayout extends TextParts {
  readonly task: 'infer-rule';
  readonly pairs: number;
  /** Tokens from one pair's first cell to the next one's. */
  readonly tokensAPair: number;
  /** Id of a bit that stays open. */
  readonly openToken: number;
}

/** Lays out texts of so many pairs of boards of one size for a tokenizer. */
export function layoutPairs(
  tokenizer: Tokenizer,
  width: number,
  height: number,
  { pairs = 1, form = 'counts' }: { readonly pairs?: number; readonly form?: RuleForm } = {},
): RuleLayout {
  const cells = createGrid(width, height).cells.length;
  const endTokens = Int32Array.of(tokenizer.idOf(RULE_END));
  const tokensAPair = 2 * cells + 2;
  const promptTokens = HEADER_MARKERS + pairs * tokensAPair;
  const answerTokens = FORM_BITS[form] + endTokens.length;
  return {
    task: 'infer-rule',
    width,
    height,
    tokenizer,
    form,
    pairs,
    tokensAPair,
    promptTokens,
    firstCell: HEADER_MARKERS,
    answerTokens,
    inputTokens: promptTokens + answerTokens - 1,
    endTokens,
    cellTokens: [tokenizer.idOf('0'), tokenizer.idOf('1')],
    openToken: tokenizer.idOf(OPEN_BIT),
  };
}

/**
 * Token ids of prompts that ask for rules, `[texts, promptTokens]`.
 * @param states `[texts, pairs, height * width]`
 * @param nextStates the states after them
 */
export function encodePairs(
  layout: RuleLayout,
  states: Uint8Array,
  nextStates: Uint8Array,
  topology: Topology,
): Int32Array {
  const { tokenizer, width, height, form, pairs, tokensAPair } = layout;
  const { promptTokens, firstCell, cellTokens } = layout;
  const cells = width * height;
  const texts = states.length / cells / pairs;
  const tokens = new Int32Array(texts * promptTokens);
  const head = [
    tokenizer.idOf(PAIR_START),
    encodeTopology(tokenizer, topology),
    tokenizer.idOf(HEADER_END),
  ];
  const [middle, next] = [tokenizer.idOf(ANSWER_START), tokenizer.idOf(NEXT_PAIR)];
  for (let text = 0; text < texts; text++) {
    const own = tokens.subarray(text * promptTokens, (text + 1) * promptTokens);
    own.set(head);
    for (let pair = 0; pair < pairs; pair++) {
      const board = (text * pairs + pair) * cells;
      const from = firstCell + pair * tokensAPair;
      for (let k = 0; k < cells; k++) {
        own[from + k] = cellTokens[states[board + k]! as 0 | 1];
        own[from + cells + 1 + k] = cellTokens[nextStates[board + k]! as 0 | 1];
      }
      own[from + cells] = middle;
      own[from + tokensAPair - 1] = next;
    }
    own[promptTokens - 1] = tokenizer.idOf(form === 'counts' ? RULE_START : TABLE_START);
  }
  return tokens;
}

/** Token ids of answers, `[texts, answerTokens]`. @param bits of each text, null where they are open */
export function encodeRuleAnswers(
  { cellTokens, openToken, endTokens, answerTokens }: RuleLayout,
  bits: readonly (readonly (0 | 1 | null)[])[],
): Int32Array {
  const tokens = new Int32Array(bits.length * answerTokens);
  bits.forEach((own, text) => {
    tokens.set(
      own.map((bit) => (bit === null ? openToken : cellTokens[bit])),
      text * answerTokens,
    );
    tokens.set(endTokens, text * answerTokens + own.length);
  });
  return tokens;
}

/** What an answer's tokens say of the bits; a token that is none of a bit's three counts as open and as malformed. */
export function readRuleAnswer(
  { cellTokens, openToken, endTokens, form }: RuleLayout,
  tokens: Int32Array,
): { bits: (0 | 1 | null)[]; malformedTokens: number } {
  let malformedTokens = tokens[FORM_BITS[form]] === endTokens[0] ? 0 : 1;
  const bits = Array.from({ length: FORM_BITS[form] }, (_, i) => {
    const token = tokens[i];
    if (token === cellTokens[1]) return 1;
    if (token === cellTokens[0]) return 0;
    if (token !== openToken) malformedTokens++;
    return null;
  });
  return { bits, malformedTokens };
}
