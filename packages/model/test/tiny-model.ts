/** Small models with random weights, for tests. */

import { CHARACTER_VOCABULARY, createTokenizer, openStream, PIECE_VOCABULARY } from '@lifegpt/core';
import { listParameters, type GptConfig, type PositionScheme } from '../src/config.js';
import { createLanguageModel, type LanguageModel } from '../src/language-model.js';
import type { Runtime } from '../src/runtime.js';
import type { NamedTensor } from '../src/safetensors.js';
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

/** The paper's characters for 1-D positions, pieces for border positions. */
export function vocabularyFor(scheme: PositionScheme): readonly string[] {
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
  const tokenizer = createTokenizer(vocabularyFor(config.position_scheme));
  return createLanguageModel({
    name: 'random',
    config,
    tokenizer,
    tensors: randomTensors(config, seed),
    runtime,
  });
}
