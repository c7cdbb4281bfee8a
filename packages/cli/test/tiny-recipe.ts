/** Recipes that are through in seconds. */

import { PIECE_VOCABULARY } from '@lifegpt/core';

const SHARED = {
  seed: 3,
  steps: 400,
  learning_rate: 3e-3,
  warmup_steps: 10,
  final_learning_rate_ratio: 0.1,
  adam_beta1: 0.9,
  adam_beta2: 0.98,
  adam_epsilon: 1e-8,
  weight_decay: 0,
  max_grad_norm: 1,
  densities: [[0, 1]],
  checkpoint_every: 50,
} as const;

/** The paper's text of 4x4 tori, in GPT-2's own parts. */
export const TINY_RECIPE = {
  ...SHARED,
  name: 'tiny',
  vocabulary: 'characters',
  model: {
    model_type: 'lifegpt',
    n_layer: 1,
    n_head: 2,
    n_embd: 16,
    n_inner: 32,
    vocab_size: 20,
    position_scheme: 'learned',
    n_positions: 54,
    layer_norm_epsilon: 1e-5,
    trained_for: { rule: 'B3/S23', topology: 'torus', sides: [4, 4] },
  },
  stages: [
    { until: 1, cells_per_batch: 128, sizes: [{ weight: 1, height: [4, 4], width: [4, 4] }] },
  ],
} as const;

/** Attention by location, both tasks, on small boards of four topologies; it holds out rules, sizes and a band. */
export const TINY_LOCATION = {
  ...SHARED,
  name: 'places',
  steps: 60,
  model: {
    model_type: 'lifegpt',
    position_scheme: 'location',
    n_layer: 3,
    n_head: 4,
    head_dim: 2,
    n_embd: 16,
    n_inner: 16,
    vocab_size: PIECE_VOCABULARY.length,
    attention_sharpness: 6,
    trained_for: {
      rule: 'B3/S23',
      rules: 'all',
      topology: 'torus',
      topologies: ['T', 'P', 'K', 'S'],
      sides: [3, 6],
    },
  },
  stages: [{ until: 1, sizes: [{ weight: 1, height: [3, 6], width: [3, 6] }] }],
  location: {
    shapes: 2,
    texts: 4,
    queries: 12,
    border_queries: 0.5,
    sharpness: [1.5, 6],
    sharpens: [0.5, 0.9],
    tables: 0.5,
    noise: 0.1,
    inverse: {
      from: 0.25,
      open_from: 0.5,
      shapes: 1,
      weight: 0.3,
      tables: 0.5,
      sizes: [{ weight: 1, height: [3, 6], width: [3, 6] }],
    },
  },
  rules: { held_out: 1000 },
  held_out: { seed: 2, share: 0.2, bands: [{ topology: 'P', height: [5, 6], width: [5, 6] }] },
} as const;
