/**
 * The network for decoding, with Hugging Face's names of inputs and outputs: the prompt's keys and
 * values are computed once (`buildPrefill`), and each pass over new tokens takes them as
 * `past_key_values` (`buildCachedGpt`). Both are the network of `gpt.ts` with the same weights.
 */

import { attention, GraphBuilder, type Value } from '@lifegpt/onnx-training';
import { headSize, type GptConfig } from './gpt-config.js';
import {
  embed,
  finishLayer,
  joinHeads,
  KEY,
  norm,
  partsOfLayer,
  projectHeads,
  QUERY,
  readLogits,
  VALUE,
  type Parts,
} from './gpt-parts.js';
import { blockAttention, singleAttention } from './block-attention.js';
import { rotaryAngles, rotate, type RotaryAngles } from './rotary.js';
import { openWeights } from './weights.js';
import type { NamedTensor } from '../folder/safetensors.js';

/** Keys and values of a layer, `[batch_size, heads, tokens, size]`. */
type CacheSide = 'key' | 'value';

/** Name of a layer's cache as an input. */
const pastName = (layer: number, side: CacheSide): string => `past_key_values.${layer}.${side}`;
/** Name of a layer's cache as an output. */
const presentName = (layer: number, side: CacheSide): string => `present.${layer}.${side}`;

/** The names of all caches, in one order for inputs and outputs. */
export function listCacheNames({ n_layer: layers }: GptConfig): {
  readonly past: string[];
  readonly present: string[];
} {
  const sides = Array.from({ length: layers }, (_, i) =>
    (['key', 'value'] as const).map((side) => [i, side] as const),
  ).flat();
  return {
    past: sides.map(([i, side]) => pastName(i, side)),
    present: sides.map(([i, side]) => presentName(i, side)),
  };
}

/** Tokens to their keys and values; nothing asks the last layer anything. */
export function buildPrefill(config: GptConfig, tensors: readonly NamedTensor[]): GraphBuilder {
  const { parts, rotary, x: embedded } = openGraph('gpt_prefill', config, tensors);
  const { graph } = parts;
  let x = embedded;
  let mask: Value | null = null;
  for (let i = 0; i < config.n_layer; i++) {
    const layer = partsOfLayer(parts, i);
    const normed = norm(layer, 'ln_1', x);
    const { k, v } = projectKeysAndValues(layer, normed, rotary);
    graph.output(presentName(i, 'key'), k);
    graph.output(presentName(i, 'value'), v);
    if (i === config.n_layer - 1) break;
    mask ??= declareMask(graph, 'tokens');
    const q = rotateIfNeeded(layer, projectHeads(layer, QUERY, normed), rotary);
    x = finishLayer(layer, x, joinHeads(layer, attention(graph, q, k, v, mask)));
  }
  return graph;
}

/** How new tokens are run behind a cache. */
export type CachedOptions =
  /** One token, and the cache with it as an output. */
  | { readonly kind: 'append' }
  /** Any number of tokens. */
  | { readonly kind: 'answer' }
  /** As `answer`, in so many blocks of queries: faster on a CPU (see `blockAttention`). */
  | { readonly kind: 'answer-in-blocks'; readonly blocks: number }
  /** Any number of tokens, under a mask `[batch, 1, tokens, keys]`, and the cache with them as an output. */
  | { readonly kind: 'masked'; readonly mask: Value };

/** New tokens behind a cache: logits of all of them. */
export function buildCachedGpt(
  config: GptConfig,
  tensors: readonly NamedTensor[],
  options: CachedOptions,
): GraphBuilder {
  return buildBehindCache(openGraph('gpt', config, tensors), options);
}

/** The layers behind a cache, whatever the inputs are that were embedded. */
export function buildBehindCache(
  { parts, rotary, x: embedded }: OpenedGraph,
  options: CachedOptions,
): GraphBuilder {
  const { graph, config } = parts;
  const keepsCache = options.kind === 'append' || options.kind === 'masked';
  const shape = ['batch_size', config.n_head, 'past', headSize(config)];
  let x = embedded;
  let mask: Value | null = null;
  for (let i = 0; i < config.n_layer; i++) {
    const layer = partsOfLayer(parts, i);
    const normed = norm(layer, 'ln_1', x);
    const fresh = projectKeysAndValues(layer, normed, rotary);
    const pastKeys = graph.input(pastName(i, 'key'), 'float', shape);
    const pastValues = graph.input(pastName(i, 'value'), 'float', shape);
    const extend = (before: Value, behind: Value): Value =>
      graph.emit('Concat', [before, behind], 'float', [...shape.slice(0, 2), 'keys', shape[3]!], {
        axis: 2,
      });
    const [k, v] = [extend(pastKeys, fresh.k), extend(pastValues, fresh.v)];
    if (keepsCache) {
      graph.output(presentName(i, 'key'), k);
      graph.output(presentName(i, 'value'), v);
    }
    const q = rotateIfNeeded(layer, projectHeads(layer, QUERY, normed), rotary);
    let mixed: Value;
    if (options.kind === 'append') mixed = singleAttention(graph, { q, k, v });
    else if (options.kind === 'answer') {
      mask ??= declareMask(graph, 'keys');
      mixed = attention(graph, q, k, v, mask);
    } else if (options.kind === 'masked') mixed = attention(graph, q, k, v, options.mask);
    else {
      const past = graph.emit('Shape', [pastKeys], 'int64', [1], { start: 2, end: 3 });
      mixed = blockAttention(graph, { q, k, v, past }, options.blocks);
    }
    x = finishLayer(layer, x, joinHeads(layer, mixed));
  }
  graph.output('logits', readLogits(parts, x));
  return graph;
}

/**
 * A causal mask from two inputs, int32 `[tokens, 1]` and `[1, keys]`: a GPU computes it without the
 * 64-bit arithmetic on shapes that it lacks.
 */
function declareMask(graph: GraphBuilder, keys: 'tokens' | 'keys'): Value {
  const query = graph.input('query_index', 'int32', ['tokens', 1]);
  const key = graph.input('key_index', 'int32', [1, keys]);
  const shape = ['tokens', keys];
  const visible = graph.emit('LessOrEqual', [key, query], 'bool', shape);
  const [open, closed] = [graph.constant(0, 'float'), graph.constant(-1e9, 'float')];
  return graph.emit('Where', [visible, open, closed], 'float', shape);
}

/** Declares tokens and positions, and embeds them. */
function openGraph(name: string, config: GptConfig, tensors: readonly NamedTensor[]): OpenedGraph {
  const graph = new GraphBuilder(name);
  const parts = openParts(graph, config, tensors);
  const inputIds = graph.input('input_ids', 'int32', ['batch_size', 'tokens']);
  const positionIds = graph.input('position_ids', 'int32', ['tokens', 1]);
  const rotary =
    config.position_scheme === 'rope' ? rotaryAngles(graph, config, positionIds) : null;
  return { parts, rotary, x: embed(parts, inputIds, positionIds) };
}

/** A graph whose tokens and positions are embedded. */
export interface OpenedGraph {
  readonly parts: Parts;
  readonly rotary: RotaryAngles | null;
  /** `[batch, tokens, width]` */
  readonly x: Value;
}

/** Weights as initializers: those that the graph asks for, and no others. */
export function openParts(
  graph: GraphBuilder,
  config: GptConfig,
  tensors: readonly NamedTensor[],
): Parts {
  return { graph, config, parameter: openWeights(graph, tensors) };
}

function projectKeysAndValues(
  layer: Parts,
  normed: Value,
  rotary: RotaryAngles | null,
): { k: Value; v: Value } {
  return {
    k: rotateIfNeeded(layer, projectHeads(layer, KEY, normed), rotary),
    v: projectHeads(layer, VALUE, normed),
  };
}

function rotateIfNeeded({ graph }: Parts, x: Value, rotary: RotaryAngles | null): Value {
  return rotary === null ? x : rotate(graph, x, rotary);
}
