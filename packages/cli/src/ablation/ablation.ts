/**
 * An ablation: one recipe, some arms that change a little of it, and some seeds. Every arm is trained
 * with every seed for the same number of steps, and held against the same fresh boards.
 */

import { InputError, shapes } from '@lifegpt/core';
import {
  checkRecipe,
  FILE_NAME,
  FILE_NAME_IN_WORDS,
  type ModelConfig,
  type Recipe,
} from '@lifegpt/model';

const { checkFields } = shapes;

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

/** Trainings of an ablation. */
const MOST_TRAININGS = 10_000;

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
  checkFields(ablation, ['name', 'question', 'seeds', 'recipe', 'arms'], { source, path: '' });
  if (!FILE_NAME.test(String(ablation.name))) fail('name', FILE_NAME_IN_WORDS);
  if (typeof ablation.question !== 'string') fail('question', 'a text');
  const { seeds, arms, recipe } = ablation;
  if (typeof recipe !== 'object' || recipe === null) fail('recipe', 'the recipe that arms change');
  if (!Array.isArray(seeds) || seeds.length === 0 || !seeds.every(Number.isSafeInteger)) {
    fail('seeds', 'a list of whole numbers');
  }
  const isArm = (arm: Partial<Arm> | null): boolean =>
    FILE_NAME.test(String(arm?.name)) && typeof arm?.change === 'object' && arm.change !== null;
  if (
    !Array.isArray(arms) ||
    !arms.every(isArm) ||
    arms.length === 0 ||
    new Set(arms.map(({ name }) => name)).size !== arms.length
  ) {
    fail('arms', 'a list of {"name", "change"} whose names differ and fit into file names');
  }
  if (seeds!.length * arms!.length > MOST_TRAININGS) {
    fail('seeds', `at most ${MOST_TRAININGS} trainings, of all arms with all seeds`);
  }
  arms!.forEach((arm, i) => {
    checkFields(arm, ['name', 'change'], { source, path: `arms[${i}]` });
  });
  const checked = ablation as Ablation;
  for (const { name, recipe: changed } of listAblationRuns(checked)) {
    checkRecipe(changed, `${source}: arm ${name}`);
  }
  return checked;
}
