/** Which rules a training takes, and which it leaves for the test: a function of the recipe's seed. */

import {
  FORM_BITS,
  isIsotropic,
  isTableRule,
  listRuleBits,
  openStream,
  RULE_BITS,
  ruleOfBits,
  type LifeRule,
  type RandomStream,
  type Rule,
  type RuleForm,
} from '@lifegpt/core';
import { sample } from './sample.js';

/** The rules of a training that has all of them. */
export interface TrainingRules {
  /** How many life-like rules are never shown, for the test. */
  readonly held_out: number;
}

/** All life-like rules. */
export const RULE_COUNT = 2 ** RULE_BITS;

/** What decides which rules are held out. */
export interface RuleHolding {
  readonly seed: number;
  readonly rules?: TrainingRules;
}

/**
 * Draws a rule that is not held out: 18 fair bits; or a table of 512 that hangs on some of the nine cells, from one of them
 * to all, so that there is something to find before all nine are found. A table's share of ones is often near 0 or 1 (it has
 * the arcsine distribution), so that lonely bits have to be told from all others. Tables that turning and mirroring leave as
 * they are, Hensel's, are never drawn.
 */
export function drawTrainingRule(recipe: RuleHolding, form: RuleForm, random: RandomStream): Rule {
  for (;;) {
    const rule = form === 'counts' ? drawCounts(random) : { table: drawTable(random) };
    if (!isHeldOutRule(recipe, rule)) return rule;
  }
}

function drawCounts(random: RandomStream): LifeRule {
  return ruleOfBits(Array.from({ length: RULE_BITS }, () => random.nextInt(2)));
}

const CELLS = Array.from({ length: 9 }, (_, i) => 1 << i);

function drawTable(random: RandomStream): Uint8Array {
  const cells = sample(CELLS, 1 + random.nextInt(CELLS.length), random);
  const seen = cells.reduce((mask, cell) => mask | cell, 0);
  const share = Math.sin((Math.PI / 2) * random.nextFloat()) ** 2;
  const bits = Uint8Array.from({ length: FORM_BITS.table }, () =>
    random.nextFloat() < share ? 1 : 0,
  );
  return bits.map((_, neighbourhood) => bits[neighbourhood & seen]!);
}

/** The life-like rules that are held out; B3/S23 never is. */
export function listHeldOutRules({ rules, seed }: RuleHolding): LifeRule[] {
  const last = orderRules(seed).subarray(RULE_COUNT - (rules?.held_out ?? 0));
  return Array.from(
    last.filter((number) => number !== CONWAY_NUMBER),
    ruleOfNumber,
  );
}

/** Tells whether a rule is held out: some of the life-like ones, and every isotropic table. */
export function isHeldOutRule({ rules, seed }: RuleHolding, rule: Rule): boolean {
  if (rules === undefined) return false;
  if (isTableRule(rule)) return isIsotropic(rule.table);
  const number = numberOfRule(rule);
  if (number === CONWAY_NUMBER) return false;
  return placesOf(seed)[number]! >= RULE_COUNT - rules.held_out;
}

const ruleOfNumber = (number: number): LifeRule => ({ birth: number & 511, survival: number >> 9 });
const numberOfRule = (rule: LifeRule): number =>
  listRuleBits(rule).reduce<number>((number, bit, i) => number | (bit << i), 0);
const CONWAY_NUMBER = numberOfRule({ birth: 8, survival: 12 });

// a shuffle of all rules takes a hundredth of a second; a training asks for the same one at every step
const orders = new Map<number, Uint32Array>();
const places = new Map<number, Uint32Array>();

/** All life-like rules in an order that the seed decides. */
function orderRules(seed: number): Uint32Array {
  const known = orders.get(seed);
  if (known !== undefined) return known;
  const random = openStream(seed, 'rules');
  const order = Uint32Array.from({ length: RULE_COUNT }, (_, i) => i);
  for (let i = order.length - 1; i > 0; i--) {
    const j = random.nextInt(i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  orders.set(seed, order);
  return order;
}

/** Where each rule stands in that order. */
function placesOf(seed: number): Uint32Array {
  const known = places.get(seed);
  if (known !== undefined) return known;
  const found = new Uint32Array(RULE_COUNT);
  orderRules(seed).forEach((number, place) => (found[number] = place));
  places.set(seed, found);
  return found;
}
