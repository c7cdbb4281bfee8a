/** The fields that recipes and configurations may have: a misspelt one is refused, with the name of the nearest. */

import { InputError, shapes } from '@lifegpt/core';
import type { GptConfig } from './config.js';
import type { Recipe, Stage } from './recipe.js';
import type { TrainedFor } from './trained-for.js';

/** What names a folder of its own, as recipes and arms of ablations do. */
export const FILE_NAME = /^\w[\w.-]{0,99}$/;
/** The same for messages. */
export const FILE_NAME_IN_WORDS =
  'a name that fits into that of a file: letters, digits, dots, dashes and underscores';

/** Every name of a type's fields; the compiler misses none. */
type Names<T> = Readonly<Record<keyof T, true>>;

const CONFIG: Names<GptConfig> = {
  model_type: true,
  n_layer: true,
  n_head: true,
  n_embd: true,
  n_inner: true,
  vocab_size: true,
  position_scheme: true,
  n_positions: true,
  layer_norm_epsilon: true,
  head_dim: true,
  attention_bias: true,
  norm_bias: true,
  tie_word_embeddings: true,
  header: true,
  header_layers: true,
  task: true,
  trained_for: true,
};

const TRAINED_FOR: Names<TrainedFor> = {
  rule: true,
  rules: true,
  topology: true,
  topologies: true,
  sides: true,
};

const RECIPE: Names<Recipe> = {
  name: true,
  seed: true,
  model: true,
  init_from: true,
  steps: true,
  learning_rate: true,
  warmup_steps: true,
  final_learning_rate_ratio: true,
  adam_beta1: true,
  adam_beta2: true,
  adam_epsilon: true,
  weight_decay: true,
  max_grad_norm: true,
  densities: true,
  stages: true,
  replay: true,
  checkpoint_every: true,
  vocabulary: true,
  forgetful_masking: true,
  initial_positions: true,
  training_boards: true,
  answer_noise: true,
  held_out: true,
  rules: true,
  far_attention: true,
  uneven_attention: true,
  guided_attention: true,
  guided_answer: true,
  average_weights: true,
};

const STAGE: Names<Stage> = {
  until: true,
  cells_per_batch: true,
  window_cells: true,
  sizes: true,
  densities: true,
};

const SIZE: Names<Stage['sizes'][number]> = {
  weight: true,
  height: true,
  width: true,
  square: true,
  max_area: true,
};

/** Fields of recipes that are objects themselves, and theirs. */
const PARTS: Readonly<Partial<Record<keyof Recipe, readonly string[]>>> = {
  held_out: ['seed', 'share', 'bands'],
  rules: ['count', 'held_out', 'grows'],
  far_attention: ['weight', 'scale'],
  uneven_attention: ['weight', 'scale'],
  guided_attention: ['weight', 'scale', 'head_per_place'],
  guided_answer: ['weight', 'scale'],
  average_weights: ['from', 'every'],
};

/** Beside a configuration a model's file has the hash of its weights. */
const STORED_BESIDE = ['weights_sha256'];

/** @throws InputError at a field that configurations do not have */
export function checkConfigFields(value: unknown, source: string): void {
  const known = [...Object.keys(CONFIG), ...STORED_BESIDE];
  const { trained_for: trained } = shapes.checkFields(value, known, { source, path: '' });
  if (typeof trained !== 'object' || trained === null) return; // said by who reads it
  shapes.checkFields(trained, Object.keys(TRAINED_FOR), { source, path: 'trained_for' });
}

/** @throws InputError at a field that recipes do not have, or a part that is no object or list */
export function checkRecipeFields(value: unknown, source: string): void {
  const recipe = shapes.checkFields(value, Object.keys(RECIPE), { source, path: '' });
  for (const [field, names] of Object.entries(PARTS)) {
    const part = recipe[field];
    if (part !== undefined) shapes.checkFields(part, names, { source, path: field });
  }
  const parts = (list: unknown, path: string, names: readonly string[]): unknown[] => {
    if (!Array.isArray(list) || list.length > MOST_PARTS) {
      return shapes.failShape(list, { source, path }, `a list of 1 to ${MOST_PARTS}`);
    }
    list.forEach((part, i) => shapes.checkFields(part, names, { source, path: `${path}[${i}]` }));
    return list;
  };
  const stages = parts(recipe['stages'] ?? [], 'stages', Object.keys(STAGE)) as Partial<Stage>[];
  stages.forEach(({ sizes = [] }, i) => {
    parts(sizes, `stages[${i}].sizes`, Object.keys(SIZE));
  });
  checkEnds(stages, source);
}

/** Stages of a recipe, and sizes of a stage. */
const MOST_PARTS = 1000;

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
