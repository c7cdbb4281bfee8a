/** The rules behind pairs of states, as a model reads them: bit by bit, and how sure it is of each. */

import {
  encodePairs,
  FORM_BITS,
  layoutPairs,
  readRuleAnswer,
  type Grid,
  type RuleForm,
  type RuleLayout,
  type Topology,
} from '@lifegpt/core';
import { chooseBest, type TokenChooser } from '../decode/choose.js';
import type { Decoder } from '../decode/decoder.js';
import type { LanguageModel } from '../network/language-model.js';
import { checkBoard, checkInfersRules } from '../network/trained-for.js';

/** A state, and the one after it. */
export interface StatePair {
  readonly before: Grid;
  readonly after: Grid;
}

/** A rule as a model reads it off a prompt. */
export interface ReadRule {
  /** B0 to B8, then S0 to S8, or the bits of a table: the next state, or null where the model says that the pairs leave it open. */
  readonly bits: readonly (0 | 1 | null)[];
  /** The probability that the model gives to each of these. */
  readonly confidence: readonly number[];
  /** Answer tokens that are none of their bit's, or a missing end marker. */
  readonly malformedTokens: number;
}

/** What was read off a batch, and what it cost. */
export interface RuleReading {
  /** One a text. */
  readonly rules: readonly ReadRule[];
  readonly forwardPasses: number;
  readonly minMargin: number;
}

/** How rules are read. */
export interface ReadRulesOptions {
  readonly decode: Decoder;
  readonly topology: Topology;
  /** 18 bits when left out. */
  readonly form?: RuleForm;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads a rule off each of some lists of pairs, all of one size and as many: the pairs of a list stand in one prompt.
 * @throws InputError when the model reads no rules, or none off such boards.
 */
export async function readRules(
  model: LanguageModel,
  texts: readonly (readonly StatePair[])[],
  { decode, topology, form = 'counts', signal }: ReadRulesOptions,
): Promise<RuleReading> {
  checkInfersRules(model);
  const { width, height } = texts[0]![0]!.before;
  checkBoard(model, { width, height }, topology);
  const layout = layoutPairs(model.tokenizer, width, height, { pairs: texts[0]!.length, form });
  const join = (side: keyof StatePair): Uint8Array => {
    const pairs = texts.flat();
    const all = new Uint8Array(pairs.length * width * height);
    pairs.forEach((pair, i) => all.set(pair[side].cells, i * width * height));
    return all;
  };
  const { answerTokens } = layout;
  const probabilities = new Float32Array(texts.length * answerTokens);
  const { tokens, forwardPasses, minMargin } = await decode(model, {
    layout,
    prompts: encodePairs(layout, join('before'), join('after'), topology),
    choose: chooseAndRemember(probabilities, layout),
    ...(signal === undefined ? {} : { signal }),
  });
  const rules = texts.map((_, i) => {
    const from = i * answerTokens;
    const answer = readRuleAnswer(layout, tokens.subarray(from, from + answerTokens));
    const confidence = Array.from(probabilities.subarray(from, from + FORM_BITS[form]));
    return { ...answer, confidence };
  });
  return { rules, forwardPasses, minMargin };
}

/** Chooses the likeliest tokens and keeps their probabilities, `[texts, answerTokens]`; the last pass over a place counts. */
function chooseAndRemember(
  probabilities: Float32Array,
  { answerTokens }: RuleLayout,
): TokenChooser {
  return (rows) => {
    const chosen = chooseBest(rows);
    const { logits, vocabulary, boards, firstBoard, firstPosition } = rows;
    const positions = chosen.tokens.length / boards;
    chosen.tokens.forEach((token, row) => {
      const own = logits.subarray(row * vocabulary, (row + 1) * vocabulary);
      const best = own[token]!;
      const sum = own.reduce((total, logit) => total + Math.exp(logit - best), 0);
      const pair = firstBoard + Math.floor(row / positions);
      probabilities[pair * answerTokens + firstPosition + (row % positions)] = 1 / sum;
    });
    return chosen;
  };
}

/** What several readings of one rule say together. */
export interface MergedRule {
  readonly bits: readonly (0 | 1 | null)[];
  /** As in `ReadRule`: of the reading that a bit is taken from; for an open one, of the one least sure of that. */
  readonly confidence: readonly number[];
  /** Bits of which some readings say 0 and others 1. */
  readonly contradicted: readonly number[];
}

/** Takes each bit from the reading that is surest of it, among those that do not leave it open. */
export function mergeRules(rules: readonly ReadRule[]): MergedRule {
  const [bits, confidence, contradicted]: [(0 | 1 | null)[], number[], number[]] = [[], [], []];
  for (let bit = 0; bit < rules[0]!.bits.length; bit++) {
    const said = rules.map(({ bits: all, confidence: sure }) => ({
      value: all[bit]!,
      sure: sure[bit]!,
    }));
    const decided = said.filter(({ value }) => value !== null);
    const order = decided.length > 0 ? decided : said;
    order.sort((a, b) => (decided.length > 0 ? b.sure - a.sure : a.sure - b.sure));
    bits.push(order[0]!.value);
    confidence.push(order[0]!.sure);
    if (new Set(decided.map(({ value }) => value)).size > 1) contradicted.push(bit);
  }
  return { bits, confidence, contradicted };
}
