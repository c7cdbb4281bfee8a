import { describe, expect, it } from 'vitest';
import { changeRecipe } from './recipe-changes.js';

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

  it.each([
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
