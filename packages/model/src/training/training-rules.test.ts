import { CONWAY, formatRule, listRuleBits, openStream } from '@lifegpt/core';
import { describe, expect, it } from 'vitest';
import { headerRecipe } from '../test/header-recipe.js';
import { drawTrainingRule, isHeldOutRule, listHeldOutRules } from './training-rules.js';

const recipe = { ...headerRecipe, steps: 100 };
const drawAt = (step: number, count = 300, from = recipe) => {
  const random = openStream(1, 'test', step);
  return Array.from({ length: count }, () => drawTrainingRule(from, step, random));
};

describe('training rules', () => {
  it('begin with the model’s own rule, and drift away from it bit by bit', () => {
    const distance = (step: number): number => {
      const own = listRuleBits(CONWAY);
      const rules = drawAt(step);
      const changed = rules.flatMap((rule) =>
        listRuleBits(rule).filter((bit, i) => bit !== own[i]),
      );
      return changed.length / rules.length;
    };
    expect(distance(20)).toBe(0);
    // half of the bits are redrawn, half of those change
    expect(distance(40)).toBeCloseTo(18 / 4, 0);
    expect(distance(60)).toBeCloseTo(18 / 2, 0);
    expect(distance(100)).toBeCloseTo(18 / 2, 0);
  });

  it('never have the table of one that is held out, whatever is mixed', () => {
    const heldOut = new Set(listHeldOutRules(recipe).map(formatRule));
    expect(heldOut.size).toBeGreaterThanOrEqual(49_999);
    for (const step of [10, 30, 50, 100]) {
      for (const rule of drawAt(step)) {
        expect(heldOut.has(formatRule(rule))).toBe(false);
        expect(isHeldOutRule(recipe, rule)).toBe(false);
      }
    }
    for (const rule of listHeldOutRules(recipe).slice(0, 100)) {
      expect(isHeldOutRule(recipe, rule)).toBe(true);
    }
  });

  it('are as few as the recipe says, in the end', () => {
    const few = { ...recipe, rules: { ...recipe.rules!, count: 10 } };
    expect(new Set(drawAt(100, 500, few).map(formatRule)).size).toBe(10);
    const { rules: _, ...one } = recipe;
    expect(new Set(drawAt(100, 50, one).map(formatRule))).toEqual(new Set(['B3/S23']));
  });
});
