import { checkRecipe } from '@lifegpt/model';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  applyKnobs,
  checkKnobs,
  FIRST_KNOBS,
  formatKnobs,
  parseKnobs,
  readRecipe,
  type TrainingKnobs,
} from './knobs.js';

const file = new URL('../../../../tools/recipes/torus8.json', import.meta.url);
const recipe = checkRecipe(JSON.parse(readFileSync(file, 'utf8')), 'torus8.json');
const turned: TrainingKnobs = {
  seed: 7,
  rate: 0.002,
  heads: 12,
  sharpness: [1, 10],
  rises: [20, 60],
  topology: 'K*',
  sides: [3, 9],
};

describe('the knobs', () => {
  it('begin as the page’s recipe has them', () => {
    expect(readRecipe(recipe)).toEqual(FIRST_KNOBS);
    expect(applyKnobs(recipe, FIRST_KNOBS)).toEqual(recipe);
  });

  it('make a recipe that has each of them', () => {
    const made = checkRecipe(applyKnobs(recipe, turned), 'made');
    expect(readRecipe(made)).toEqual(turned);
    expect(made.model.trained_for.topologies).toEqual(['K*']);
    expect(made.stages[0]!.sizes[0]!.width).toEqual([3, 9]);
    expect(made.model).toMatchObject({ attention_sharpness: 10 });
  });

  it('go into a link and back', () => {
    expect(formatKnobs(FIRST_KNOBS)).toBe('seed:1');
    expect(formatKnobs(turned)).toBe(
      'seed:7,rate:0.002,heads:12,sharpness:1~10,rises:20~60,topology:K*,sides:3~9',
    );
    expect(parseKnobs(formatKnobs(turned))).toEqual(turned);
    expect(parseKnobs('heads:12')).toEqual({ ...FIRST_KNOBS, heads: 12 });
  });

  it('say what is wrong', () => {
    expect(() => parseKnobs('head:12')).toThrow(/has 'head'; expected seed, rate, heads/);
    expect(() => parseKnobs('topology:X')).toThrow(/topology is 'X'; expected one of T, P/);
    expect(() => parseKnobs('sides:3')).toThrow(/sides is '3'; expected two numbers/);
    expect(() => parseKnobs('seed:')).toThrow(/a seed is a whole number from 0 .* an empty field/);
    expect(() => parseKnobs('sides:9~3')).toThrow(/lower number to the higher, not 9 to 3/);
    expect(() => checkKnobs({ ...FIRST_KNOBS, heads: 2.5 })).toThrow(/whole number from 4 to 48/);
    expect(() => checkKnobs({ ...FIRST_KNOBS, rate: 1 })).toThrow(/rate is a number from 0.0001/);
  });
});
