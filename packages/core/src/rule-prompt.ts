/**
 * The text of the inverse task: a state and the state after it are given, and the rule is asked for, bit by bit,
 *
 *     @InferRule<0101…> [1010…]{b0b1b2B3…s7?}$
 *     `------- prompt --------´`--- answer --´
 *
 * with the tokens of headers (`header.ts`) for bits, and `?` for a bit that the pair does not determine, because no
 * cell of that state has that many live neighbours.
 */

import { createGrid } from './grid.js';
import { RULE_TOKENS } from './header.js';
import { inferRule } from './infer-rule.js';
import { ANSWER_START } from './prompt.js';
import { RULE_BITS } from './rule-bits.js';
import { BORDER_COLUMNS, borderDistances, type TextParts } from './text-layout.js';
import type { Tokenizer } from './tokenizer.js';
import type { Topology } from './topology.js';
import { countTransitions } from './transitions.js';

/** Opens a prompt that asks for a rule. */
export const PAIR_START = '@InferRule<';
/** Closes the second state, and asks for the first bit. */
export const RULE_START = ']{';
/** Closes the rule. */
export const RULE_END = '}$';
/** A bit that the pair leaves open. */
export const OPEN_BIT = '?';

/** The vocabulary of prompts that ask for a rule. */
export const RULE_VOCABULARY: readonly string[] = [
  '0',
  '1',
  PAIR_START,
  ANSWER_START,
  RULE_START,
  RULE_END,
  OPEN_BIT,
  ...RULE_TOKENS.flat(),
];

/** Whether a model with these tokens is asked for rules. */
export function asksForRules({ vocabulary }: Tokenizer): boolean {
  return vocabulary.includes(PAIR_START);
}

/** How the text of a pair falls into tokens: `[start | cells | middle | next cells | start of the rule | bits | end]`. */
export interface RuleLayout extends TextParts {
  readonly task: 'infer-rule';
  /** Index of the first cell of the state after the given one. */
  readonly firstNextCell: number;
  /** Ids of each bit's tokens, unset and set, `[18]`. */
  readonly bitTokens: readonly (readonly [unset: number, set: number])[];
  /** Id of a bit that stays open. */
  readonly openToken: number;
}

/** Lays out pairs of boards of one size for a tokenizer. */
export function layoutPair(tokenizer: Tokenizer, width: number, height: number): RuleLayout {
  const cells = createGrid(width, height).cells.length;
  const endTokens = Int32Array.of(tokenizer.idOf(RULE_END));
  const promptTokens = 2 * cells + 3;
  const answerTokens = RULE_BITS + endTokens.length;
  return {
    task: 'infer-rule',
    width,
    height,
    tokenizer,
    promptTokens,
    firstCell: 1,
    firstNextCell: cells + 2,
    answerTokens,
    inputTokens: promptTokens + answerTokens - 1,
    endTokens,
    cellTokens: [tokenizer.idOf('0'), tokenizer.idOf('1')],
    bitTokens: RULE_TOKENS.map(([unset, set]) => [tokenizer.idOf(unset), tokenizer.idOf(set)]),
    openToken: tokenizer.idOf(OPEN_BIT),
  };
}

/**
 * Token ids of pairs' prompts, `[pairs, promptTokens]`.
 * @param states `[pairs, height * width]`
 * @param nextStates the states after them
 */
export function encodePairs(
  layout: RuleLayout,
  states: Uint8Array,
  nextStates: Uint8Array,
): Int32Array {
  const { tokenizer, width, height, promptTokens, firstCell, firstNextCell, cellTokens } = layout;
  const cells = width * height;
  const pairs = states.length / cells;
  const tokens = new Int32Array(pairs * promptTokens);
  const [start, middle, end] = [PAIR_START, ANSWER_START, RULE_START].map(tokenizer.idOf);
  for (let pair = 0; pair < pairs; pair++) {
    const own = tokens.subarray(pair * promptTokens, (pair + 1) * promptTokens);
    own[0] = start!;
    own[firstNextCell - 1] = middle!;
    own[promptTokens - 1] = end!;
    for (let k = 0; k < cells; k++) {
      own[firstCell + k] = cellTokens[states[pair * cells + k]! as 0 | 1];
      own[firstNextCell + k] = cellTokens[nextStates[pair * cells + k]! as 0 | 1];
    }
  }
  return tokens;
}

/**
 * Token ids of whole examples, as `encodeExamples` gives them for next states: what the model reads (`inputs`,
 * `[pairs, inputTokens]`) and what it should write (`targets`, `[pairs, answerTokens]`), which counting says.
 */
export function encodePairExamples(
  layout: RuleLayout,
  states: Uint8Array,
  nextStates: Uint8Array,
  topology: Topology,
): { inputs: Int32Array; targets: Int32Array } {
  const { width, height, promptTokens, answerTokens, inputTokens, bitTokens, openToken } = layout;
  const cells = width * height;
  const pairs = states.length / cells;
  const prompts = encodePairs(layout, states, nextStates);
  const inputs = new Int32Array(pairs * inputTokens);
  const targets = new Int32Array(pairs * answerTokens);
  for (let pair = 0; pair < pairs; pair++) {
    const run = [states, nextStates].map((all) =>
      createGrid(width, height, all.subarray(pair * cells, (pair + 1) * cells)),
    );
    const { bits } = inferRule(countTransitions([run], topology));
    const answer = targets.subarray(pair * answerTokens, (pair + 1) * answerTokens);
    bits.forEach((bit, i) => (answer[i] = bit === null ? openToken : bitTokens[i]![bit]));
    answer.set(layout.endTokens, RULE_BITS);
    const from = pair * inputTokens;
    inputs.set(prompts.subarray(pair * promptTokens, (pair + 1) * promptTokens), from);
    inputs.set(answer.subarray(0, answerTokens - 1), from + promptTokens);
  }
  return { inputs, targets };
}

/** Parts of the text that the coordinates of a pair tell apart: marker, given state, next state, answer. */
export const PAIR_PARTS = 4;

/**
 * Where each input token stands, `[inputTokens, 5]`, as `borderCoordinates` says it of the other text, with the parts 0
 * marker, 1 the given state, 2 the next one, 3 the answer. Every cell has its own coordinates. The token that predicts bit i
 * has i + 1 in place of the distance to the top: so which bit is asked for needs no look at the bits before it.
 */
export function pairCoordinates(layout: RuleLayout): Int32Array {
  const { width, height, firstCell, firstNextCell, promptTokens, inputTokens } = layout;
  const columns = new Int32Array(inputTokens * BORDER_COLUMNS);
  for (let cell = 0; cell < width * height; cell++) {
    const distances = borderDistances(cell, layout);
    columns.set([1, ...distances], (firstCell + cell) * BORDER_COLUMNS);
    columns.set([2, ...distances], (firstNextCell + cell) * BORDER_COLUMNS);
  }
  for (let bit = 0; bit <= RULE_BITS; bit++) {
    const place = bit < RULE_BITS ? bit + 1 : 0; // the last one predicts the end
    columns.set([3, place], (promptTokens - 1 + bit) * BORDER_COLUMNS);
  }
  return columns;
}

/** What an answer's tokens say of the bits; a token that is none of a bit's three counts as open and as malformed. */
export function readRuleAnswer(
  { bitTokens, openToken, endTokens }: RuleLayout,
  tokens: Int32Array,
): { bits: (0 | 1 | null)[]; malformedTokens: number } {
  let malformedTokens = tokens[RULE_BITS] === endTokens[0] ? 0 : 1;
  const bits = bitTokens.map(([unset, set], i) => {
    const token = tokens[i];
    if (token === set) return 1;
    if (token === unset) return 0;
    if (token !== openToken) malformedTokens++;
    return null;
  });
  return { bits, malformedTokens };
}
