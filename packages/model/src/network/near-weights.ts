/** What the weights say that a plan is made of: what tokens and heads add to the outputs, and where heads look. */

import { numberOfPart, RULE_AXES } from '@lifegpt/core';
import type { NamedTensor } from '../folder/safetensors.js';
import {
  BOARD_STEEPNESS,
  LOOK_SIZE,
  SINK_DISTANCE,
  type LocationConfig,
} from './location-config.js';

/** Number of outputs of a class: the rule's axes and the logits. */
export function countOutputs({ vocab_size: vocabulary }: LocationConfig): number {
  return RULE_AXES.length + vocabulary;
}

/** Outputs are the rule's axes, then the logits. */
export interface NearWeights {
  /** `[vocabulary, outputs]`: what the token itself adds. */
  readonly own: Float32Array;
  /** `[outputs]`: what all tokens of a part have. */
  baseOf(part: 'answer' | 'end'): Float64Array;
  /** `[heads][outputs]`: what a head with all its weight on a token brings. */
  bringToken(id: number): Float64Array[];
  /** `[heads]`: gates of the given board, and of the one behind it. */
  readonly boardGates: readonly (readonly [given: number, following: number])[];
  /** `[heads * LOOK_SIZE]`: what the heads are told of where to look, behind a header, from a cell that touches some borders. */
  tell(markerIds: ArrayLike<number>, touches: readonly boolean[]): Float64Array;
  /** The weight of a key at a distance. */
  bell(d: number): number;
  readonly sink: number;
}

/** Reads the weights. */
export function readNearWeights(
  config: LocationConfig,
  tensors: readonly NamedTensor[],
): NearWeights {
  const { n_head: heads, head_dim: size, n_embd: width, attention_sharpness: sharpness } = config;
  const data = new Map(tensors.map((tensor) => [tensor.name, tensor.data]));
  const of = (name: string): Float32Array => data.get(name)!;
  const outputs = countOutputs(config);
  const bell = (d: number): number => Math.exp(-sharpness * d * d);
  const sink = Math.exp(-sharpness * SINK_DISTANCE);

  /** What a stream's vector adds to the outputs: where it lies on the axes, and its logits. */
  function project(x: ArrayLike<number>): Float64Array {
    const axes = multiply(x, of('h.2.attn.c_axes.weight'), RULE_AXES.length);
    const projected = new Float64Array(outputs);
    projected.set(axes);
    const head = of('lm_head.weight');
    for (let id = 0; id < config.vocab_size; id++) {
      let sum = 0;
      for (let i = 0; i < width; i++) sum += x[i]! * head[id * width + i]!;
      projected[RULE_AXES.length + id] = sum;
    }
    return projected;
  }
  const row = (name: string, index: number): Float32Array =>
    of(name).subarray(index * width, (index + 1) * width);
  const own = new Float32Array(config.vocab_size * outputs);
  for (let id = 0; id < config.vocab_size; id++)
    own.set(project(row('wte.weight', id)), id * outputs);
  function baseOf(name: 'answer' | 'end'): Float64Array {
    const constant = project(row('wpe.part.weight', numberOfPart(name)));
    of('h.2.attn.c_axes.bias').forEach((value, i) => (constant[i]! += value));
    of('lm_head.bias').forEach((value, id) => (constant[RULE_AXES.length + id]! += value));
    return constant;
  }

  function bringToken(id: number): Float64Array[] {
    const values = multiply(row('wte.weight', id), of('h.1.attn.c_value.weight'), heads * size);
    return Array.from({ length: heads }, (_, head) => {
      const x = new Float64Array(width);
      for (let v = head * size; v < (head + 1) * size; v++) {
        const to = of('h.1.attn.c_proj.weight').subarray(v * width, (v + 1) * width);
        to.forEach((weight, i) => (x[i]! += values[v]! * weight));
      }
      return project(x);
    });
  }

  const boardGates = Array.from({ length: heads }, (_, head) => {
    const [given, following] = of('h.1.attn.board').subarray(2 * head, 2 * head + 2);
    const share = 1 / (1 + Math.exp(BOARD_STEEPNESS * (following! - given!)));
    return [share, 1 - share] as const;
  });

  /** The first layer: the header's markers. */
  function readMarkers(markerIds: ArrayLike<number>): Float64Array {
    const marker = row('wpe.part.weight', numberOfPart('marker'));
    const values = Array.from(markerIds, (id) => {
      const x = row('wte.weight', id).map((value, i) => value + marker[i]!);
      return multiply(x, of('h.0.attn.c_value.weight'), heads * size);
    });
    const read = new Float64Array(heads * size);
    of('h.0.attn.place').forEach((place, head) => {
      const shares = values.map((_, i) => bell(i - place));
      const total = shares.reduce((sum, share) => sum + share, sink);
      for (let v = head * size; v < (head + 1) * size; v++) {
        values.forEach((value, i) => (read[v]! += (shares[i]! / total) * value[v]!));
      }
    });
    return multiply(read, of('h.0.attn.c_proj.weight'), width);
  }

  let header: { readonly key: string; readonly stream: Float64Array } | undefined;

  function tell(markerIds: ArrayLike<number>, touches: readonly boolean[]): Float64Array {
    const key = Array.from(markerIds).join();
    if (header?.key !== key) header = { key, stream: readMarkers(markerIds) };
    const stream = header.stream.slice();
    touches.forEach((isTouched, border) => {
      if (!isTouched) return;
      row('wpe.border.weight', border).forEach((value, i) => (stream[i]! += value));
    });
    const fc = multiply(stream, of('h.0.mlp.c_fc.weight'), config.n_inner);
    const bias = of('h.0.mlp.c_fc.bias');
    const hidden = fc.map((value, i) => Math.tanh(value + bias[i]!));
    const told = multiply(hidden, of('h.1.attn.c_look.weight'), heads * LOOK_SIZE);
    const base = of('h.1.attn.c_look.bias');
    return told.map((value, i) => value + base[i]!);
  }

  return { own, baseOf, bringToken, boardGates, tell, bell, sink };
}

/** A row by a matrix of so many columns. */
function multiply(row: ArrayLike<number>, matrix: Float32Array, columns: number): Float64Array {
  const product = new Float64Array(columns);
  for (let i = 0; i < row.length; i++) {
    const value = row[i]!;
    for (let column = 0; column < columns; column++)
      product[column]! += value * matrix[i * columns + column]!;
  }
  return product;
}
