import {
  CONWAY,
  FORM_BITS,
  formatRule,
  isIsotropic,
  listFormBits,
  openStream,
  parseRule,
} from '@lifegpt/core';
import { describe, expect, it } from 'vitest';
import { locationRecipe as recipe } from '../../test/tiny-recipe.js';
import { drawTrainingRule, isHeldOutRule, listHeldOutRules } from './training-rules.js';

const draw = (form: 'counts' | 'table', count: number) => {
  const random = openStream(1, 'test', form);
  return Array.from({ length: count }, () => drawTrainingRule(recipe, form, random));
};

describe('training rules', () => {
  it('have fair bits, in both forms', () => {
    for (const form of ['counts', 'table'] as const) {
      const bits = draw(form, 400).map((rule) => Array.from(listFormBits(rule)));
      for (const own of bits) expect(own).toHaveLength(FORM_BITS[form]);
      const share = bits.flat().reduce((sum, bit) => sum + bit, 0) / bits.flat().length;
      expect(share).toBeCloseTo(0.5, 1);
    }
  });

  it('never have the table of one that is held out', () => {
    const heldOut = new Set(listHeldOutRules(recipe).map(formatRule));
    expect(heldOut.size).toBeGreaterThanOrEqual(49_999);
    for (const rule of draw('counts', 1200)) {
      expect(heldOut.has(formatRule(rule))).toBe(false);
      expect(isHeldOutRule(recipe, rule)).toBe(false);
    }
    for (const rule of listHeldOutRules(recipe).slice(0, 100)) {
      expect(isHeldOutRule(recipe, rule)).toBe(true);
    }
  });

  it('hold out every table that Hensel’s notation has words for, and B3/S23 by its counts never', () => {
    expect(isHeldOutRule(recipe, parseRule('B2n3/S23-q').rule)).toBe(true);
    expect(isHeldOutRule(recipe, CONWAY)).toBe(false);
    const tables = draw('table', 600).map((rule) => listFormBits(rule) as Uint8Array);
    expect(tables.some((table) => isIsotropic(table))).toBe(false);
  });

  it('hang on few cells as well as on many', () => {
    const dependsOn = (table: Uint8Array): number =>
      Array.from({ length: 9 }, (_, i) => 1 << i).filter((cell) =>
        table.some((next, neighbourhood) => next !== table[neighbourhood ^ cell]),
      ).length;
    const counts = new Set(
      draw('table', 300).map((rule) => dependsOn(listFormBits(rule) as Uint8Array)),
    );
    expect([...counts].sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9].filter((n) => counts.has(n)));
    expect(counts.size).toBeGreaterThanOrEqual(8);
  });

  it('are none that is held out where a recipe holds out none', () => {
    const { rules: _, ...free } = recipe;
    expect(listHeldOutRules(free)).toEqual([]);
    expect(isHeldOutRule(free, parseRule('B2n3/S23-q').rule)).toBe(false);
  });
});
