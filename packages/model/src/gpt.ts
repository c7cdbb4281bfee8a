/**
 * The network: a pre-norm GPT-2 decoder with tied embeddings, over a whole sequence. Training
 * differentiates this graph; `cached-gpt.ts` is the same network for decoding. Unusual: the positions
 * of `border` models come as coordinates beside the tokens, and the last layer computes queries for
 * the answer only, since no one reads the prompt's logits. Where the first layer reads
 * a header, its keys are the header's alone, and the layers behind it go without it (`GptConfig.header`).
 */

import { HEADER_TOKENS } from '@lifegpt/core';
import {
  BORDER_TABLES,
  countHiddenTokens,
  headSize,
  readsHeaderFirst,
  type GptConfig,
} from './config.js';
import {
  causalMask,
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
import type { Dim, GraphBuilder, Value } from './graph/builder.js';
import { attention, type Sums } from './graph/ops/attention.js';
import { sliceLastAxis, takeHead, takeTail } from './graph/ops/slice.js';
import { rotaryAngles, rotate, takeLastAngles, type RotaryAngles } from './rotary.js';

/** The values that the network reads. */
export interface GptInputs {
  /** int32 `[batch, tokens]` */
  readonly inputIds: Value;
  /** int32 `[tokens, columns]`: core's `borderCoordinates`, or one column with the index. */
  readonly positionIds: Value;
  /** int64 `[1]`: how many of the last tokens need logits. */
  readonly logitsToKeep: Value;
  /** The value of a parameter by its GPT-2 name. */
  readonly parameter: (name: string) => Value;
  /**
   * float `[batch, keys]`: what is added to the scores of a layer's keys, very negative for those that no query may
   * look at. A first layer that reads the header goes without.
   */
  readonly keyScores?: Value;
  /** Is given every layer's attention weights, `[batch, heads, queries, keys]`. */
  readonly observeAttention?: (layer: number, weights: Value) => void;
  /** Is given what a first layer that reads the header makes of all tokens, `[batch, tokens, width]`. */
  readonly observeFirstLayer?: (stream: Value) => void;
  /** Asks for sums over keys of a layer's attention, with keys as float `[queries, keys]`, or with axes before. */
  readonly sums?: (layer: number) => Sums | undefined;
  /** Is given these sums, each `[batch, heads, queries, 1]`; they can be differentiated. */
  readonly onSums?: (sums: readonly Value[], layer: number) => void;
}

/** Number of columns of `positionIds`. */
export function countPositionColumns(config: GptConfig): number {
  return config.position_scheme === 'border' ? BORDER_TABLES.length : 1;
}

/** Declares the network's inputs on a graph. */
export function declareGptInputs(
  graph: GraphBuilder,
  config: GptConfig,
): Pick<GptInputs, 'inputIds' | 'positionIds' | 'logitsToKeep'> {
  return {
    inputIds: graph.input('input_ids', 'int32', ['batch_size', 'tokens']),
    positionIds: graph.input('position_ids', 'int32', ['tokens', countPositionColumns(config)]),
    logitsToKeep: graph.input('num_logits_to_keep', 'int64', [1]),
  };
}

/** Emits the network; returns logits `[batch, answer, vocabulary]` of the last tokens. */
export function buildGpt(graph: GraphBuilder, config: GptConfig, inputs: GptInputs): Value {
  const { inputIds, positionIds, logitsToKeep, parameter, keyScores, observeAttention } = inputs;
  const parts: Parts = { graph, config, parameter };
  const tokenCount = graph.emit('Shape', [inputIds], 'int64', [1], { start: 1, end: 2 });
  const rotary =
    config.position_scheme === 'rope' ? rotaryAngles(graph, config, positionIds) : null;

  let x = embed(parts, inputIds, positionIds); // [batch, tokens, width]
  const zero = graph.constant([0], 'int64');
  let first = 0;
  let [tokens, count]: [Dim, Value] = ['tokens', tokenCount];
  if (readsHeaderFirst(config)) {
    const headerCount = graph.constant([HEADER_TOKENS], 'int64');
    const observe = (weights: Value): void => observeAttention?.(0, weights);
    const mask = causalMask(graph, headerCount, zero, 'tokens', HEADER_TOKENS, tokenCount);
    const header = { start: zero, queries: tokens, keys: HEADER_TOKENS, mask, observe };
    x = decoderLayer({ ...partsOfLayer(parts, 0), rotary, ...header }, x);
    inputs.observeFirstLayer?.(x);
    // what stands before the header's last token has served
    const hidden = graph.constant([countHiddenTokens(config)], 'int64');
    count = graph.emit('Sub', [tokenCount, hidden], 'int64', [1]);
    tokens = 'board_tokens';
    x = takeTail(graph, x, hidden, tokens);
    first = 1;
  }
  const answerStart = graph.emit('Sub', [count, logitsToKeep], 'int64', [1]);
  for (let i = first; i < config.n_layer; i++) {
    const isLast = i === config.n_layer - 1;
    const start = isLast ? answerStart : zero;
    const queries: Dim = isLast ? 'answer' : tokens;
    const causal = causalMask(graph, count, start, queries, tokens);
    const mask = keyScores === undefined ? causal : addKeyScores(graph, causal, keyScores);
    const observe = (weights: Value): void => observeAttention?.(i, weights);
    const sums = inputs.sums?.(i);
    const onSums = (values: readonly Value[]): void => inputs.onSums?.(values, i);
    const asked = { mask, observe, sums, onSums };
    const layer = { ...partsOfLayer(parts, i), rotary, start, queries, ...asked };
    x = decoderLayer(layer, x);
  }
  return readLogits(parts, x);
}

/** `[queries, keys]` and `[batch, keys]` -> `[batch, 1, queries, keys]` */
function addKeyScores(graph: GraphBuilder, mask: Value, keyScores: Value): Value {
  const [queries, keys] = mask.shape;
  const batch = keyScores.shape[0]!;
  const axes = graph.constant([1, 2], 'int64');
  const rows = graph.emit('Unsqueeze', [keyScores, axes], 'float', [batch, 1, 1, keys!]);
  return graph.emit('Add', [mask, rows], 'float', [batch, 1, queries!, keys!]);
}

interface Layer extends Parts {
  readonly rotary: RotaryAngles | null;
  /** int64 `[1]`: index of the first token with a query. */
  readonly start: Value;
  /** Name of the axis of queries. */
  readonly queries: Dim;
  /** How many of the first tokens have keys; all when left out. */
  readonly keys?: number;
  readonly mask: Value;
  readonly observe: (weights: Value) => void;
  readonly sums?: Sums | undefined;
  readonly onSums?: ((sums: readonly Value[]) => void) | undefined;
}

/** `[batch, tokens, width]` -> `[batch, queries, width]` */
function decoderLayer(layer: Layer, x: Value): Value {
  const { graph, start, queries } = layer;
  const kept = queries === x.shape[1] ? x : takeTail(graph, x, start, queries);
  return finishLayer(layer, kept, selfAttention(layer, norm(layer, 'ln_1', x)));
}

/** Multi-head attention over all tokens, for the layer's queries: `[batch, queries, width]`. */
function selfAttention(layer: Layer, x: Value): Value {
  const { graph, config, rotary, start, queries, mask, observe, sums, onSums } = layer;
  const partial = queries !== x.shape[1];
  const read = layer.keys === undefined ? x : takeHead(graph, x, layer.keys);
  let q = projectHeads(layer, QUERY, partial ? takeTail(graph, x, start, queries) : x);
  let k = projectHeads(layer, KEY, read);
  if (rotary !== null) {
    q = rotate(graph, q, partial ? takeLastAngles(graph, rotary, start, queries) : rotary);
    k = rotate(graph, k, rotary);
  }
  const v = projectHeads(layer, VALUE, read);
  const mixed = attention(graph, q, k, v, mask, observe, sums);
  const size = headSize(config);
  const columns = Number(mixed.shape.at(-1)) - size;
  if (columns === 0) return joinHeads(layer, mixed);
  const take = (_: unknown, i: number): Value =>
    sliceLastAxis(graph, mixed, size + i, size + i + 1);
  onSums?.(Array.from({ length: columns }, take));
  return joinHeads(layer, sliceLastAxis(graph, mixed, 0, size));
}
