/** The fields that recipes and configurations may have: a misspelt one is refused, with the name of the nearest. */

import { checkShape, InputError, shapes, type Shape, type SizeRange } from '@lifegpt/core';
import type { GptConfig } from './config.js';
import type { HeldOut, SizeBand } from './held-out.js';
import type {
  AttentionPenalty,
  GuidedAttention,
  Recipe,
  Stage,
  WeightAveraging,
} from './recipe.js';
import type { TrainedFor } from './trained-for.js';
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

const CONFIG = record<GptConfig & { readonly weights_sha256?: string }>({
  model_type: any,
  n_layer: any,
  n_head: any,
  n_embd: any,
  n_inner: any,
  vocab_size: any,
  position_scheme: any,
  n_positions: any,
  layer_norm_epsilon: any,
  head_dim: any,
  attention_bias: any,
  norm_bias: any,
  tie_word_embeddings: any,
  header: any,
  header_layers: any,
  task: any,
  trained_for: (value, place) =>
    typeof value === 'object' && value !== null ? TRAINED_FOR(value, place) : any(value, place),
  weights_sha256: any, // beside a configuration a model's file has the hash of its weights
});

const TRAINED_FOR: Shape<TrainedFor> = record<TrainedFor>({
  rule: any,
  rules: any,
  topology: any,
  topologies: any,
  sides: any,
});

/** Stages of a recipe, sizes and densities of a stage. */
const MOST_PARTS = 1000;

const densities: Shape<never> = (value, place) =>
  optional(list(pair, 0, MOST_PARTS))(value, place) as never;

const SIZE = record<SizeRange>({
  weight: numeric,
  height: pair,
  width: pair,
  square: any,
  max_area: numeric,
});

const STAGE = record<Stage>({
  until: any,
  cells_per_batch: numeric,
  window_cells: numeric,
  sizes: optional(list(SIZE, 0, MOST_PARTS)),
  densities,
});

const PENALTY = optional(record<AttentionPenalty>({ weight: numeric, scale: numeric }));

const RECIPE = record<Recipe>({
  name: any,
  seed: any,
  model: any,
  init_from: any,
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
  replay: any,
  checkpoint_every: any,
  vocabulary: optional(text(64)) as Shape<never>,
  forgetful_masking: numeric,
  initial_positions: any,
  training_boards: numeric,
  answer_noise: numeric,
  held_out: optional(
    record<HeldOut>({
      seed: numeric,
      share: numeric,
      bands: optional(
        list(record<SizeBand>({ topology: any, height: pair, width: pair }), 0, MOST_PARTS),
      ),
    }),
  ),
  rules: optional(record<TrainingRules>({ count: numeric, held_out: numeric, grows: pair })),
  far_attention: PENALTY,
  uneven_attention: PENALTY,
  guided_attention: optional(
    record<GuidedAttention>({ weight: numeric, scale: numeric, head_per_place: any }),
  ),
  guided_answer: PENALTY,
  average_weights: optional(record<WeightAveraging>({ from: numeric, every: numeric })),
});

/** @throws InputError at a field that configurations do not have */
export function checkConfigFields(value: unknown, source: string): void {
  checkShape(CONFIG, value, source);
}

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
