/** A training recipe that runs in a second, for tests. */

import type { Recipe } from '../src/training/recipe.js';
import { tinyConfig } from './tiny-model.js';

export const tinyRecipe: Recipe = {
  name: 'tiny',
  seed: 11,
  model: tinyConfig('border', 1, 4),
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
  stages: [
    {
      until: 0.5,
      cells_per_batch: 64,
      sizes: [{ weight: 1, height: [2, 4], width: [2, 4], max_area: 9 }],
    },
    { until: 1, cells_per_batch: 64, sizes: [{ weight: 1, height: [3, 4], width: [4, 4] }] },
  ],
  replay: 0.3,
  checkpoint_every: 4,
};
