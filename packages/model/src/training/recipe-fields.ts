/** The fields that recipes may have: a misspelt one is refused, with the name of the nearest. */

import { checkShape, InputError, shapes, type Shape, type SizeRange } from '@lifegpt/core';
import type { HeldOut, SizeBand } from './held-out.js';
import type { LocationTraining, Recipe, Stage } from './recipe.js';
import type { TrainingRules } from './training-rules.js';

/** What names a folder of its own, as recipes and arms of ablations do. */
export const FILE_NAME = /^\w[\w.-]{0,99}$/;
/** The same for messages. */
export const FILE_NAME_IN_WORDS =
  'a name that fits into that of a file: letters, digits, dots, dashes and underscores';

const { list, optional, record, text, tuple } = shapes;

/** What is said of a value elsewhere, in better words. */
const any: Shape<never> = (value) => value as never;
/** Numbers, of which `check-recipe.ts` says the bounds. */
const numeric: Shape<number | undefined> = (value, place) =>
  value === undefined || typeof value === 'number'
    ? value
    : shapes.failShape(value, place, 'a number');
const pair: Shape<never> = (value, place) =>
  optional(tuple<readonly unknown[]>(numeric, numeric))(value, place) as never;

/** Stages of a recipe, sizes and densities of a stage. */
const MOST_PARTS = 1000;

const densities: Shape<never> = (value, place) =>
  optional(list(pair, 0, MOST_PARTS))(value, place) as never;

const sizes = optional(
  list(
    record<SizeRange>({
      weight: numeric,
      height: pair,
      width: pair,
      square: any,
      max_area: numeric,
    }),
    0,
    MOST_PARTS,
  ),
);

const STAGE = record<Stage>({ until: any, cells_per_batch: numeric, sizes, densities });

const LOCATION = record<LocationTraining>({
  shapes: any,
  texts: any,
  queries: any,
  border_queries: any,
  sharpness: pair,
  sharpens: pair,
  tables: any,
  noise: numeric,
  inverse: optional(
    record<NonNullable<LocationTraining['inverse']>>({
      from: any,
      open_from: any,
      shapes: any,
      weight: numeric,
      tables: any,
      sizes,
    }),
  ),
});

const RECIPE = record<Recipe>({
  name: any,
  seed: any,
  model: any,
  steps: any,
  learning_rate: any,
  warmup_steps: any,
  final_learning_rate_ratio: any,
  adam_beta1: any,
  adam_beta2: any,
  adam_epsilon: any,
  weight_decay: any,
  max_grad_norm: any,
  densities,
  stages: optional(list(STAGE, 0, MOST_PARTS)),
  checkpoint_every: any,
  location: optional(LOCATION),
  vocabulary: optional(text(64)) as Shape<never>,
  forgetful_masking: numeric,
  initial_positions: any,
  training_boards: numeric,
  initial_weights: optional(text(64)) as Shape<never>,
  held_out: optional(
    record<HeldOut>({
      seed: numeric,
      share: numeric,
      bands: optional(
        list(record<SizeBand>({ topology: any, height: pair, width: pair }), 0, MOST_PARTS),
      ),
    }),
  ),
  rules: optional(record<TrainingRules>({ held_out: numeric })),
});

/** @throws InputError at a field that recipes do not have, or one of another type */
export function checkRecipeFields(value: unknown, source: string): void {
  const { stages = [] } = checkShape(RECIPE, value, source) as Partial<Recipe>;
  checkEnds(stages, source);
}

/** The stages fill the training: each ends behind the one before it, and the last one at 1. */
function checkEnds(stages: readonly Partial<Stage>[], source: string): void {
  let before = 0;
  stages.forEach(({ until }, i) => {
    const path = `stages[${i}].until`;
    if (typeof until !== 'number' || !(until > before && until <= 1)) {
      shapes.failShape(until, { source, path }, `a share of the steps above ${before}, up to 1`);
    }
    before = until!;
  });
  if (stages.length > 0 && before !== 1) {
    throw new InputError(
      `${source}: "stages[${stages.length - 1}].until" is ${before}; expected 1, since the last stage ends with the training`,
    );
  }
}
