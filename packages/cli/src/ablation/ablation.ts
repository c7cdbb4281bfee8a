/**
 * An ablation: one recipe, some arms that change a little of it, and some seeds. Every arm is trained
 * with every seed for the same number of steps, and held against the same fresh boards.
 */

import { InputError } from '@lifegpt/core';
import { checkRecipe, type ModelConfig, type Recipe } from '@lifegpt/model';

/** The contents of an ablation file. */
export interface Ablation {
  readonly name: string;
  /** What is asked, in a sentence. */
  readonly question: string;
  readonly seeds: readonly number[];
  /** The recipe that all arms have in common. */
  readonly recipe: Recipe;
  readonly arms: readonly Arm[];
}

/** What one arm changes. */
export interface Arm {
  readonly name: string;
  /** Fields of the recipe; those of `model` one by one. */
  readonly change: Readonly<Partial<Omit<Recipe, 'model'>>> & {
    readonly model?: Partial<ModelConfig>;
  };
}

/** One training of an ablation. */
export interface AblationRun {
  /** Name of its folder. */
  readonly name: string;
  readonly arm: string;
  readonly seed: number;
  readonly recipe: Recipe;
}

/** All trainings, seed by seed, so that every arm has a result early. */
export function listAblationRuns({ recipe, arms, seeds }: Ablation): AblationRun[] {
  return seeds.flatMap((seed) =>
    arms.map(({ name: arm, change }) => {
      const name = `${arm}-${seed}`;
      const model = { ...recipe.model, ...change.model } as ModelConfig; // `checkRecipe` tells
      return { name, arm, seed, recipe: { ...recipe, ...change, model, name, seed } };
    }),
  );
}

/**
 * Checks a parsed ablation file, the recipe of every arm included.
 * @throws InputError naming the file, the field and what it should be.
 */
export function checkAblation(value: unknown, source: string): Ablation {
  const ablation = value as Partial<Ablation> | null;
  const fail = (field: string, expected: string): never => {
    throw new InputError(`${source}: "${field}" is missing or wrong; expected ${expected}`);
  };
  if (typeof ablation !== 'object' || ablation === null) {
    throw new InputError(`${source}: an ablation is a JSON object`);
  }
  if (typeof ablation.name !== 'string') fail('name', 'a text');
  if (typeof ablation.question !== 'string') fail('question', 'a text');
  const { seeds, arms } = ablation;
  if (!Array.isArray(seeds) || seeds.length === 0 || !seeds.every(Number.isSafeInteger)) {
    fail('seeds', 'a list of whole numbers');
  }
  const named = (arms ?? []).every(({ name, change }) => /^[\w.-]+$/.test(name) && change);
  const names = new Set((arms ?? []).map(({ name }) => name));
  if (!Array.isArray(arms) || arms.length === 0 || !named || names.size !== arms.length) {
    fail('arms', 'a list of {"name", "change"} whose names differ and fit into file names');
  }
  const checked = ablation as Ablation;
  for (const { name, recipe } of listAblationRuns(checked)) {
    checkRecipe(recipe, `${source}: arm ${name}`);
  }
  return checked;
}
