import type { Dim, GraphBuilder, Operation, Value } from '../builder.js';
import { transposeLast } from './transpose.js';

/**
 * Scaled dot-product attention, softmax(q kᵀ / √size + mask) v (Vaswani et al. 2017, arXiv
 * 1706.03762), as one operation of several ops, so that its backward pass can be written with two
 * large element-wise products less than that of its parts.
 * @param q `[batch, heads, queries, size]`
 * @param k `[batch, heads, keys, size]`
 * @param v `[batch, heads, keys, size]`
 * @param mask `[queries, keys]`, or with axes for batch and heads before: 0 where a query may look, very negative where not
 * @param observe is given the weights, `[batch, heads, queries, keys]`, and may return others
 * @returns `[batch, heads, queries, size]`
 */
export function attention(
  graph: GraphBuilder,
  q: Value,
  k: Value,
  v: Value,
  mask: Value,
  observe?: (weights: Value) => Value | void,
): Value {
  const [batch, heads, queries, size] = q.shape;
  const keys = k.shape[2]!;
  const scale = graph.constant(1 / Math.sqrt(Number(size)), 'float');
  const scaledQ = graph.emit('Mul', [q, scale], 'float', q.shape);
  const scoreShape = [batch!, heads!, queries!, keys];
  const products = graph.emit('MatMul', [scaledQ, transposeLast(graph, k)], 'float', scoreShape);
  const scores = graph.emit('Add', [products, mask], 'float', scoreShape);
  const shares = graph.emit('Softmax', [scores], 'float', scoreShape, { axis: -1 });
  const weights = observe?.(shares) ?? shares;
  const mixed = graph.emit('MatMul', [weights, v], 'float', q.shape);
  return graph.record(Attention, [q, k, v, mask], mixed, { scaledQ, weights, scale });
}

/**
 * dV = Pᵀ dO, dP = dO Vᵀ, dS = P (dP - D) with D = rowsum(dO O), which equals rowsum(dP P) at a
 * fraction of its cost (Dao et al. 2022, arXiv 2205.14135, appendix B), dQ = dS K, dK = dSᵀ Q.
 */
export const Attention: Operation = {
  name: 'Attention',
  backward(graph, { inputs: [q, k, v], output, saved }, dOutput) {
    const { scaledQ, weights, scale } = saved as { scaledQ: Value; weights: Value; scale: Value };
    const dV = multiplyTransposed(graph, weights, dOutput, v!.shape);
    const turned = transposeLast(graph, v!);
    const dWeights = graph.emit('MatMul', [dOutput, turned], 'float', weights.shape);
    const overlap = graph.emit('Mul', [dOutput, output], 'float', output.shape);
    const centred = graph.emit('Sub', [dWeights, sumRows(graph, overlap)], 'float', weights.shape);
    const dScores = graph.emit('Mul', [weights, centred], 'float', weights.shape);
    const dScaledQ = graph.emit('MatMul', [dScores, k!], 'float', q!.shape);
    const dQ = graph.emit('Mul', [dScaledQ, scale], 'float', q!.shape);
    const dK = multiplyTransposed(graph, dScores, scaledQ, k!.shape);
    return [dQ, dK, dV, null];
  },
};

/** The sum along the last axis, which stays with length 1. */
function sumRows(graph: GraphBuilder, x: Value): Value {
  const last = graph.constant([-1], 'int64');
  return graph.emit('ReduceSum', [x, last], 'float', [...x.shape.slice(0, -1), 1], { keepdims: 1 });
}

/** `bigᵀ small` as `(smallᵀ big)ᵀ`: only narrow matrices are transposed, which is faster. */
function multiplyTransposed(
  graph: GraphBuilder,
  big: Value,
  small: Value,
  shape: readonly Dim[],
): Value {
  const turned = [...shape.slice(0, -2), shape.at(-1)!, shape.at(-2)!];
  const product = graph.emit('MatMul', [transposeLast(graph, small), big], 'float', turned);
  return transposeLast(graph, product);
}
