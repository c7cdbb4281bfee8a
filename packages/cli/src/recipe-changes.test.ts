import { describe, expect, it } from 'vitest';
import { changeRecipe, compareRecipes } from './recipe-changes.js';

const recipe = {
  name: 'a',
  steps: 500,
  warmup_steps: 100,
  location: { noise: 0 },
  stages: [{ until: 1 }],
};

describe('changeRecipe', () => {
  it('sets fields, those of objects and lists too, and leaves the recipe as it was', () => {
    const before = structuredClone(recipe);
    const set = ['learning_rate=0.002', 'location.noise=0.5', 'stages.0.until=0.5', 'name=b=c'];
    expect(changeRecipe(recipe, { set, seed: '7' })).toEqual({
      ...recipe,
      name: 'b=c',
      learning_rate: 0.002,
      location: { noise: 0.5 },
      stages: [{ until: 0.5 }],
      seed: 7,
    });
    expect(recipe).toEqual(before);
  });

  it('cuts a warm-up that is longer than the training', () => {
    expect(changeRecipe(recipe, { steps: '40' })).toMatchObject({ steps: 40, warmup_steps: 40 });
    expect(changeRecipe(recipe, { steps: '400' })).toMatchObject({ steps: 400, warmup_steps: 100 });
  });

  it('takes another rule, and behind it the one board to train on', () => {
    const boards = {
      model: {
        trained_for: { rule: 'B3/S23', rules: 'life-like', topologies: ['P'], sides: [3, 8] },
      },
      stages: [{ until: 1, sizes: [] }],
      held_out: { seed: 1 },
    };
    expect(changeRecipe(boards, { rule: 'HighLife' })).toMatchObject({
      model: { trained_for: { rule: 'B36/S23', topologies: ['P'], sides: [3, 8] } },
      held_out: { seed: 1 },
    });
    expect(changeRecipe(boards, { rule: 'B36/S23:T12,10' })).toEqual({
      model: { trained_for: { rule: 'B36/S23', rules: 'life-like', sides: [10, 12] } },
      stages: [{ until: 1, sizes: [{ weight: 1, height: [10, 10], width: [12, 12] }] }],
    });
    expect(changeRecipe(boards, { rule: 'B3/S23:K6,6*' })).toMatchObject({
      model: { trained_for: { topologies: ['K'], sides: [6, 6] } },
    });
    const refused =
      (rule: string): (() => unknown) =>
      (): unknown =>
        changeRecipe(boards, { rule });
    expect(refused('B2n3/S23-q')).toThrow(/the recipe trains life-like rules, and this is none/);
    expect(refused('B3/S23:T10+1,10')).toThrow(/no model learns shifted borders/);
    expect(refused('Hyphen')).toThrow(/rule 'Hyphen'/);
  });

  it.each([
    [{ set: ['noise=1'] }, /that field is deeper down; write location.noise=1/],
    [{ rule: 'B3/S23' }, /the recipe does not say what it trains for/],
    [{ set: ['steps'] }, /--set needs field=value/],
    [{ set: ['=3'] }, /--set needs field=value/],
    [{ set: ['place.noise=1'] }, /the recipe has no 'place' with fields of its own/],
    [{ set: ['steps.noise=1'] }, /the recipe has no 'steps' with fields/],
    [{ set: ['stages.1=1'] }, /the list has no place '1'/],
    [{ set: ['__proto__.x=1'] }, /the recipe has no '__proto__'/],
    [{ set: ['__proto__={}'] }, /recipes have no such field/],
    [{ steps: 'many' }, /--steps needs a whole number from 1/],
    [{ seed: '-1' }, /--seed needs a whole number from 0/],
  ])('refuses %j', (flags, message) => {
    expect(() => changeRecipe(recipe, flags)).toThrow(message);
  });
});

describe('compareRecipes', () => {
  it('names the fields that differ, those of objects too, and lists as wholes', () => {
    const other = { ...recipe, steps: 40, location: { noise: 1 }, stages: [], extra: 'x' };
    expect(compareRecipes(recipe, recipe)).toEqual([]);
    expect(compareRecipes(recipe, other)).toEqual([
      { field: 'steps', values: [500, 40] },
      { field: 'location.noise', values: [0, 1] },
      { field: 'stages', values: [[{ until: 1 }], []] },
      { field: 'extra', values: [undefined, 'x'] },
    ]);
  });
});
