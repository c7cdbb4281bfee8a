/**
 * The network: a pre-norm GPT-2 decoder with tied embeddings, written once for training and for
 * inference. Unusual: the positions of `border` models come as coordinates beside the tokens, and
 * the last layer computes queries for the answer only, since no one reads the prompt's logits.
 */

import type { Dim, GraphBuilder, Value } from './graph/builder.js';
import { add } from './graph/ops/add.js';
import { attention } from './graph/ops/attention.js';
import { gather } from './graph/ops/gather.js';
import { gelu } from './graph/ops/gelu.js';
import { layerNormalization } from './graph/ops/layer-normalization.js';
import { matMul } from './graph/ops/mat-mul.js';
import { mul } from './graph/ops/mul.js';
import { reshape } from './graph/ops/reshape.js';
import { sliceLastAxis, takeTail } from './graph/ops/slice.js';
import { transpose } from './graph/ops/transpose.js';
import { BORDER_TABLES, type GptConfig } from './config.js';

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
}

/** Declares the network's inputs on a graph. */
export function declareGptInputs(
  graph: GraphBuilder,
  config: GptConfig,
): Omit<GptInputs, 'parameter'> {
  const columns = config.position_scheme === 'border' ? BORDER_TABLES.length : 1;
  return {
    inputIds: graph.input('input_ids', 'int32', ['batch_size', 'tokens']),
    positionIds: graph.input('position_ids', 'int32', ['tokens', columns]),
    logitsToKeep: graph.input('num_logits_to_keep', 'int64', [1]),
  };
}

/** Emits the network; returns logits `[batch, answer, vocabulary]` of the last tokens. */
export function buildGpt(graph: GraphBuilder, config: GptConfig, inputs: GptInputs): Value {
  const { inputIds, positionIds, logitsToKeep, parameter } = inputs;
  const tokenCount = graph.emit('Shape', [inputIds], 'int64', [1], { start: 1, end: 2 });
  const answerStart = graph.emit('Sub', [tokenCount, logitsToKeep], 'int64', [1]);
  const rotary =
    config.position_scheme === 'rope' ? rotaryAngles(graph, config, positionIds) : null;

  let x = embed(graph, config, inputIds, positionIds, parameter); // [batch, tokens, width]
  for (let i = 0; i < config.n_layer; i++) {
    const isLast = i === config.n_layer - 1;
    const start = isLast ? answerStart : graph.constant([0], 'int64');
    const queries: Dim = isLast ? 'answer' : 'tokens';
    const layer: Layer = {
      graph,
      config,
      rotary,
      start,
      queries,
      mask: causalMask(graph, tokenCount, start, queries),
      parameter: (name) => parameter(`h.${i}.${name}`),
    };
    x = decoderLayer(layer, x);
  }
  const normed = layerNormalization(
    graph,
    x,
    parameter('ln_f.weight'),
    parameter('ln_f.bias'),
    config.layer_norm_epsilon,
  );
  return matMul(graph, normed, transpose(graph, parameter('wte.weight'), [1, 0]));
}

interface Layer {
  readonly graph: GraphBuilder;
  readonly config: GptConfig;
  readonly rotary: { cos: Value; sin: Value } | null;
  /** int64 `[1]`: index of the first token with a query. */
  readonly start: Value;
  /** Name of the axis of queries. */
  readonly queries: Dim;
  readonly mask: Value;
  readonly parameter: (name: string) => Value;
}

/** `[batch, tokens, width]` -> `[batch, queries, width]` */
function decoderLayer(layer: Layer, x: Value): Value {
  const { graph, config, start, queries, parameter } = layer;
  const norm = (name: string, value: Value): Value =>
    layerNormalization(
      graph,
      value,
      parameter(`${name}.weight`),
      parameter(`${name}.bias`),
      config.layer_norm_epsilon,
    );
  const linear = (name: string, value: Value): Value =>
    add(graph, matMul(graph, value, parameter(`${name}.weight`)), parameter(`${name}.bias`));

  const kept = queries === 'tokens' ? x : takeTail(graph, x, start, queries);
  const attended = add(graph, kept, linear('attn.c_proj', selfAttention(layer, norm('ln_1', x))));
  const hidden = gelu(graph, linear('mlp.c_fc', norm('ln_2', attended)));
  return add(graph, attended, linear('mlp.c_proj', hidden));
}

/** Multi-head attention over all tokens, for the layer's queries: `[batch, queries, width]`. */
function selfAttention(layer: Layer, x: Value): Value {
  const { graph, config, rotary, start, queries, mask, parameter } = layer;
  const { n_embd: width, n_head: heads } = config;
  const size = width / heads;

  /** One third of c_attn, split into heads: `[batch, heads, rows, size]` */
  function project(third: number, rows: Value): Value {
    const [from, to] = [third * width, (third + 1) * width];
    const weight = sliceLastAxis(graph, parameter('attn.c_attn.weight'), from, to);
    const bias = sliceLastAxis(graph, parameter('attn.c_attn.bias'), from, to);
    const flat = add(graph, matMul(graph, rows, weight), bias);
    return transpose(
      graph,
      reshape(graph, flat, [...flat.shape.slice(0, 2), heads, size]),
      [0, 2, 1, 3],
    );
  }

  const partial = queries !== 'tokens';
  let q = project(0, partial ? takeTail(graph, x, start, queries) : x);
  let k = project(1, x);
  if (rotary !== null) {
    q = rotate(graph, q, partial ? tailRows(graph, rotary, start, queries) : rotary);
    k = rotate(graph, k, rotary);
  }
  const mixed = attention(graph, q, k, project(2, x), mask);
  return reshape(graph, transpose(graph, mixed, [0, 2, 1, 3]), [
    ...x.shape.slice(0, 1),
    queries,
    width,
  ]);
}

/** Token embedding plus position embedding, `[batch, tokens, width]`. */
function embed(
  graph: GraphBuilder,
  config: GptConfig,
  inputIds: Value,
  positionIds: Value,
  parameter: (name: string) => Value,
): Value {
  const tokens = gather(graph, parameter('wte.weight'), inputIds);
  if (config.position_scheme === 'rope') return tokens;
  const tables =
    config.position_scheme === 'learned' ? ['wpe'] : BORDER_TABLES.map((table) => `wpe.${table}`);
  const rows = tables.map((table, column) => {
    const index = graph.emit(
      'Gather',
      [positionIds, scalarIndex(graph, column)],
      'int32',
      ['tokens'],
      {
        axis: 1,
      },
    );
    return gather(graph, parameter(`${table}.weight`), index);
  });
  return add(
    graph,
    tokens,
    rows.reduce((sum, row) => add(graph, sum, row)),
  );
}

/** `[queries, keys]`: 0 where key j is not later than query i, and -1e9 where it is. */
function causalMask(graph: GraphBuilder, tokenCount: Value, start: Value, queries: Dim): Value {
  const scalar = (value: Value): Value =>
    graph.emit('Squeeze', [value, graph.constant([0], 'int64')], 'int64', []);
  const one = scalarIndex(graph, 1);
  const keyIndex = graph.emit('Range', [scalarIndex(graph, 0), scalar(tokenCount), one], 'int64', [
    'tokens',
  ]);
  const queryIndex = graph.emit('Range', [scalar(start), scalar(tokenCount), one], 'int64', [
    queries,
  ]);
  const column = graph.emit('Unsqueeze', [queryIndex, graph.constant([1], 'int64')], 'int64', [
    queries,
    1,
  ]);
  const visible = graph.emit('LessOrEqual', [keyIndex, column], 'bool', [queries, 'tokens']);
  return graph.emit(
    'Where',
    [visible, graph.constant(0, 'float'), graph.constant(-1e9, 'float')],
    'float',
    [queries, 'tokens'],
  );
}

/** cos and sin of every position's angles, `[tokens, size]`, the halves alike as in GPT-NeoX. */
function rotaryAngles(
  graph: GraphBuilder,
  config: GptConfig,
  positionIds: Value,
): { cos: Value; sin: Value } {
  const half = config.n_embd / config.n_head / 2;
  const frequencies = Array.from({ length: 2 * half }, (_, i) => 10_000 ** (-(i % half) / half));
  const position = graph.emit('Cast', [positionIds], 'float', ['tokens', 1], { to: 1 });
  const shape = ['tokens', 2 * half];
  const angles = graph.emit(
    'Mul',
    [position, graph.constant(frequencies, 'float')],
    'float',
    shape,
  );
  return {
    cos: graph.emit('Cos', [angles], 'float', shape),
    sin: graph.emit('Sin', [angles], 'float', shape),
  };
}

/** x cos + (x turned by a quarter) sin; the quarter turn is a product with a constant matrix. */
function rotate(graph: GraphBuilder, x: Value, { cos, sin }: { cos: Value; sin: Value }): Value {
  const size = Number(x.shape.at(-1));
  const half = size / 2;
  const turn = Array.from({ length: size * size }, (_, i) => {
    const [row, column] = [Math.floor(i / size), i % size];
    if (column < half) return row === column + half ? -1 : 0;
    return row === column - half ? 1 : 0;
  });
  const flat = graph.constant(turn, 'float');
  const matrix = graph.emit('Reshape', [flat, graph.constant([size, size], 'int64')], 'float', [
    size,
    size,
  ]);
  return add(graph, mul(graph, x, cos), mul(graph, matMul(graph, x, matrix), sin));
}

function tailRows(
  graph: GraphBuilder,
  rotary: { cos: Value; sin: Value },
  start: Value,
  rows: Dim,
): { cos: Value; sin: Value } {
  const end = graph.constant([Number.MAX_SAFE_INTEGER], 'int64');
  const axis = graph.constant([0], 'int64');
  const tail = (table: Value): Value =>
    graph.emit('Slice', [table, start, end, axis], 'float', [rows, table.shape[1]!]);
  return { cos: tail(rotary.cos), sin: tail(rotary.sin) };
}

function scalarIndex(graph: GraphBuilder, index: number): Value {
  return graph.constant(index, 'int64');
}
