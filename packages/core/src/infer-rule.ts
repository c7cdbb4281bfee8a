/**
 * The rule that an observation shows. Without noise every count decides: a case that was seen has the
 * next state that it had, and one that was never seen stays open. With noise, all 2^18 rules are
 * compared by their likelihood.
 */

import { InputError } from './input-error.js';
import { RULE_BITS } from './rule-bits.js';
import type { Transitions } from './transitions.js';

/** A rule as far as an observation shows it. */
export interface InferredRule {
  /** B0 to B8, then S0 to S8: the next state, or null where it stays open. */
  readonly bits: readonly (0 | 1 | null)[];
  /** For each bit the natural logarithm of the likelihood ratio; infinite without noise. */
  readonly confidence: readonly number[];
  /** Whether a life-like rule explains what was seen. */
  readonly consistent: boolean;
  /** Share of the counted cells that the most likely rule explains; 1 when it explains all. */
  readonly explained: number;
}

/** Reads the rule off exact counts; a case with both next states stays open. */
export function inferRule({ counts, contradiction }: Transitions): InferredRule {
  const bits = Array.from({ length: RULE_BITS }, (_, c) => {
    const [dead, alive] = [counts[2 * c]!, counts[2 * c + 1]!];
    if (dead > 0 === alive > 0) return null;
    return alive > 0 ? 1 : 0;
  });
  const confidence = bits.map((bit) => (bit === null ? 0 : Infinity));
  const majority = Array.from({ length: RULE_BITS }, (_, c) =>
    Math.max(counts[2 * c]!, counts[2 * c + 1]!),
  );
  const explained = sum(majority) / (sum(counts) || 1);
  return { bits, confidence, consistent: contradiction === null, explained };
}

/** Likelihood ratio from which a bit counts as decided: 1,000 to 1. */
const DECISIVE = Math.log(1000);
/**
 * Cells that one flipped cell misleads: its own case, its eight neighbours', and its next state. They
 * are counted as if they were independent, so the logarithm of a ratio is divided by their number.
 */
const CELLS_A_FLIP = 10;
/** Standard deviations by which the unexplained cells may exceed those that flips explain. */
const TOLERANCE = 6;

/**
 * The most likely rule when every observed cell is flipped with the same probability, independently,
 * and the automaton itself makes no mistakes. A flip changes the state of a cell, its next state, and the counts of
 * its eight neighbours. How often the 18 cases really occur is estimated first (expectation maximisation over the
 * observed cases); then each of the 2^18 rules has a likelihood, and a bit's confidence is the ratio of the best rule with
 * it to the best rule without it.
 * @param flipRate probability that an observed cell is wrong, over 0 and under 0.5
 * @throws InputError when the flip rate is outside that range.
 */
export function inferNoisyRule({ counts }: Transitions, flipRate: number): InferredRule {
  if (!(flipRate > 0 && flipRate < 0.5)) {
    throw new InputError(`a flip rate lies over 0 and under 0.5, and is not ${flipRate}`);
  }
  const observed = Array.from({ length: RULE_BITS }, (_, c) => counts[2 * c]! + counts[2 * c + 1]!);
  const truth = estimateTruth(observed, flipRate);
  const best = rankRules(counts, truth, flipRate);
  const confidence: number[] = [];
  const bits = best.byBit.map(([without, having], c) => {
    const ratio = Math.abs(having - without) / CELLS_A_FLIP;
    confidence.push(ratio);
    if (observed[c] === 0 || ratio < DECISIVE) return null;
    return having > without ? 1 : 0;
  });
  const { wrong, expected } = countUnexplained(counts, truth, flipRate, best.rule);
  const consistent = wrong - expected <= TOLERANCE * Math.sqrt(CELLS_A_FLIP * (expected + 1));
  return { bits, confidence, consistent, explained: 1 - wrong / (sum(observed) || 1) };
}

const sum = (numbers: ArrayLike<number>): number => Array.from(numbers).reduce((a, b) => a + b, 0);

/** `[observed case][true case]`: the probability of the true case given the observed one. */
type Truth = readonly (readonly number[])[];

function estimateTruth(observed: readonly number[], flipRate: number): Truth {
  const cases = Array.from({ length: RULE_BITS }, (_, c) => c);
  const seenAs = cases.map((seen) => cases.map((real) => flipCase(real, seen, flipRate)));
  const total = sum(observed) || 1;
  let share = cases.map(() => 1 / RULE_BITS);
  let truth: number[][] = [];
  for (let round = 0; round < 200; round++) {
    truth = seenAs.map((row) => {
      const joint = row.map((p, real) => p * share[real]!);
      const whole = sum(joint) || 1;
      return joint.map((p) => p / whole);
    });
    share = cases.map((real) => sum(observed.map((n, seen) => n * truth[seen]![real]!)) / total);
  }
  return truth;
}

/** The probability that a cell of one case is seen as another. */
function flipCase(real: number, seen: number, flipRate: number): number {
  const isFlipped = Math.floor(real / 9) !== Math.floor(seen / 9);
  const [alive, seenAlive] = [real % 9, seen % 9];
  let ways = 0;
  for (let lost = 0; lost <= alive; lost++) {
    const gained = seenAlive - alive + lost;
    if (gained < 0 || gained > 8 - alive) continue;
    ways += binomial(alive, lost, flipRate) * binomial(8 - alive, gained, flipRate);
  }
  return ways * (isFlipped ? flipRate : 1 - flipRate);
}

function binomial(n: number, k: number, p: number): number {
  let ways = 1;
  for (let i = 0; i < k; i++) ways = (ways * (n - i)) / (i + 1);
  return ways * p ** k * (1 - p) ** (n - k);
}

/** The most likely rule, and by bit the largest log-likelihood of a rule without and with it. */
function rankRules(
  counts: Float64Array,
  truth: Truth,
  flipRate: number,
): { rule: number; byBit: [without: number, having: number][] } {
  const alive = new Float64Array(RULE_BITS).fill(flipRate); // by observed case; all bits 0
  const byBit = Array.from({ length: RULE_BITS }, (): [number, number] => [-Infinity, -Infinity]);
  let [rule, best] = [0, -Infinity];
  let code = 0;
  for (let step = 1; ; step++) {
    let likelihood = 0;
    for (let c = 0; c < RULE_BITS; c++) {
      const p = Math.min(1 - flipRate, Math.max(flipRate, alive[c]!)); // rounding
      if (counts[2 * c]! > 0) likelihood += counts[2 * c]! * Math.log1p(-p);
      if (counts[2 * c + 1]! > 0) likelihood += counts[2 * c + 1]! * Math.log(p);
    }
    for (let c = 0; c < RULE_BITS; c++) {
      const side = (code >> c) & 1;
      if (likelihood > byBit[c]![side]!) byBit[c]![side] = likelihood;
    }
    if (likelihood > best) [rule, best] = [code, likelihood];
    if (step === 2 ** RULE_BITS) return { rule, byBit };
    const bit = 31 - Math.clz32(step & -step); // Gray code: each rule differs from the last in one bit
    code ^= 1 << bit;
    const change = (1 - 2 * flipRate) * ((code >> bit) & 1 ? 1 : -1);
    for (let c = 0; c < RULE_BITS; c++) alive[c]! += change * truth[c]![bit]!;
  }
}

/** Cells whose next state goes against the rule, and how many do so because of flips, on the average. */
function countUnexplained(
  counts: Float64Array,
  truth: Truth,
  flipRate: number,
  rule: number,
): { wrong: number; expected: number } {
  let [wrong, expected] = [0, 0];
  for (let c = 0; c < RULE_BITS; c++) {
    const share = sum(truth[c]!.map((p, real) => p * ((rule >> real) & 1)));
    const alive = flipRate + (1 - 2 * flipRate) * share;
    const [dead, live] = [counts[2 * c]!, counts[2 * c + 1]!];
    wrong += alive > 0.5 ? dead : live;
    expected += (dead + live) * Math.min(alive, 1 - alive);
  }
  return { wrong, expected };
}
