/** Training recipes that run in a second, for tests. */

import type { Recipe } from '../src/training/recipe.js';
import { lineConfig, locationConfig } from './tiny-model.js';

const shared = {
  seed: 11,
  steps: 10,
  learning_rate: 3e-3,
  warmup_steps: 3,
  final_learning_rate_ratio: 0.1,
  adam_beta1: 0.9,
  adam_beta2: 0.98,
  adam_epsilon: 1e-8,
  weight_decay: 0.01,
  max_grad_norm: 1,
  densities: [[0, 1]],
  checkpoint_every: 4,
} as const;

/** Of a model whose tokens stand in a line. */
export const lineRecipe: Recipe = {
  ...shared,
  name: 'tiny-line',
  vocabulary: 'characters',
  model: lineConfig('learned', 1, 4),
  stages: [
    {
      until: 0.5,
      cells_per_batch: 64,
      sizes: [{ weight: 1, height: [2, 4], width: [2, 4], max_area: 9 }],
    },
    { until: 1, cells_per_batch: 64, sizes: [{ weight: 1, height: [3, 4], width: [4, 4] }] },
  ],
};

/** Of a model with attention by location, with both tasks and both forms of rules. */
export const locationRecipe: Recipe & { readonly location: NonNullable<Recipe['location']> } = {
  ...shared,
  name: 'tiny-location',
  model: { ...locationConfig, attention_sharpness: 4 },
  stages: [{ until: 1, sizes: [{ weight: 1, height: [1, 6], width: [1, 6] }] }],
  location: {
    shapes: 3,
    texts: 4,
    queries: 10,
    border_queries: 0.6,
    sharpness: [1, 4],
    sharpens: [0.5, 0.8],
    tables: 0.5,
    noise: 0.1,
    inverse: {
      from: 0.3,
      open_from: 0.5,
      shapes: 1,
      weight: 0.5,
      tables: 0.5,
      sizes: [{ weight: 1, height: [1, 4], width: [1, 4] }],
    },
  },
  rules: { held_out: 50_000 },
  held_out: {
    seed: 3,
    share: 0.2,
    bands: [{ topology: 'K', height: [2, 4], width: [4, 6] }],
  },
};
