/** A training recipe of a model that reads headers, which runs in a second, for tests. */

import type { Recipe } from '../src/training/recipe.js';
import { headerConfig } from './tiny-model.js';
import { tinyRecipe } from './tiny-recipe.js';

const model = headerConfig(2, 6);

export const headerRecipe: Recipe = {
  ...tinyRecipe,
  name: 'tiny-header',
  vocabulary: 'header',
  model: { ...model, trained_for: { ...model.trained_for, sides: [2, 6] } },
  stages: [
    { until: 1, cells_per_batch: 64, sizes: [{ weight: 1, height: [2, 6], width: [2, 6] }] },
  ],
  rules: { count: 200_000, held_out: 50_000, grows: [0.2, 0.6] },
  held_out: {
    seed: 3,
    share: 0.2,
    bands: [{ topology: 'K', height: [2, 4], width: [4, 6] }],
  },
};
