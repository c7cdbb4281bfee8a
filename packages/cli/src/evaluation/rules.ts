/** Rules that are read off fresh pairs of states, by a model and by counting, held against the rules themselves. */

import {
  countTransitions,
  deriveSeed,
  inferRule,
  RULE_BITS,
  ruleOfBits,
  TORUS,
  type BoardSize,
  type LifeRule,
} from '@lifegpt/core';
import {
  decodeJacobi,
  drawPairs,
  mergeRules,
  readRules,
  type LanguageModel,
  type StatePair,
} from '@lifegpt/model';
import type { SimdLife } from '@lifegpt/simd-life';
import type { CommandContext } from '../context.js';
import { createProgress } from '../terminal/progress.js';

/** What is read, and how much of it. */
export interface RuleTrial {
  readonly rules: readonly LifeRule[];
  readonly pairsPerRule: number;
  readonly size: BoardSize;
  /** Range of the order parameter p. */
  readonly density: readonly [number, number];
  readonly seed: number;
}

/** How well rules were read. */
export interface ReaderScore {
  /** `counting`, or the model's name. */
  readonly reader: string;
  /** Rules with every bit right that the pairs determine. */
  readonly exactRules: number;
  /** Rules that, open bits taken as 0, step every one of some fresh boards rightly. */
  readonly functionalRules: number;
  /** Bits that the pairs determine and that were read wrongly, or said to be open. */
  readonly wrongBits: number;
  /** Bits that the pairs leave open and that were read as 0 or 1 all the same. */
  readonly claimedBits: number;
  readonly seconds: number;
}

/** All of it. */
export interface RuleScores {
  readonly rules: number;
  readonly pairs: number;
  readonly determinedBits: number;
  readonly openBits: number;
  readonly readers: readonly [counting: ReaderScore, model: ReaderScore];
}

type Bits = readonly (0 | 1 | null)[];

/** Boards that a rule is stepped on, to see whether it does what the true one does. */
const BOARDS_A_RULE = 8;
/** Rules whose pairs the model is given at once. */
const RULES_AT_ONCE = 32;

/** Reads every rule off its pairs. @throws InputError when the model reads no rules off such boards. */
export async function scoreRules(
  model: LanguageModel,
  trial: RuleTrial,
  engine: SimdLife,
  { signal, progress: stream }: CommandContext,
): Promise<RuleScores> {
  const { rules, pairsPerRule } = trial;
  const progress = createProgress(stream, 'read', rules.length, 'rules');
  const [counted, read]: [Bits[], Bits[]] = [[], []];
  let [counting, reading] = [0, 0]; // milliseconds
  for (let first = 0; first < rules.length; first += RULES_AT_ONCE) {
    const group = rules.slice(first, first + RULES_AT_ONCE);
    const pairs = group.map((rule, i) => drawPairsOf(trial, rule, first + i, engine));
    const began = performance.now();
    counted.push(...pairs.map(countBits));
    const between = performance.now();
    const answers = await readRules(model, pairs.flat(), { decode: decodeJacobi, signal });
    for (let i = 0; i < group.length; i++) {
      const own = answers.rules.slice(i * pairsPerRule, (i + 1) * pairsPerRule);
      read.push(mergeRules(own).bits);
    }
    counting += between - began;
    reading += performance.now() - between;
    progress.update(first + group.length);
  }
  progress.finish();
  const trials = rules.map((rule, index) => openTrial(trial, rule, index, engine));
  const determinedBits = counted.flat().filter((bit) => bit !== null).length;
  return {
    rules: rules.length,
    pairs: rules.length * pairsPerRule,
    determinedBits,
    openBits: RULE_BITS * rules.length - determinedBits,
    readers: [
      { reader: 'counting', ...score(counted, counted, trials), seconds: counting / 1000 },
      { reader: model.name, ...score(read, counted, trials), seconds: reading / 1000 },
    ],
  };
}

/** Holds what was read of each rule against what its pairs determine, and against the rule itself. */
function score(
  read: readonly Bits[],
  counted: readonly Bits[],
  trials: readonly ((bits: Bits) => boolean)[],
): Omit<ReaderScore, 'reader' | 'seconds'> {
  let [exactRules, functionalRules, wrongBits, claimedBits] = [0, 0, 0, 0];
  read.forEach((bits, index) => {
    const differs = counted[index]!.flatMap((bit, b) => (bits[b] === bit ? [] : [bit]));
    const wrong = differs.filter((bit) => bit !== null).length;
    wrongBits += wrong;
    claimedBits += differs.length - wrong;
    if (wrong === 0) exactRules++;
    if (trials[index]!(bits)) functionalRules++;
  });
  return { exactRules, functionalRules, wrongBits, claimedBits };
}

function countBits(pairs: readonly StatePair[]): Bits {
  const runs = pairs.map(({ before, after }) => [before, after]);
  return inferRule(countTransitions(runs, TORUS)).bits;
}

function drawPairsOf(
  { size, density, seed, pairsPerRule }: RuleTrial,
  rule: LifeRule,
  index: number,
  engine: SimdLife,
): StatePair[] {
  const own = deriveSeed(seed, 'rule pairs');
  return drawPairs(engine, { seed: own, index, boards: pairsPerRule, ...size, rule, density });
}

/** Tells whether a rule steps fresh boards as the true one does. */
function openTrial(
  { size, density, seed }: RuleTrial,
  rule: LifeRule,
  index: number,
  engine: SimdLife,
): (bits: Bits) => boolean {
  const own = deriveSeed(seed, 'rule boards');
  const boards = drawPairs(engine, {
    seed: own,
    index,
    boards: BOARDS_A_RULE,
    ...size,
    rule,
    density,
  });
  return (bits) => {
    const read = ruleOfBits(bits);
    return boards.every(({ before, after }) => {
      const { cells } = engine.step(before, read);
      return cells.every((cell, k) => cell === after.cells[k]);
    });
  };
}
