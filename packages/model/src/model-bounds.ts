/** How large a model may be: what a configuration names is counted before anything of that size is made. */

import { InputError } from '@lifegpt/core';

/** The sizes of a model that decide how many numbers it has. */
const MOST = {
  n_layer: 256,
  n_head: 1024,
  n_embd: 65_536,
  n_inner: 262_144,
  vocab_size: 1_048_576,
  n_positions: 1_048_576,
  head_dim: 65_536,
} as const;

/** Trained numbers of a model: 2 GiB of weights. */
const MOST_PARAMETERS = 2 ** 29;

/**
 * Checks the sizes of a configuration, each of them a whole number above 0 or left out.
 * @throws InputError naming the size that is too large
 */
export function checkModelBounds(
  config: Readonly<Partial<Record<keyof typeof MOST, number>>>,
  source: string,
): void {
  for (const [field, most] of Object.entries(MOST)) {
    const found = config[field as keyof typeof MOST];
    if (found === undefined || found <= most) continue;
    throw new InputError(`${source}: "${field}" is ${found}; expected at most ${most}`);
  }
  const { n_layer: layers = 1, n_head: heads = 1, n_embd: width = 1, n_inner: inner = 1 } = config;
  const { vocab_size: vocabulary = 1, n_positions: positions = 1 } = config;
  const attention = heads * (config.head_dim ?? width / heads);
  // an upper bound, without the biases: five tables of positions, and an output of its own
  const parameters =
    layers * width * (4 * attention + 2 * inner) + width * (2 * vocabulary + 5 * positions);
  if (parameters > MOST_PARAMETERS) {
    throw new InputError(
      `${source}: a model of these sizes has about ${parameters} numbers; expected at most ${MOST_PARAMETERS}`,
    );
  }
}
