/** Fresh pairs of states under rules of their own, read by a model and held against what counting says. */

import {
  countTransitions,
  createGrid,
  inferRule,
  openStream,
  RULE_BITS,
  TORUS,
  type ExampleRequest,
  type ExampleSource,
  type LifeRule,
} from '@lifegpt/core';
import type { Decoder } from './decode/decoder.js';
import type { LanguageModel } from './language-model.js';
import { readRules, type ReadRule, type StatePair } from './read-rules.js';
import { drawRule } from './trained-for.js';

/** Counts of the pairs that a model has read. */
export interface RuleCounts {
  readonly pairs: number;
  /** Pairs with every bit right, the open ones marked as such, and a well-formed answer. */
  readonly exactPairs: number;
  /** Bits that the pairs determine, and those of them that were read rightly. */
  readonly determinedBits: number;
  readonly rightBits: number;
  /** Bits that the pairs leave open, and those of them that were marked as open. */
  readonly openBits: number;
  readonly markedBits: number;
  /** Wrong answers of either kind by bit, B0 to B8, then S0 to S8, `[18]`. */
  readonly wrongByBit: readonly number[];
  readonly forwardPasses: number;
  readonly minMargin: number;
}

/** Which fresh pairs to evaluate on. */
export interface FreshPairs {
  readonly source: ExampleSource;
  /** Another seed than the training's gives boards that it never saw. */
  readonly seed: number;
  /** Sizes to draw, evenly over the sides that the model was trained for. */
  readonly sizes: number;
  readonly pairsPerSize: number;
  /** Range of the order parameter p. */
  readonly density: readonly [number, number];
  /** The rules to draw from, those that a training held out; any when left out or empty. */
  readonly rules?: readonly LifeRule[];
  readonly signal?: AbortSignal;
  /** Called after each size. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Evaluates on pairs of random sizes, each under a rule of its own. */
export async function evaluateFreshPairs(
  model: LanguageModel,
  decode: Decoder,
  { source, seed, sizes, pairsPerSize, density, rules, signal, onProgress }: FreshPairs,
): Promise<RuleCounts> {
  const [shortest, longest] = model.config.trained_for.sides;
  const random = openStream(seed, 'evaluation pairs');
  const drawSide = (): number => shortest + random.nextInt(longest - shortest + 1);
  let sum = countRules([], []);
  for (let index = 0; index < sizes; index++) {
    const request = { seed, index, height: drawSide(), width: drawSide(), density };
    const pairs = Array.from({ length: pairsPerSize }, (_, first) => {
      const rule = drawRule(random, rules);
      return drawPairs(source, { ...request, first, boards: 1, rule })[0]!;
    });
    const { rules: read, ...cost } = await readRules(model, pairs, { decode, signal });
    sum = addCounts(sum, { ...countRules(pairs, read), ...cost });
    onProgress?.(index + 1, sizes);
  }
  return sum;
}

/** Random states and the states after them, as pairs. */
export function drawPairs(source: ExampleSource, request: ExampleRequest): StatePair[] {
  const { boards, width, height, states, nextStates } = source.draw(request);
  const cells = width * height;
  const cut = (all: Uint8Array, b: number) =>
    createGrid(width, height, all.subarray(b * cells, (b + 1) * cells));
  return Array.from({ length: boards }, (_, b) => ({
    before: cut(states, b),
    after: cut(nextStates, b),
  }));
}

/** Holds what was read off each pair against what counting says of it. */
export function countRules(pairs: readonly StatePair[], read: readonly ReadRule[]): RuleCounts {
  let [exactPairs, determinedBits, rightBits, openBits, markedBits] = [0, 0, 0, 0, 0];
  const wrongByBit = Array<number>(RULE_BITS).fill(0);
  pairs.forEach(({ before, after }, i) => {
    const { bits: counted } = inferRule(countTransitions([[before, after]], TORUS));
    const { bits, malformedTokens } = read[i]!;
    let wrong = 0;
    counted.forEach((bit, b) => {
      const isRight = bits[b] === bit;
      if (bit === null) {
        openBits++;
        if (isRight) markedBits++;
      } else {
        determinedBits++;
        if (isRight) rightBits++;
      }
      if (isRight) return;
      wrong++;
      wrongByBit[b]!++;
    });
    if (wrong === 0 && malformedTokens === 0) exactPairs++;
  });
  const bits = { determinedBits, rightBits, openBits, markedBits, wrongByBit };
  return { pairs: pairs.length, exactPairs, ...bits, forwardPasses: 0, minMargin: Infinity };
}

/** Counts of two batches together; `forwardPasses` is the larger one. */
function addCounts(a: RuleCounts, b: RuleCounts): RuleCounts {
  return {
    pairs: a.pairs + b.pairs,
    exactPairs: a.exactPairs + b.exactPairs,
    determinedBits: a.determinedBits + b.determinedBits,
    rightBits: a.rightBits + b.rightBits,
    openBits: a.openBits + b.openBits,
    markedBits: a.markedBits + b.markedBits,
    wrongByBit: a.wrongByBit.map((wrong, bit) => wrong + b.wrongByBit[bit]!),
    forwardPasses: Math.max(a.forwardPasses, b.forwardPasses),
    minMargin: Math.min(a.minMargin, b.minMargin),
  };
}
