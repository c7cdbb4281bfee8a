/** What can be turned before a training: the recipe's fields that the page lets one change, and how a link says them. */

import { InputError, tokenOfTopology, TOPOLOGY_TOKENS, type TopologyToken } from '@lifegpt/core';
import { defaultHeader, type Recipe } from '@lifegpt/model';

/** A training's settings. */
export interface TrainingKnobs {
  readonly seed: number;
  /** The optimizer's highest rate. */
  readonly rate: number;
  /** Heads that look at the board. */
  readonly heads: number;
  /** λ at the beginning and at the end: how sharply a head looks. */
  readonly sharpness: readonly [first: number, last: number];
  /** Between which steps λ rises, in percent of all. */
  readonly rises: readonly [from: number, until: number];
  readonly topology: TopologyToken;
  /** Shortest and longest side of the boards. */
  readonly sides: readonly [shortest: number, longest: number];
}

/** What the page's own recipe has. */
export const FIRST_KNOBS: TrainingKnobs = {
  seed: 1,
  rate: 0.004,
  heads: 24,
  sharpness: [1.5, 8],
  rises: [40, 70],
  topology: 'T',
  sides: [8, 8],
};

/** Between what each number may lie. */
export const BOUNDS = {
  seed: [0, 2 ** 31],
  rate: [0.0001, 0.05],
  heads: [4, 48],
  sharpness: [0.5, 16],
  rises: [0, 100],
  sides: [3, 12],
} as const;

const WHOLE: readonly string[] = ['seed', 'heads', 'sides', 'rises'];
const TITLES: Readonly<Record<keyof typeof BOUNDS, string>> = {
  seed: 'a seed',
  rate: 'the learning rate',
  heads: 'the number of heads',
  sharpness: 'λ',
  rises: 'where λ rises, in percent of the steps,',
  sides: 'a side',
};

/** @throws InputError that says what a number should be */
export function checkKnobs(knobs: TrainingKnobs): TrainingKnobs {
  for (const [name, [low, high]] of Object.entries(BOUNDS)) {
    const key = name as keyof typeof BOUNDS;
    for (const value of [knobs[key]].flat() as number[]) {
      const isWhole = WHOLE.includes(key);
      if (value >= low && value <= high && (!isWhole || Number.isInteger(value))) continue;
      const given = Number.isNaN(value) ? 'an empty field' : value;
      throw new InputError(
        `${TITLES[key]} is a ${isWhole ? 'whole ' : ''}number from ${low} to ${high}, not ${given}`,
      );
    }
  }
  for (const key of ['sharpness', 'rises', 'sides'] as const) {
    const [first, last] = knobs[key];
    if (first <= last) continue;
    throw new InputError(
      `${TITLES[key]} goes from the lower number to the higher, not ${first} to ${last}`,
    );
  }
  return knobs;
}

/** Whether two trainings begin alike. */
export function sameKnobs(a: TrainingKnobs, b: TrainingKnobs): boolean {
  return formatKnobs(a) === formatKnobs(b);
}

/** The page's recipe with other settings. */
export function applyKnobs(recipe: Recipe, knobs: TrainingKnobs): Recipe {
  const { seed, rate, heads, sharpness, rises, topology, sides } = knobs;
  const { topologies: _, ...trained } = recipe.model.trained_for;
  const stages = recipe.stages.map((stage) => ({
    ...stage,
    sizes: [{ weight: 1, height: sides, width: sides }],
  }));
  return {
    ...recipe,
    seed,
    learning_rate: rate,
    stages,
    model: {
      ...recipe.model,
      n_head: heads,
      attention_sharpness: sharpness[1],
      trained_for: { ...trained, ...(topology === 'T' ? {} : { topologies: [topology] }), sides },
    },
    location: {
      ...recipe.location!,
      sharpness,
      sharpens: [rises[0] / 100, rises[1] / 100],
    },
  } as Recipe;
}

/** The settings that a recipe has. */
export function readRecipe({ seed, learning_rate: rate, model, location }: Recipe): TrainingKnobs {
  const { sharpness, sharpens } = location!;
  const topology = tokenOfTopology(defaultHeader(model.trained_for).topology)!;
  const [from, until] = sharpens;
  const rises = [Math.round(100 * from), Math.round(100 * until)] as const;
  const { sides } = model.trained_for;
  return { seed, rate, heads: model.n_head, sharpness, rises, topology, sides };
}

/** Settings in a link: those that are not the page's own, `seed:3,heads:12,sides:3~8`; the seed always. */
export function formatKnobs(knobs: TrainingKnobs): string {
  const fields = Object.entries(knobs).map(([key, value]) => [key, [value].flat().join('~')]);
  return fields
    .filter(
      ([key, value]) =>
        key === 'seed' || value !== [FIRST_KNOBS[key as keyof TrainingKnobs]].flat().join('~'),
    )
    .map((field) => field.join(':'))
    .join(',');
}

/** Reads what `formatKnobs` wrote. @throws InputError when that is wrong. */
export function parseKnobs(text: string): TrainingKnobs {
  const read = new Map<string, unknown>();
  for (const field of text.split(',')) {
    const [key = '', value = ''] = field.split(':');
    if (!(key in FIRST_KNOBS)) {
      throw new InputError(
        `the link's recipe has '${key}'; expected ${Object.keys(FIRST_KNOBS).join(', ')}`,
      );
    }
    read.set(key, key === 'topology' ? readTopology(value) : readNumbers(key, value));
  }
  return checkKnobs({ ...FIRST_KNOBS, ...Object.fromEntries(read) });
}

function readTopology(value: string): TopologyToken {
  if (TOPOLOGY_TOKENS.includes(value as TopologyToken)) return value as TopologyToken;
  throw new InputError(
    `the link's topology is '${value}'; expected one of ${TOPOLOGY_TOKENS.join(', ')}`,
  );
}

function readNumbers(key: string, value: string): number | number[] {
  const isPair = Array.isArray(FIRST_KNOBS[key as keyof TrainingKnobs]);
  const numbers = value.split('~').map((part) => (part === '' ? NaN : Number(part)));
  if (numbers.length === (isPair ? 2 : 1)) return isPair ? numbers : numbers[0]!;
  throw new InputError(
    `the link's ${key} is '${value}'; expected ${isPair ? 'two numbers, such as 3~8' : 'a number'}`,
  );
}
