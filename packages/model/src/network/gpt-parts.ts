/** The parts of the network that the whole-sequence graph and the cached one have in common. */

import {
  add,
  type Dim,
  gather,
  gelu,
  type GraphBuilder,
  layerNormalization,
  matMul,
  reshape,
  sliceLastAxis,
  transpose,
  type Value,
} from '@lifegpt/onnx-training';
import { headSize, type GptConfig } from './gpt-config.js';
import { passBy, type Hook, type Hooked } from './hook.js';

/** A graph under construction and where its weights come from. */
export interface Parts extends Hooked {
  readonly graph: GraphBuilder;
  readonly config: GptConfig;
  /** The value of a parameter by its name: GPT-2's, or a layer's without the `h.<i>.` before it. */
  readonly parameter: (name: string) => Value;
}

/** The parts of layer `i`. */
export function partsOfLayer(parts: Parts, i: number): Parts {
  const hook: Hook = (place, value) => passBy(parts, `h.${i}.${place}`, value);
  return { ...parts, hook, parameter: (name) => parts.parameter(`h.${i}.${name}`) };
}

/** Layer normalization by its name, e.g. `ln_1`. */
export function norm({ graph, config, parameter }: Parts, name: string, x: Value): Value {
  return layerNormalization(
    graph,
    x,
    parameter(`${name}.weight`),
    (config.norm_bias ?? true)
      ? parameter(`${name}.bias`)
      : graph.constant(Array<number>(config.n_embd).fill(0), 'float'),
    config.layer_norm_epsilon,
  );
}

/** A linear map by its name, e.g. `attn.c_proj`. */
function linear({ graph, parameter }: Parts, name: string, x: Value, hasBias = true): Value {
  const product = matMul(graph, x, parameter(`${name}.weight`));
  return hasBias ? add(graph, product, parameter(`${name}.bias`)) : product;
}

/** Queries, keys and values as thirds of `attn.c_attn`. */
export const [QUERY, KEY, VALUE] = [0, 1, 2] as const;

/** One third of `attn.c_attn` of some rows, split into heads: `[batch, heads, rows, size]`. */
export function projectHeads({ graph, config, parameter }: Parts, third: number, x: Value): Value {
  const [heads, size] = [config.n_head, headSize(config)];
  const [from, to] = [third * heads * size, (third + 1) * heads * size];
  const thirdOf = (name: string): Value => sliceLastAxis(graph, parameter(name), from, to);
  const product = matMul(graph, x, thirdOf('attn.c_attn.weight'));
  const hasBias = config.attention_bias ?? true;
  const flat = hasBias ? add(graph, product, thirdOf('attn.c_attn.bias')) : product;
  const split = reshape(graph, flat, [...flat.shape.slice(0, 2), heads, size]);
  return transpose(graph, split, [0, 2, 1, 3]);
}

/** `[batch, heads, rows, size]` back to `[batch, rows, heads * size]`. */
export function joinHeads({ graph, config }: Parts, mixed: Value): Value {
  const [batch, , rows] = mixed.shape;
  return reshape(graph, transpose(graph, mixed, [0, 2, 1, 3]), [
    batch!,
    rows!,
    config.n_head * headSize(config),
  ]);
}

/** What follows attention in a layer: both residual additions. */
export function finishLayer(layer: Parts, x: Value, mixed: Value): Value {
  const { graph, config } = layer;
  const at = (place: string, value: Value): Value => passBy(layer, place, value);
  const projected = linear(layer, 'attn.c_proj', mixed, config.attention_bias ?? true);
  const attended = at('resid_mid', add(graph, x, at('attn_out', projected)));
  const pre = at('mlp.pre', linear(layer, 'mlp.c_fc', norm(layer, 'ln_2', attended)));
  const out = linear(layer, 'mlp.c_proj', at('mlp.post', gelu(graph, pre)));
  return at('resid_post', add(graph, attended, at('mlp_out', out)));
}

/** Logits `[batch, rows, vocabulary]`; the embedding's matrix is also the output's if they are tied. */
export function readLogits(parts: Parts, x: Value): Value {
  const { graph, config, parameter } = parts;
  const normed = passBy(parts, 'ln_f', norm(parts, 'ln_f', x));
  const matrix = (config.tie_word_embeddings ?? true) ? 'wte.weight' : 'lm_head.weight';
  const logits = matMul(graph, normed, transpose(graph, parameter(matrix), [1, 0]));
  return passBy(parts, 'logits', logits);
}

/** Token embedding plus position embedding, `[batch, tokens, width]`. */
export function embed(
  { graph, config, parameter }: Parts,
  inputIds: Value,
  positionIds: Value,
): Value {
  const tokens = gather(graph, parameter('wte.weight'), inputIds);
  if (config.position_scheme === 'rope') return tokens;
  const shape = positionIds.shape.slice(0, 1);
  const index = graph.emit('Gather', [positionIds, scalarIndex(graph, 0)], 'int32', shape, {
    axis: 1,
  });
  return add(graph, tokens, gather(graph, parameter('wpe.weight'), index));
}

/**
 * `[queries, keys]`: 0 where key j is not later than query i, and -1e9 where it is.
 * @param keyCount int64 `[1]`
 * @param start int64 `[1]`: index of the first query among the keys
 */
export function causalMask(
  graph: GraphBuilder,
  keyCount: Value,
  start: Value,
  queries: Dim,
  keys: Dim,
): Value {
  const scalar = (value: Value): Value =>
    graph.emit('Squeeze', [value, graph.constant([0], 'int64')], 'int64', []);
  const one = scalarIndex(graph, 1);
  const keyIndex = graph.emit('Range', [scalarIndex(graph, 0), scalar(keyCount), one], 'int64', [
    keys,
  ]);
  const queryIndex = graph.emit('Range', [scalar(start), scalar(keyCount), one], 'int64', [
    queries,
  ]);
  const column = graph.emit('Unsqueeze', [queryIndex, graph.constant([1], 'int64')], 'int64', [
    queries,
    1,
  ]);
  const visible = graph.emit('LessOrEqual', [keyIndex, column], 'bool', [queries, keys]);
  return graph.emit(
    'Where',
    [visible, graph.constant(0, 'float'), graph.constant(-1e9, 'float')],
    'float',
    [queries, keys],
  );
}

/** Adds scores of keys to a mask, `[queries, keys]` and `[batch, keys]` -> `[batch, 1, queries, keys]` */
export function addKeyScores(graph: GraphBuilder, mask: Value, keyScores: Value): Value {
  const [queries, keys] = mask.shape;
  const batch = keyScores.shape[0]!;
  const axes = graph.constant([1, 2], 'int64');
  const rows = graph.emit('Unsqueeze', [keyScores, axes], 'float', [batch, 1, 1, keys!]);
  return graph.emit('Add', [mask, rows], 'float', [batch, 1, queries!, keys!]);
}

function scalarIndex(graph: GraphBuilder, index: number): Value {
  return graph.constant(index, 'int64');
}
