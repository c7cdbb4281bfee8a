/** Small models with random weights, for tests. */

import {
  CHARACTER_VOCABULARY,
  createTokenizer,
  HEADER_VOCABULARY,
  openStream,
  PIECE_VOCABULARY,
  RULE_BITS,
  RULE_VOCABULARY,
  ruleOfBits,
  TOPOLOGY_TOKENS,
  topologyOfToken,
  type PromptHeader,
} from '@lifegpt/core';
import { listParameters, type GptConfig, type PositionScheme } from '../src/network/config.js';
import { createLanguageModel, type LanguageModel } from '../src/network/language-model.js';
import type { Runtime } from '../src/runtime.js';
import type { NamedTensor } from '../src/folder/safetensors.js';
import { cpu } from './runtime.js';

/** A configuration of a few thousand parameters. */
export function tinyConfig(scheme: PositionScheme, layers = 2, longestSide = 6): GptConfig {
  return {
    model_type: 'lifegpt',
    n_layer: layers,
    n_head: 2,
    n_embd: 16,
    n_inner: 24,
    vocab_size: vocabularyFor(scheme).length,
    position_scheme: scheme,
    n_positions: scheme === 'border' ? longestSide : 2 * longestSide ** 2 + 40,
    layer_norm_epsilon: 1e-5,
    trained_for: { rule: 'B3/S23', topology: 'torus', sides: [1, longestSide] },
  };
}

/** A configuration with border positions that reads headers with the first of its layers. */
export function headerConfig(layers = 2, longestSide = 6): GptConfig {
  const config = tinyConfig('border', layers, longestSide);
  return {
    ...config,
    header: true,
    vocab_size: HEADER_VOCABULARY.length,
    trained_for: { ...config.trained_for, rules: 'all', topologies: TOPOLOGY_TOKENS },
  };
}

/** Headers of any rules and topologies, one a board. */
export function randomHeaders(boards: number, seed: number): PromptHeader[] {
  const random = openStream(seed, 'headers');
  return Array.from({ length: boards }, () => ({
    rule: ruleOfBits(Array.from({ length: RULE_BITS }, () => random.nextInt(2))),
    topology: topologyOfToken(TOPOLOGY_TOKENS[random.nextInt(TOPOLOGY_TOKENS.length)]!),
  }));
}

/** The paper's characters for 1-D positions, pieces for border positions. */
export function vocabularyFor(scheme: PositionScheme, header = false): readonly string[] {
  if (header) return HEADER_VOCABULARY;
  return scheme === 'border' ? PIECE_VOCABULARY : CHARACTER_VOCABULARY;
}

/** Weights of standard deviation 0.3: large enough that answers depend on all that came before. */
export function randomTensors(config: GptConfig, seed: number): NamedTensor[] {
  return listParameters(config).map(({ name, shape }) => {
    const random = openStream(seed, name);
    const size = shape.reduce((product, dim) => product * dim, 1);
    return {
      name,
      shape,
      data: Float32Array.from({ length: size }, () => 0.3 * random.nextGaussian()),
    };
  });
}

/** A compiled model with random weights. */
export async function randomModel(
  config: GptConfig,
  seed: number,
  runtime: Runtime = cpu,
): Promise<LanguageModel> {
  const infersRules = config.task === 'infer-rule';
  const tokenizer = createTokenizer(
    infersRules ? RULE_VOCABULARY : vocabularyFor(config.position_scheme, config.header),
  );
  return createLanguageModel({
    name: 'random',
    config,
    tokenizer,
    tensors: randomTensors(config, seed),
    runtime,
  });
}
