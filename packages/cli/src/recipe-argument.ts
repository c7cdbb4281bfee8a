/** Recipes and ablations: the name of one that comes with the project, or a JSON file. */

import { InputError, shapes } from '@lifegpt/core';
import { checkRecipe, type Recipe } from '@lifegpt/model';
import { readJsonFile } from './bounded-file.js';
import { pathIn } from './folder-path.js';
import { findModelFolder } from './model-argument.js';
import { changeRecipe, type RecipeFlags } from './recipe-changes.js';
import { findShippedFolder, listShippedFiles } from './shipped-folder.js';

/** A kind of file of the project. */
export interface ProjectFiles {
  /** What one is called in messages. */
  readonly kind: string;
  readonly folder: 'recipes' | 'ablations';
}

/** Training recipes. */
export const RECIPES: ProjectFiles = { kind: 'a recipe', folder: 'recipes' };
/** Ablations. */
export const ABLATIONS: ProjectFiles = { kind: 'an ablation', folder: 'ablations' };

/**
 * Reads and checks a recipe.
 * @param changes that are made before it is checked
 * @throws InputError when it is missing or not a recipe
 */
export async function readRecipe(nameOrFile: string, changes: RecipeFlags = {}): Promise<Recipe> {
  const written = await readProjectJson(RECIPES, nameOrFile);
  return checkRecipe(changeRecipe(written, changes), nameOrFile);
}

/**
 * Reads the recipe of that name, or the one that a model was trained by.
 * @throws InputError when there is neither
 */
export async function readRecipeOf(recipeOrModel: string): Promise<Recipe> {
  const folder = await findModelFolder(recipeOrModel).catch(() => null);
  return readRecipe(folder === null ? recipeOrModel : pathIn(folder, 'recipe.json'));
}

/** Bytes of such a file. */
const LARGEST = 2 ** 24;

/** Reads a file by the name of one of the project's, or by its path. @throws InputError */
export async function readProjectJson(
  { kind, folder }: ProjectFiles,
  nameOrFile: string,
): Promise<unknown> {
  const names = listShippedFiles(folder);
  const file = names.includes(nameOrFile)
    ? pathIn(findShippedFolder(folder), `${nameOrFile}.json`)
    : nameOrFile;
  const value = await readJsonFile(file, LARGEST);
  if (value !== undefined) return value;
  const nearest = shapes.findNearest(nameOrFile, names);
  throw new InputError(
    `'${nameOrFile}' is neither ${kind} (${names.join(', ')}) nor a file that can be read` +
      (nearest === null ? '' : `; did you mean ${nearest}?`),
  );
}
