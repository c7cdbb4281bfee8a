/**
 * The network of models whose tokens stand in a line: a pre-norm GPT-2 decoder with tied embeddings, over a whole sequence.
 * Training differentiates this graph; `cached-gpt.ts` is the same network for decoding. Unusual: the last layer computes
 * queries for the answer only, since no one reads the prompt's logits.
 */

import {
  attention,
  type Dim,
  type GraphBuilder,
  takeTail,
  type Value,
} from '@lifegpt/onnx-training';
import type { GptConfig } from './gpt-config.js';
import {
  addKeyScores,
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
import { passBy, type Hooked } from './hook.js';
import { rotaryAngles, rotate, takeLastAngles, type RotaryAngles } from './rotary.js';

/** The values that the network reads. */
export interface GptInputs extends Hooked {
  /** int32 `[batch, tokens]` */
  readonly inputIds: Value;
  /** int32 `[tokens, 1]`: each token's index in the text. */
  readonly positionIds: Value;
  /** int64 `[1]`: how many of the last tokens need logits. */
  readonly logitsToKeep: Value;
  /** The value of a parameter by its GPT-2 name. */
  readonly parameter: (name: string) => Value;
  /** float `[batch, keys]`: what is added to the scores of keys, very negative for those that no query may look at. */
  readonly keyScores?: Value;
}

/** Declares the network's inputs on a graph. */
export function declareGptInputs(
  graph: GraphBuilder,
): Pick<GptInputs, 'inputIds' | 'positionIds' | 'logitsToKeep'> {
  return {
    inputIds: graph.input('input_ids', 'int32', ['batch_size', 'tokens']),
    positionIds: graph.input('position_ids', 'int32', ['tokens', 1]),
    logitsToKeep: graph.input('num_logits_to_keep', 'int64', [1]),
  };
}

/** Emits the network; returns logits `[batch, answer, vocabulary]` of the last tokens. */
export function buildGpt(graph: GraphBuilder, config: GptConfig, inputs: GptInputs): Value {
  const { inputIds, positionIds, logitsToKeep, parameter, keyScores, hook } = inputs;
  const parts: Parts = { graph, config, parameter, hook };
  const count = graph.emit('Shape', [inputIds], 'int64', [1], { start: 1, end: 2 });
  const rotary =
    config.position_scheme === 'rope' ? rotaryAngles(graph, config, positionIds) : null;

  let x = passBy(parts, 'embed', embed(parts, inputIds, positionIds)); // [batch, tokens, width]
  const zero = graph.constant([0], 'int64');
  const answerStart = graph.emit('Sub', [count, logitsToKeep], 'int64', [1]);
  for (let i = 0; i < config.n_layer; i++) {
    const isLast = i === config.n_layer - 1;
    const start = isLast ? answerStart : zero;
    const queries: Dim = isLast ? 'answer' : 'tokens';
    const causal = causalMask(graph, count, start, queries, 'tokens');
    const mask = keyScores === undefined ? causal : addKeyScores(graph, causal, keyScores);
    x = decoderLayer({ ...partsOfLayer(parts, i), rotary, start, queries, mask }, x);
  }
  return readLogits(parts, x);
}

interface Layer extends Parts {
  readonly rotary: RotaryAngles | null;
  /** int64 `[1]`: index of the first token with a query. */
  readonly start: Value;
  /** Name of the axis of queries. */
  readonly queries: Dim;
  readonly mask: Value;
}

/** `[batch, tokens, width]` -> `[batch, queries, width]` */
function decoderLayer(layer: Layer, x: Value): Value {
  const { graph, start, queries } = layer;
  const rows = queries === x.shape[1] ? x : takeTail(graph, x, start, queries);
  const kept = passBy(layer, 'resid_pre', rows);
  return finishLayer(layer, kept, selfAttention(layer, norm(layer, 'ln_1', x)));
}

/** Multi-head attention over all tokens, for the layer's queries: `[batch, queries, width]`. */
function selfAttention(layer: Layer, x: Value): Value {
  const { graph, rotary, start, queries, mask } = layer;
  const partial = queries !== x.shape[1];
  let q = projectHeads(layer, QUERY, partial ? takeTail(graph, x, start, queries) : x);
  let k = projectHeads(layer, KEY, x);
  if (rotary !== null) {
    q = rotate(graph, q, partial ? takeLastAngles(graph, rotary, start, queries) : rotary);
    k = rotate(graph, k, rotary);
  }
  const at = (place: string, value: Value): Value => passBy(layer, place, value);
  const v = projectHeads(layer, VALUE, x);
  const look = (weights: Value): Value => at('attn.pattern', weights);
  const mixed = attention(graph, at('attn.q', q), at('attn.k', k), at('attn.v', v), mask, look);
  return joinHeads(layer, at('attn.z', mixed));
}
