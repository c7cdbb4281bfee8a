/** The weights of a model by location, by name and row. */

import { numberOfPart, type TextPart } from '@lifegpt/core';
import type { NamedTensor } from '../folder/safetensors.js';
import type { LocationConfig } from '../network/location-config.js';

/** Weights, and the ids of tokens. */
export interface Weights {
  readonly config: LocationConfig;
  /** The numbers of a tensor. */
  of(name: string): Float32Array;
  /** What the stream of a token begins with: its vector and that of its part of the text, `[width]`. */
  embed(id: number, part: TextPart): Float64Array;
}

/** Opens the tensors of a model folder, which has checked that all are there. */
export function openWeights(config: LocationConfig, tensors: readonly NamedTensor[]): Weights {
  const data = new Map(tensors.map((tensor) => [tensor.name, tensor.data]));
  const of = (name: string): Float32Array => data.get(name)!;
  const width = config.n_embd;
  return {
    config,
    of,
    embed(id, part) {
      const token = of('wte.weight').subarray(id * width);
      const text = of('wpe.part.weight').subarray(numberOfPart(part) * width);
      return Float64Array.from({ length: width }, (_, i) => token[i]! + text[i]!);
    },
  };
}
