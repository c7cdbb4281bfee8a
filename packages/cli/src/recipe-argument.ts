/** The recipe of `train`: the name of one in tools/recipes, or a JSON file. */

import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { InputError } from '@lifegpt/core';
import { checkRecipe, type Recipe } from '@lifegpt/model';

const RECIPES = fileURLToPath(new URL('../../../tools/recipes/', import.meta.url));

/** Names of the recipes that come with the project. */
export async function listRecipes(): Promise<string[]> {
  const files = await readdir(RECIPES).catch(() => []);
  return files
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -5))
    .sort();
}

/** Reads and checks a recipe. @throws InputError when it is missing or not a recipe. */
export async function readRecipe(nameOrFile: string): Promise<Recipe> {
  const names = await listRecipes();
  const file = names.includes(nameOrFile) ? `${RECIPES}${nameOrFile}.json` : nameOrFile;
  const text = await readFile(file, 'utf8').catch(() => {
    throw new InputError(
      `'${nameOrFile}' is neither a recipe (${names.join(', ')}) nor a file that can be read`,
    );
  });
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new InputError(`${nameOrFile}: not JSON: ${(error as Error).message}`);
  }
  return checkRecipe(parsed, nameOrFile);
}
