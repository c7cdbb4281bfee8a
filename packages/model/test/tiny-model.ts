/** Small models with random weights, for tests. */

import {
  CHARACTER_VOCABULARY,
  createTokenizer,
  openStream,
  PIECE_VOCABULARY,
  RULE_BITS,
  ruleOfBits,
  TOPOLOGY_TOKENS,
  topologyOfToken,
  type PromptHeader,
  type TopologyToken,
} from '@lifegpt/core';
import { listParameters, type ModelConfig } from '../src/network/config.js';
import type { GptConfig, LinePositions } from '../src/network/gpt-config.js';
import type { LanguageModel } from '../src/network/language-model.js';
import type { LocationConfig } from '../src/network/location-config.js';
import { loadModel } from '../src/folder/model-folder.js';
import type { Runtime } from '../src/runtime.js';
import type { NamedTensor } from '../src/folder/safetensors.js';
import { cpu } from './runtime.js';

/** A configuration of a few thousand parameters, whose tokens stand in a line. */
export function lineConfig(scheme: LinePositions, layers = 2, longestSide = 6): GptConfig {
  return {
    model_type: 'lifegpt',
    n_layer: layers,
    n_head: 2,
    n_embd: 16,
    n_inner: 24,
    vocab_size: CHARACTER_VOCABULARY.length,
    position_scheme: scheme,
    n_positions: 2 * longestSide ** 2 + 40,
    layer_norm_epsilon: 1e-5,
    trained_for: { rule: 'B3/S23', topology: 'torus', sides: [1, longestSide] },
  };
}

/** A configuration of a few hundred parameters with attention by location, whose windows are wide. */
export const locationConfig: LocationConfig = {
  model_type: 'lifegpt',
  position_scheme: 'location',
  n_layer: 3,
  n_head: 3,
  head_dim: 2,
  n_embd: 8,
  n_inner: 6,
  vocab_size: PIECE_VOCABULARY.length,
  attention_sharpness: 0.7,
  trained_for: {
    rule: 'B3/S23',
    rules: 'all',
    topology: 'torus',
    topologies: TOPOLOGY_TOKENS,
    sides: [1, 6],
  },
};

/** Headers of any life-like rules, one a board, all on one topology. */
export function randomHeaders(
  boards: number,
  seed: number,
  token: TopologyToken = 'T',
): PromptHeader[] {
  const random = openStream(seed, 'headers');
  return Array.from({ length: boards }, () => ({
    rule: ruleOfBits(Array.from({ length: RULE_BITS }, () => random.nextInt(2))),
    topology: topologyOfToken(token),
  }));
}

/** Headers of any tables. */
export function randomTables(boards: number, seed: number, token: TopologyToken): PromptHeader[] {
  const random = openStream(seed, 'tables');
  return Array.from({ length: boards }, () => ({
    rule: { table: Uint8Array.from({ length: 512 }, () => random.nextInt(2)) },
    topology: topologyOfToken(token),
  }));
}

/** The paper's characters for texts in a line, pieces for attention by location. */
export function vocabularyFor({ position_scheme: scheme }: ModelConfig): readonly string[] {
  return scheme === 'location' ? PIECE_VOCABULARY : CHARACTER_VOCABULARY;
}

/** Weights of a standard deviation that lets answers depend on all that came before. */
export function randomTensors(config: ModelConfig, seed: number): NamedTensor[] {
  const deviation = config.position_scheme === 'location' ? 0.8 : 0.3;
  return listParameters(config).map(({ name, shape }) => {
    const random = openStream(seed, name);
    const size = shape.reduce((product, dim) => product * dim, 1);
    return {
      name,
      shape,
      data: Float32Array.from({ length: size }, () => deviation * random.nextGaussian()),
    };
  });
}

/** A compiled model with random weights. */
export async function randomModel(
  config: ModelConfig,
  seed: number,
  runtime: Runtime = cpu,
): Promise<LanguageModel> {
  const tokenizer = createTokenizer(vocabularyFor(config));
  const tensors = randomTensors(config, seed);
  return loadModel({ name: 'random', config, tokenizer, tensors }, runtime);
}
