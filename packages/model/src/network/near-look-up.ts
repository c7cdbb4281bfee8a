/** The third layer of tokens that predict cells, folded: what is known of it before a board or a rule is. */

import { numberOfPart, RULE_AXES, type RuleForm } from '@lifegpt/core';
import type { NamedTensor } from '../folder/safetensors.js';
import { lookUpWidth, type LocationConfig } from './location-config.js';

/** How steep the third layer's scores are, and what it brings. */
export interface FoldedLookUp {
  /** `[vocabulary]`: logits of a bit that is not set, and of one that is. */
  readonly ifUnset: Float32Array;
  readonly ifSet: Float32Array;
  /** `[axes]`: a place's score falls by this times the square of its distance; 0 on the axes of the other form. */
  readonly sharpness: Float64Array;
}

/** Folds the weights of a look-up by cells. The tokens of a rule's bits are those of the states: ids 0 and 1. */
export function foldLookUp(
  config: LocationConfig,
  tensors: readonly NamedTensor[],
  form: RuleForm,
): FoldedLookUp {
  const of = (name: string): Float32Array => tensors.find((tensor) => tensor.name === name)!.data;
  const { n_embd: width, vocab_size: vocabulary } = config;
  const sharpness = Float64Array.from(RULE_AXES, (axis, a) =>
    axis.form === form ? Math.exp(of('h.2.attn.sharpness')[a]!) : 0,
  );
  const found = lookUpWidth(config);
  const part = of('wpe.part.weight').subarray(
    numberOfPart(form === 'counts' ? 'bit' : 'table bit') * width,
  );
  const logitsOf = (id: number): Float32Array => {
    const x = Array.from({ length: width }, (_, i) => of('wte.weight')[id * width + i]! + part[i]!);
    const value = Array.from({ length: found }, (_, v) =>
      x.reduce((sum, xi, i) => sum + xi * of('h.2.attn.c_value.weight')[i * found + v]!, 0),
    );
    const stream = Array.from({ length: width }, (_, i) =>
      value.reduce((sum, vi, v) => sum + vi * of('h.2.attn.c_proj.weight')[v * width + i]!, 0),
    );
    return Float32Array.from({ length: vocabulary }, (_, token) =>
      stream.reduce((sum, xi, i) => sum + xi * of('lm_head.weight')[token * width + i]!, 0),
    );
  };
  return { sharpness, ifUnset: logitsOf(0), ifSet: logitsOf(1) };
}
