/** Which rules a training takes, and which it leaves for the test: a function of the recipe's seed. */

import {
  listRuleBits,
  openStream,
  RULE_BITS,
  ruleOfBits,
  type LifeRule,
  type RandomStream,
} from '@lifegpt/core';
import type { Recipe } from './recipe.js';
import { defaultHeader } from './trained-for.js';

/** The rules of a training: from the model's own rule to any. */
export interface TrainingRules {
  /** How many rules are drawn from, in the end. */
  readonly count: number;
  /** How many others are never shown, for the test: no rule of the training has the table of one of them. */
  readonly held_out: number;
  /**
   * Shares of all steps. Up to the first one there is only the model's own rule; from there to the second one each
   * bit of it is replaced by the drawn rule's with a probability that grows from 0 to 1.
   */
  readonly grows: readonly [number, number];
}

/** All life-like rules. */
export const RULE_COUNT = 2 ** RULE_BITS;

type WithRules = Pick<Recipe, 'rules' | 'seed' | 'steps' | 'model'>;

/** Draws the rule of one board of a step (counted from 1). */
export function drawTrainingRule(recipe: WithRules, step: number, random: RandomStream): LifeRule {
  const { rule: own } = defaultHeader(recipe.model.trained_for);
  const { rules } = recipe;
  if (rules === undefined) return own;
  const [from, until] = rules.grows;
  const share = Math.max(
    0,
    Math.min(1, (step / recipe.steps - from) / Math.max(1e-9, until - from)),
  );
  const order = orderRules(recipe.seed);
  for (;;) {
    const drawn = listRuleBits(ruleOfNumber(order[random.nextInt(rules.count)]!));
    const mixed = listRuleBits(own).map((bit, i) => (random.nextFloat() < share ? drawn[i]! : bit));
    const rule = ruleOfBits(mixed);
    if (!isHeldOutRule(recipe, rule)) return rule;
  }
}

/** The rules that are held out; the model's own rule never is. */
export function listHeldOutRules({ rules, seed, model }: WithRules): LifeRule[] {
  const own = numberOfRule(defaultHeader(model.trained_for).rule);
  const last = orderRules(seed).subarray(RULE_COUNT - (rules?.held_out ?? 0));
  return Array.from(
    last.filter((number) => number !== own),
    ruleOfNumber,
  );
}

/** Tells whether a rule is held out. */
export function isHeldOutRule({ rules, seed, model }: WithRules, rule: LifeRule): boolean {
  if (rules === undefined) return false;
  const number = numberOfRule(rule);
  if (number === numberOfRule(defaultHeader(model.trained_for).rule)) return false;
  return placesOf(seed)[number]! >= RULE_COUNT - rules.held_out;
}

const ruleOfNumber = (number: number): LifeRule => ({ birth: number & 511, survival: number >> 9 });
const numberOfRule = ({ birth, survival }: LifeRule): number => birth | (survival << 9);

// a shuffle of all rules takes a hundredth of a second; a training asks for the same one at every step
const orders = new Map<number, Uint32Array>();
const places = new Map<number, Uint32Array>();

/** All rules in an order that the seed decides. */
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
