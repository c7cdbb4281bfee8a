/** A recipe that is through in seconds. */

export const TINY_RECIPE = {
  name: 'tiny',
  seed: 3,
  model: {
    model_type: 'lifegpt',
    n_layer: 1,
    n_head: 2,
    n_embd: 16,
    n_inner: 32,
    vocab_size: 5,
    position_scheme: 'border',
    n_positions: 4,
    layer_norm_epsilon: 1e-5,
    trained_for: { rule: 'B3/S23', topology: 'torus', sides: [3, 4] },
  },
  steps: 400,
  learning_rate: 3e-3,
  warmup_steps: 10,
  final_learning_rate_ratio: 0.1,
  adam_beta1: 0.9,
  adam_beta2: 0.98,
  adam_epsilon: 1e-8,
  weight_decay: 0,
  max_grad_norm: 1,
  replay: 0.25,
  densities: [[0, 1]],
  stages: [
    { until: 1, cells_per_batch: 128, sizes: [{ weight: 1, height: [3, 4], width: [3, 4] }] },
  ],
  checkpoint_every: 50,
};
