/** A recipe of a model that infers rules from pairs of states, small enough to learn something in seconds, for tests. */

import { RULE_VOCABULARY } from '@lifegpt/core';
import type { GptConfig } from '../src/network/config.js';
import type { Recipe } from '../src/training/recipe.js';
import { tinyConfig } from './tiny-model.js';
import { tinyRecipe } from './tiny-recipe.js';

/** A configuration of a few thousand parameters. */
export const ruleConfig: GptConfig = {
  ...tinyConfig('border', 2, 4),
  task: 'infer-rule',
  vocab_size: RULE_VOCABULARY.length,
  n_positions: 18,
  trained_for: { rule: 'B3/S23', rules: 'all', topology: 'torus', sides: [3, 4] },
};

export const ruleRecipe: Recipe = {
  ...tinyRecipe,
  name: 'tiny-rule',
  vocabulary: 'infer-rule',
  model: ruleConfig,
  densities: [[0.2, 0.8]],
  stages: [
    { until: 1, cells_per_batch: 64, sizes: [{ weight: 1, height: [3, 4], width: [3, 4] }] },
  ],
  rules: { count: 200_000, held_out: 50_000, grows: [0, 0] },
  guided_attention: { weight: 2, scale: 1 },
};
