/**
 * The network: a pre-norm GPT-2 decoder with tied embeddings, over a whole sequence. Training
 * differentiates this graph; `cached-gpt.ts` is the same network for decoding. Unusual: the positions
 * of `border` models come as coordinates beside the tokens, and the last layer computes queries for
 * the answer only, since no one reads the prompt's logits.
 */

import { BORDER_TABLES, headSize, type GptConfig } from './config.js';
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
import { sliceLastAxis, takeTail } from './graph/ops/slice.js';
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
  /** float `[batch, tokens]`: 0, or very negative for keys that no query may look at. */
  readonly forgotten?: Value;
  /** Is given every layer's attention weights, `[batch, heads, queries, keys]`. */
  readonly observeAttention?: (layer: number, weights: Value) => void;
  /** Asks for sums over keys of the last layer's attention, with keys as float `[answer, tokens]`. */
  readonly sums?: Sums;
  /** Is given these sums, each `[batch, heads, answer, 1]`; they can be differentiated. */
  readonly onSums?: (sums: readonly Value[]) => void;
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
  const { inputIds, positionIds, logitsToKeep, parameter, forgotten, observeAttention } = inputs;
  const parts: Parts = { graph, config, parameter };
  const tokenCount = graph.emit('Shape', [inputIds], 'int64', [1], { start: 1, end: 2 });
  const answerStart = graph.emit('Sub', [tokenCount, logitsToKeep], 'int64', [1]);
  const rotary =
    config.position_scheme === 'rope' ? rotaryAngles(graph, config, positionIds) : null;

  let x = embed(parts, inputIds, positionIds); // [batch, tokens, width]
  for (let i = 0; i < config.n_layer; i++) {
    const isLast = i === config.n_layer - 1;
    const start = isLast ? answerStart : graph.constant([0], 'int64');
    const queries: Dim = isLast ? 'answer' : 'tokens';
    const causal = causalMask(graph, tokenCount, start, queries, 'tokens');
    const mask = forgotten === undefined ? causal : forgetKeys(graph, causal, forgotten);
    const observe = (weights: Value): void => observeAttention?.(i, weights);
    const asked = isLast ? { sums: inputs.sums, onSums: inputs.onSums } : {};
    const layer = { ...partsOfLayer(parts, i), rotary, start, queries, mask, observe, ...asked };
    x = decoderLayer(layer, x);
  }
  return readLogits(parts, x);
}

/** `[queries, keys]` and `[batch, keys]` -> `[batch, 1, queries, keys]` */
function forgetKeys(graph: GraphBuilder, mask: Value, forgotten: Value): Value {
  const [queries, keys] = mask.shape;
  const batch = forgotten.shape[0]!;
  const axes = graph.constant([1, 2], 'int64');
  const rows = graph.emit('Unsqueeze', [forgotten, axes], 'float', [batch, 1, 1, keys!]);
  return graph.emit('Add', [mask, rows], 'float', [batch, 1, queries!, keys!]);
}

interface Layer extends Parts {
  readonly rotary: RotaryAngles | null;
  /** int64 `[1]`: index of the first token with a query. */
  readonly start: Value;
  /** Name of the axis of queries. */
  readonly queries: Dim;
  readonly mask: Value;
  readonly observe: (weights: Value) => void;
  readonly sums?: Sums | undefined;
  readonly onSums?: ((sums: readonly Value[]) => void) | undefined;
}

/** `[batch, tokens, width]` -> `[batch, queries, width]` */
function decoderLayer(layer: Layer, x: Value): Value {
  const { graph, start, queries } = layer;
  const kept = queries === 'tokens' ? x : takeTail(graph, x, start, queries);
  return finishLayer(layer, kept, selfAttention(layer, norm(layer, 'ln_1', x)));
}

/** Multi-head attention over all tokens, for the layer's queries: `[batch, queries, width]`. */
function selfAttention(layer: Layer, x: Value): Value {
  const { graph, config, rotary, start, queries, mask, observe, sums, onSums } = layer;
  const partial = queries !== 'tokens';
  let q = projectHeads(layer, QUERY, partial ? takeTail(graph, x, start, queries) : x);
  let k = projectHeads(layer, KEY, x);
  if (rotary !== null) {
    q = rotate(graph, q, partial ? takeLastAngles(graph, rotary, start, queries) : rotary);
    k = rotate(graph, k, rotary);
  }
  const v = projectHeads(layer, VALUE, x);
  const mixed = attention(graph, q, k, v, mask, observe, sums);
  const size = headSize(config);
  const columns = Number(mixed.shape.at(-1)) - size;
  if (columns === 0) return joinHeads(layer, mixed);
  const take = (_: unknown, i: number): Value =>
    sliceLastAxis(graph, mixed, size + i, size + i + 1);
  onSums?.(Array.from({ length: columns }, take));
  return joinHeads(layer, sliceLastAxis(graph, mixed, 0, size));
}
