import { describe, expect, it } from 'vitest';
import { locationRecipe } from '../../test/tiny-recipe.js';
import { listHeldOutSizes, openHeldOut } from './held-out.js';
import type { Recipe } from './recipe.js';

const { model } = locationRecipe;
const recipe: Recipe = {
  ...locationRecipe,
  model: { ...model, trained_for: { ...model.trained_for, sides: [3, 32] } },
  held_out: { seed: 1, share: 0.15, bands: [{ topology: 'C', height: [9, 12], width: [5, 6] }] },
};

describe('held-out sizes', () => {
  it('are about the recipe’s share of all pairs, and of the largest', () => {
    const sizes = listHeldOutSizes(recipe);
    expect(sizes.length / 900).toBeGreaterThan(0.11);
    expect(sizes.length / 900).toBeLessThan(0.19);
    const large = sizes.filter(({ height, width }) => Math.min(height, width) >= 25);
    expect(large.length / 64).toBeGreaterThan(0.04);
    expect(new Set(sizes.map(({ height, width }) => `${height}x${width}`)).size).toBe(sizes.length);
  });

  it('stay the same ones when longer sides are added', () => {
    const { model: small } = recipe;
    const large = { ...small, trained_for: { ...small.trained_for, sides: [3, 64] as const } };
    const known = listHeldOutSizes({ ...recipe, model: large }).filter(
      ({ height, width }) => height <= 32 && width <= 32,
    );
    expect(known).toEqual(listHeldOutSizes(recipe));
  });

  it('depend on their seed and on nothing else of the recipe but its sides', () => {
    const another: Recipe = { ...recipe, seed: 9, name: 'other' };
    expect(listHeldOutSizes(another)).toEqual(listHeldOutSizes(recipe));
    const other = { ...recipe, held_out: { ...recipe.held_out!, seed: 2 } };
    expect(listHeldOutSizes(other)).not.toEqual(listHeldOutSizes(recipe));
    const { held_out: _, ...none } = recipe;
    expect(listHeldOutSizes(none)).toEqual([]);
  });

  it('are held out on every topology, and a band of others on one', () => {
    const isHeldOut = openHeldOut(recipe);
    const listed = new Set(
      listHeldOutSizes(recipe).map(({ height, width }) => `${height}x${width}`),
    );
    for (let height = 3; height <= 32; height++) {
      for (let width = 3; width <= 32; width++) {
        const size = { height, width };
        const inBand = height >= 9 && height <= 12 && width >= 5 && width <= 6;
        const inList = listed.has(`${height}x${width}`);
        expect(isHeldOut(size, 'T')).toBe(inList);
        expect(isHeldOut(size, 'C')).toBe(inList || inBand);
      }
    }
  });
});
