/** The description of a GPT-2 whose tokens stand in a line: the paper's text, and comparisons with it. */

import { checkShape, shapes } from '@lifegpt/core';
import type { ParameterSpec } from './parameter.js';
import { trainedForShape, type TrainedFor } from './trained-for.js';

/** How a token of such a model knows where it stands in the text. */
export type LinePositions =
  /** GPT-2: a learned vector for each index. */
  | 'learned'
  /** The paper: rotary embedding of the index (Su et al. 2021, arXiv 2104.09864). */
  | 'rope';

/** The contents of a model folder's `config.json`; sizes are named as in GPT-2. */
export interface GptConfig {
  /** The only one. */
  readonly model_type: 'lifegpt';
  /** Layers of attention and feed-forward. */
  readonly n_layer: number;
  /** Heads of each layer. */
  readonly n_head: number;
  /** Width of the residual stream. */
  readonly n_embd: number;
  /** Width inside the feed-forward layer. */
  readonly n_inner: number;
  /** Tokens that there are: 20 characters, or 256 bytes. */
  readonly vocab_size: number;
  /** How a token knows its place: learned positions, or rotary ones (`rope`). */
  readonly position_scheme: LinePositions;
  /** Longest input in tokens. */
  readonly n_positions: number;
  /** What layer normalisation adds to the variance. */
  readonly layer_norm_epsilon: number;
  /** Size of a head (Llama's name); `n_embd / n_head` when left out. */
  readonly head_dim?: number;
  /** Whether the maps of attention have biases (Llama's name), as GPT-2's do; true when left out. */
  readonly attention_bias?: boolean;
  /** Whether normalisation has a bias beside its gain; true when left out. */
  readonly norm_bias?: boolean;
  /** Whether the output's matrix is the embedding's; true when left out, else it is `lm_head.weight`. */
  readonly tie_word_embeddings?: boolean;
  /** What the weights were trained for, so that nobody asks them for anything else unknowingly. */
  readonly trained_for: TrainedFor;
}

/** Size of an attention head. */
export function headSize({ head_dim: size, n_embd: width, n_head: heads }: GptConfig): number {
  return size ?? width / heads;
}

/** Standard deviation of initial weights, as in GPT-2. */
export const NOISE = 0.02;

/**
 * All parameters of such a model, in the order in which they are stored.
 * There is less noise on projections that add to the residual stream.
 */
export function listGptParameters(config: GptConfig): ParameterSpec[] {
  const { n_embd: width, n_inner: inner, n_layer: layers } = config;
  const residualNoise = NOISE / Math.sqrt(2 * layers);
  const list: ParameterSpec[] = [
    { name: 'wte.weight', shape: [config.vocab_size, width], initial: NOISE },
  ];
  if (config.position_scheme === 'learned') {
    list.push({ name: 'wpe.weight', shape: [config.n_positions, width], initial: NOISE });
  }
  const bias = (name: string, size: number): ParameterSpec => ({
    name: `${name}.bias`,
    shape: [size],
    initial: 'zeros',
  });
  const norm = (name: string): ParameterSpec[] => [
    { name: `${name}.weight`, shape: [width], initial: 'ones' },
    ...((config.norm_bias ?? true) ? [bias(name, width)] : []),
  ];
  const linear = (
    name: string,
    [from, to]: readonly [number, number],
    initial: number,
    hasBias = true,
  ): ParameterSpec[] => [
    { name: `${name}.weight`, shape: [from, to], initial },
    ...(hasBias ? [bias(name, to)] : []),
  ];
  const attentionWidth = config.n_head * headSize(config);
  const attentionBias = config.attention_bias ?? true;
  for (let i = 0; i < layers; i++) {
    list.push(
      ...norm(`h.${i}.ln_1`),
      ...linear(`h.${i}.attn.c_attn`, [width, 3 * attentionWidth], NOISE, attentionBias),
      ...linear(`h.${i}.attn.c_proj`, [attentionWidth, width], residualNoise, attentionBias),
      ...norm(`h.${i}.ln_2`),
      ...linear(`h.${i}.mlp.c_fc`, [width, inner], NOISE),
      ...linear(`h.${i}.mlp.c_proj`, [inner, width], residualNoise),
    );
  }
  list.push(...norm('ln_f'));
  if (!(config.tie_word_embeddings ?? true)) {
    list.push({ name: 'lm_head.weight', shape: [config.vocab_size, width], initial: NOISE });
  }
  return list;
}

/** Most heads, units and pieces that a configuration may ask for: far beyond what anyone trains. */
const MOST = 2 ** 16;
const { above, oneOf, optional, text, truth, wholeNumber } = shapes;

const SHAPE = shapes.record<GptConfig & { readonly weights_sha256?: string }>({
  model_type: oneOf('lifegpt'),
  n_layer: wholeNumber(1, 256),
  n_head: wholeNumber(1, 1024),
  n_embd: wholeNumber(1, MOST),
  n_inner: wholeNumber(1, 4 * MOST),
  vocab_size: wholeNumber(1, MOST),
  position_scheme: oneOf('learned', 'rope'),
  n_positions: wholeNumber(1, 2 ** 20),
  layer_norm_epsilon: above(0, 1),
  head_dim: optional(wholeNumber(2, MOST)),
  attention_bias: optional(truth),
  norm_bias: optional(truth),
  tie_word_embeddings: optional(truth),
  trained_for: trainedForShape(false),
  // the file of a model has the hash of its weights beside its configuration
  weights_sha256: optional(text(64)),
});

/** @throws InputError naming the field, its value and what it should be, or a field that there is not. */
export function checkGptConfig(value: unknown, source: string): GptConfig {
  const config = checkShape(SHAPE, value, source);
  const { head_dim: size, n_embd: width, n_head: heads } = config;
  if (size === undefined && width % heads !== 0) {
    const place = { source, path: 'n_head' };
    shapes.failShape(heads, place, 'a divisor of n_embd, or "head_dim" beside it');
  }
  return config;
}
