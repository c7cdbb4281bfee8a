/** Fresh pairs of states under rules of their own, read by a model and held against what counting says. */

import {
  createGrid,
  determineBits,
  FORM_BITS,
  isSquare,
  openStream,
  topologyOfToken,
  type ExampleRequest,
  type ExampleSource,
  type Rule,
  type RuleForm,
  type Topology,
} from '@lifegpt/core';
import type { Decoder } from '../decode/decoder.js';
import type { LanguageModel } from '../network/language-model.js';
import { drawRule, listTopologies } from '../network/trained-for.js';
import { readRules, type ReadRule, type StatePair } from './read-rules.js';

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
  /** Wrong answers of either kind by bit: B0 to B8, then S0 to S8, or those of a table. */
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
  readonly rules?: readonly Rule[];
  /** The form in which rules are asked for; 18 bits when left out. */
  readonly form?: RuleForm;
  /** Shortest and longest side; those of the model's training when left out. */
  readonly sides?: readonly [number, number];
  readonly signal?: AbortSignal;
  /** Called after each size. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Evaluates on pairs of random sizes and of the topologies that the model knows, each pair under a rule of its own. */
export async function evaluateFreshPairs(
  model: LanguageModel,
  decode: Decoder,
  {
    source,
    seed,
    sizes,
    pairsPerSize,
    density,
    rules,
    form,
    sides,
    signal,
    onProgress,
  }: FreshPairs,
): Promise<RuleCounts> {
  const { trained_for: trained } = model.config;
  const [shortest, longest] = sides ?? trained.sides;
  const random = openStream(seed, 'evaluation pairs');
  const drawSide = (): number => shortest + random.nextInt(longest - shortest + 1);
  const tokens = listTopologies(trained);
  let sum = countRules([], [], { form });
  for (let index = 0; index < sizes; index++) {
    const topology = topologyOfToken(tokens[random.nextInt(tokens.length)]!);
    const height = drawSide();
    const width = isSquare(topology) ? height : drawSide();
    const request = { seed, index, height, width, topology, density };
    const pairs = Array.from({ length: pairsPerSize }, (_, first) => {
      const rule = drawRule(random, rules);
      return drawPairs(source, { ...request, first, boards: 1, rule })[0]!;
    });
    const texts = pairs.map((pair) => [pair]);
    const asked = { decode, topology, signal, ...(form === undefined ? {} : { form }) };
    const { rules: read, ...cost } = await readRules(model, texts, asked);
    sum = addCounts(sum, { ...countRules(texts, read, { form, topology }), ...cost });
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

/** Holds what was read off each list of pairs against what looking at them says. */
export function countRules(
  texts: readonly (readonly StatePair[])[],
  read: readonly ReadRule[],
  {
    form = 'counts',
    topology = topologyOfToken('T'),
  }: { readonly form?: RuleForm | undefined; readonly topology?: Topology },
): RuleCounts {
  let [exactPairs, determinedBits, rightBits, openBits, markedBits] = [0, 0, 0, 0, 0];
  const wrongByBit = Array<number>(FORM_BITS[form]).fill(0);
  texts.forEach((pairs, i) => {
    const states = pairs.map(({ before, after }) => [before, after] as const);
    const { bits, malformedTokens } = read[i]!;
    let wrong = 0;
    determineBits(states, form, topology).forEach((bit, b) => {
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
  return { pairs: texts.length, exactPairs, ...bits, forwardPasses: 0, minMargin: Infinity };
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
