/**
 * Attention of new tokens behind a cache, for inference: the queries in blocks, each with the keys up to
 * its end. That is a fifth less work than one large masked product, and the scores of a block stay in
 * the processor's caches. A block's mask is a small triangle behind zeros, the same for all heads.
 */

import { type Dim, type GraphBuilder, transposeLast, type Value } from '@lifegpt/onnx-training';
import { causalMask } from './gpt-parts.js';

/** What attention behind a cache reads. */
export interface CachedAttentionInputs {
  /** `[batch, heads, tokens, size]` */
  readonly q: Value;
  /** `[batch, heads, past + tokens, size]` */
  readonly k: Value;
  /** `[batch, heads, past + tokens, size]` */
  readonly v: Value;
  /** int64 `[1]`: tokens in the cache. */
  readonly past: Value;
}

/** Emits attention in so many blocks; returns `[batch, heads, tokens, size]`. */
export function blockAttention(
  graph: GraphBuilder,
  { q, k, v, past }: CachedAttentionInputs,
  blocks: number,
): Value {
  const [batch, heads, , size] = q.shape;
  const scale = graph.constant(1 / Math.sqrt(Number(size)), 'float');
  const scaledQ = graph.emit('Mul', [q, scale], 'float', q.shape);
  const tokens = graph.emit('Shape', [q], 'int64', [1], { start: 2, end: 3 });
  const bounds = Array.from({ length: blocks + 1 }, (_, j) => takeShare(graph, tokens, j, blocks));
  const outputs = Array.from({ length: blocks }, (_, j) => {
    const [rows, seen]: Dim[] = [`rows_${j}`, `seen_${j}`];
    const [start, end] = [bounds[j]!, bounds[j + 1]!];
    const zero = graph.constant([0], 'int64');
    const keyStart = graph.emit('Add', [past, start], 'int64', [1]);
    const keyEnd = graph.emit('Add', [past, end], 'int64', [1]);
    const rowCount = graph.emit('Sub', [end, start], 'int64', [1]);
    const ownQ = slice(graph, scaledQ, start, end, 2, [batch!, heads!, rows!, size!]);
    const keys = slice(graph, k, zero, keyEnd, 2, [batch!, heads!, seen!, size!]);
    const values = slice(graph, v, zero, keyEnd, 2, [batch!, heads!, seen!, size!]);
    const triangle = causalMask(graph, rowCount, zero, rows!, rows!);
    const none = graph.constant([0, 0], 'int64');
    const pads = graph.emit('Concat', [zero, keyStart, none], 'int64', [4], { axis: 0 });
    const mask = graph.emit('Pad', [triangle, pads], 'float', [rows!, seen!]);
    const shape = [batch!, heads!, rows!, seen!];
    const products = graph.emit('MatMul', [ownQ, transposeLast(graph, keys)], 'float', shape);
    const scores = graph.emit('Add', [products, mask], 'float', shape);
    const weights = graph.emit('Softmax', [scores], 'float', shape, { axis: -1 });
    return graph.emit('MatMul', [weights, values], 'float', [batch!, heads!, rows!, size!]);
  });
  if (blocks === 1) return { ...outputs[0]!, shape: q.shape };
  return graph.emit('Concat', outputs, 'float', q.shape, { axis: 2 });
}

/**
 * Attention of one new token, which sees everything: no mask, and no turned copy of all keys.
 * @returns `[batch, heads, 1, size]`
 */
export function singleAttention(
  graph: GraphBuilder,
  { q, k, v }: Pick<CachedAttentionInputs, 'q' | 'k' | 'v'>,
): Value {
  const [batch, heads, keys, size] = k.shape;
  const scale = graph.constant(1 / Math.sqrt(Number(size)), 'float');
  const turnedQ = transposeLast(graph, graph.emit('Mul', [q, scale], 'float', q.shape));
  const column = graph.emit('MatMul', [k, turnedQ], 'float', [batch!, heads!, keys!, 1]);
  const scores = transposeLast(graph, column);
  const weights = graph.emit('Softmax', [scores], 'float', scores.shape, { axis: -1 });
  return graph.emit('MatMul', [weights, v], 'float', q.shape);
}

/** `count * part / parts`, rounded down, as int64 `[1]`. */
function takeShare(graph: GraphBuilder, count: Value, part: number, parts: number): Value {
  const product = graph.emit('Mul', [count, graph.constant([part], 'int64')], 'int64', [1]);
  return graph.emit('Div', [product, graph.constant([parts], 'int64')], 'int64', [1]);
}

function slice(
  graph: GraphBuilder,
  x: Value,
  start: Value,
  end: Value,
  axis: number,
  shape: readonly Dim[],
): Value {
  return graph.emit('Slice', [x, start, end, graph.constant([axis], 'int64')], 'float', shape);
}
