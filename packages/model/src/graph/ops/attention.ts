import type { Dim, GraphBuilder, Value } from '../builder.js';
import type { Operation } from '../operation.js';
import { transposeLast } from './transpose.js';

/**
 * Scaled dot-product attention, softmax(q kᵀ / √size + mask) v (Vaswani et al. 2017, arXiv
 * 1706.03762), as one operation of several ops, so that its backward pass can be written with two
 * large element-wise products less than that of its parts.
 * @param q `[batch, heads, queries, size]`
 * @param k `[batch, heads, keys, size]`
 * @param v `[batch, heads, keys, size]`
 * @param mask `[queries, keys]`, or with axes for batch and heads before: 0 where a query may look, very negative where not
 * @param observe is given the weights, `[batch, heads, queries, keys]`
 * @param far `[queries, keys]`: 1 where the weight is to be summed, 0 elsewhere
 * @returns `[batch, heads, queries, size]`; with `far` one column more, the weight on those keys
 */
export function attention(
  graph: GraphBuilder,
  q: Value,
  k: Value,
  v: Value,
  mask: Value,
  observe?: (weights: Value) => void,
  far?: Value,
): Value {
  const [batch, heads, queries, size] = q.shape;
  const keys = k.shape[2]!;
  const scale = graph.constant(1 / Math.sqrt(Number(size)), 'float');
  const scaledQ = graph.emit('Mul', [q, scale], 'float', q.shape);
  const scoreShape = [batch!, heads!, queries!, keys];
  const products = graph.emit('MatMul', [scaledQ, transposeLast(graph, k)], 'float', scoreShape);
  const scores = graph.emit('Add', [products, mask], 'float', scoreShape);
  const weights = graph.emit('Softmax', [scores], 'float', scoreShape, { axis: -1 });
  observe?.(weights);
  const mixed = graph.emit('MatMul', [weights, v], 'float', q.shape);
  const saved = { scaledQ, weights, scale };
  if (far === undefined) return graph.record(Attention, [q, k, v, mask], mixed, saved);
  const masked = graph.emit('Mul', [weights, far], 'float', scoreShape);
  const last = graph.constant([-1], 'int64');
  const rows = [batch!, heads!, queries!];
  const mass = graph.emit('ReduceSum', [masked, last], 'float', [...rows, 1], { keepdims: 1 });
  const output = graph.emit('Concat', [mixed, mass], 'float', [...rows, Number(size) + 1], {
    axis: -1,
  });
  return graph.record(Attention, [q, k, v, mask], output, { ...saved, far });
}

/**
 * dV = Pᵀ dO, dP = dO Vᵀ, dS = P (dP - D) with D = rowsum(dO O), which equals rowsum(dP P) at a
 * fraction of its cost (Dao et al. 2022, arXiv 2205.14135, appendix B), dQ = dS K, dK = dSᵀ Q.
 * The far weight is one more column of V, were it not another one for each query: its gradient times
 * `far` is added to dP, and D takes it in.
 */
export const Attention: Operation = {
  name: 'Attention',
  backward(graph, { inputs: [q, k, v], output, saved }, dOutput) {
    const { scaledQ, weights, scale } = saved as { scaledQ: Value; weights: Value; scale: Value };
    const { far } = saved;
    const size = Number(v!.shape.at(-1));
    const dMixed = far === undefined ? dOutput : takeColumns(graph, dOutput, 0, size);
    const dV = multiplyTransposed(graph, weights, dMixed, v!.shape);
    const turned = transposeLast(graph, v!);
    let dWeights = graph.emit('MatMul', [dMixed, turned], 'float', weights.shape);
    if (far !== undefined) {
      const dMass = takeColumns(graph, dOutput, size, size + 1);
      const dFar = graph.emit('Mul', [dMass, far], 'float', weights.shape);
      dWeights = graph.emit('Add', [dWeights, dFar], 'float', weights.shape);
    }
    const overlap = graph.emit('Mul', [dOutput, output], 'float', output.shape);
    const last = graph.constant([-1], 'int64');
    const rowShape = [...output.shape.slice(0, -1), 1];
    const rowSum = graph.emit('ReduceSum', [overlap, last], 'float', rowShape, { keepdims: 1 });
    const centred = graph.emit('Sub', [dWeights, rowSum], 'float', weights.shape);
    const dScores = graph.emit('Mul', [weights, centred], 'float', weights.shape);
    const dScaledQ = graph.emit('MatMul', [dScores, k!], 'float', q!.shape);
    const dQ = graph.emit('Mul', [dScaledQ, scale], 'float', q!.shape);
    const dK = multiplyTransposed(graph, dScores, scaledQ, k!.shape);
    return [dQ, dK, dV, null];
  },
};

function takeColumns(graph: GraphBuilder, x: Value, from: number, to: number): Value {
  const bounds = [from, to, x.shape.length - 1].map((n) => graph.constant([n], 'int64'));
  return graph.emit('Slice', [x, ...bounds], 'float', [...x.shape.slice(0, -1), to - from]);
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
