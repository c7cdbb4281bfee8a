/** The recipes of the project are valid, and hold out what their experiments say. */

import { checkRecipe, listHeldOutRules, listHeldOutSizes, openHeldOut } from '@lifegpt/model';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const folder = new URL('.', import.meta.url);
const read = (name) => JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8'));
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .map((file) => file.slice(0, -5));

describe('the recipes of the project', () => {
  it.each(names)('%s is valid and bears its name', (name) => {
    expect(checkRecipe(read(name), name).name).toBe(name);
  });

  it('life holds out a sixth of the sizes or more, a sphere among them, a band of cross-surfaces, and 12,000 rules', () => {
    const recipe = read('life');
    const [shortest, longest] = recipe.model.trained_for.sides;
    const sizes = listHeldOutSizes(recipe);
    expect(sizes.length / (longest - shortest + 1) ** 2).toBeGreaterThanOrEqual(1 / 6);
    expect(sizes.some(({ height, width }) => height === width)).toBe(true);
    const isHeldOut = openHeldOut(recipe);
    const band = [9, 10, 11, 12].flatMap((height) => [9, 12].map((width) => ({ height, width })));
    expect(band.every((size) => isHeldOut(size, 'C'))).toBe(true);
    expect(band.every((size) => isHeldOut(size, 'T'))).toBe(false);
    // B3/S23 is none of them, wherever it lies in their order
    expect(listHeldOutRules(recipe).length).toBeGreaterThanOrEqual(11_999);
  });
});
