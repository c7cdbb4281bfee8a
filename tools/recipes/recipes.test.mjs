/** The recipes of the project are valid, and hold out what their experiments say. */

import { checkRecipe, listBases, listHeldOutSizes } from '@lifegpt/model';
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

  it.each(['surfaces64', 'rules16'])(
    '%s holds out 15 %% of the sizes or more, some of the largest and a sphere among them, and not the largest square',
    (name) => {
      const recipe = read(name);
      const [shortest, longest] = recipe.model.trained_for.sides;
      const sizes = listHeldOutSizes(recipe);
      expect(sizes.length / (longest - shortest + 1) ** 2).toBeGreaterThanOrEqual(0.15);
      const upper = longest - (longest - shortest) / 4;
      const large = sizes.filter(({ height, width }) => Math.min(height, width) >= upper);
      expect(large.length).toBeGreaterThanOrEqual(5);
      expect(sizes.some(({ height, width }) => height === width)).toBe(true);
      expect(sizes).not.toContainEqual({ height: longest, width: longest });
    },
  );

  const goingOn = names.filter((name) =>
    names.some((base) => listBases(read(name)).includes(`runs/${base}`)),
  );
  it.each(goingOn)('%s holds out what the recipes did that it goes on from', (name) => {
    const next = read(name);
    for (const run of listBases(next)) {
      const base = read(run.slice('runs/'.length));
      expect(next.held_out).toEqual(base.held_out);
      expect(listHeldOutSizes(next)).toEqual(listHeldOutSizes(base));
    }
  });
});
