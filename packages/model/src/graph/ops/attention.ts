import type { Dim, GraphBuilder, Value } from '../builder.js';
import type { Operation } from '../operation.js';
import { sliceLastAxis } from './slice.js';
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
 * @param sums asks for sums of the weights over keys, as columns behind the output's
 * @returns `[batch, heads, queries, size]` and a column for each sum that was asked for, in the order of `Sums`
 */
export function attention(
  graph: GraphBuilder,
  q: Value,
  k: Value,
  v: Value,
  mask: Value,
  observe?: (weights: Value) => void,
  { far, near, wanted }: Sums = {},
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
  const columns = [mixed];
  if (far !== undefined) {
    columns.push(sumRows(graph, graph.emit('Mul', [weights, far], 'float', scoreShape)));
  }
  const nearWeights =
    near === undefined ? undefined : graph.emit('Mul', [weights, near], 'float', scoreShape);
  if (nearWeights !== undefined) {
    columns.push(sumRows(graph, nearWeights));
    columns.push(
      sumRows(graph, graph.emit('Mul', [nearWeights, nearWeights], 'float', scoreShape)),
    );
  }
  const missing = wanted === undefined ? undefined : missWanted(graph, weights, wanted);
  if (missing !== undefined) columns.push(missing.column);
  const outputShape = [batch!, heads!, queries!, Number(size) + columns.length - 1];
  const output =
    columns.length === 1
      ? mixed
      : graph.emit('Concat', columns, 'float', outputShape, { axis: -1 });
  return graph.record(Attention, [q, k, v, mask], output, {
    scaledQ,
    weights,
    scale,
    ...(far === undefined ? {} : { far }),
    ...(nearWeights === undefined ? {} : { near: near!, nearWeights }),
    ...(missing === undefined ? {} : { wantedShare: missing.share }),
  });
}

/** Sums of a query's attention weights, for losses on them. */
export interface Sums {
  /** `[queries, keys]`, or with axes for batch and heads before: 1 where the weight is to be summed, 0 elsewhere. One column. */
  readonly far?: Value;
  /** The same for other keys, whose weights' squares are summed as well. Two columns. */
  readonly near?: Value;
  /**
   * `[queries, keys]`, or with axes before: the shares, adding up to 1 or all 0, that the heads' mean weights should have.
   * One column, the same for all heads: the Kullback-Leibler divergence of that mean from them. Where the axis of heads has
   * all of several heads, each has shares and a divergence of its own.
   */
  readonly wanted?: Value;
}

/**
 * The column of `wanted`, and minus its gradient by a head's weights, `[batch, 1, queries, keys]` or, with shares for each head,
 * `[batch, heads, queries, keys]`.
 */
function missWanted(
  graph: GraphBuilder,
  weights: Value,
  wanted: Value,
): { column: Value; share: Value } {
  const [batch, heads, queries, keys] = weights.shape;
  const number = (value: number): Value => graph.constant(value, 'float');
  const all = [batch!, 1, queries!, keys!];
  const logOf = (x: Value): { floor: Value; log: Value } => {
    const floor = graph.emit('Max', [x, number(1e-30)], 'float', x.shape);
    return { floor, log: graph.emit('Log', [floor], 'float', x.shape) };
  };
  if (isPerHead(wanted)) {
    const { floor, log } = logOf(weights);
    const lacks = graph.emit('Sub', [logOf(wanted).log, log], 'float', weights.shape);
    const column = sumRows(graph, graph.emit('Mul', [lacks, wanted], 'float', weights.shape));
    return { column, share: graph.emit('Div', [wanted, floor], 'float', weights.shape) };
  }
  const axis = graph.constant([1], 'int64');
  const mean = graph.emit('ReduceMean', [weights, axis], 'float', all, { keepdims: 1 });
  const { floor, log } = logOf(mean);
  const lacks = graph.emit('Sub', [logOf(wanted).log, log], 'float', all);
  const loss = sumRows(graph, graph.emit('Mul', [lacks, wanted], 'float', all));
  const shape = graph.emit('Shape', [weights], 'int64', [4]);
  const bounds = [0, 3, 0].map((n) => graph.constant([n], 'int64'));
  const leading = graph.emit('Slice', [shape, ...bounds], 'int64', [3]);
  const target = graph.emit('Concat', [leading, graph.constant([1], 'int64')], 'int64', [4], {
    axis: 0,
  });
  const column = graph.emit('Expand', [loss, target], 'float', [batch!, heads!, queries!, 1]);
  const perHead = graph.emit('Div', [wanted, number(Number(heads))], 'float', wanted.shape);
  return { column, share: graph.emit('Div', [perHead, floor], 'float', all) };
}

/** Whether shares, or what is made of them, are told for each head. */
function isPerHead({ shape }: Value): boolean {
  return shape.length === 4 && Number(shape[1]) > 1;
}

/**
 * dV = Pᵀ dO, dP = dO Vᵀ, dS = P (dP - D) with D = rowsum(dO O), which equals rowsum(dP P) at a
 * fraction of its cost (Dao et al. 2022, arXiv 2205.14135, appendix B), dQ = dS K, dK = dSᵀ Q.
 * A sum over keys is one more column of V, were it not another one for each query: its gradient times
 * its keys is added to dP, and D takes it in. The sum of squares is of second degree, and goes into D twice; of the
 * wanted keys' logarithms D takes in what their gradient says, row by row.
 */
export const Attention: Operation = {
  name: 'Attention',
  backward(graph, { inputs: [q, k, v], output, saved }, dOutput) {
    const { scaledQ, weights, scale } = saved as { scaledQ: Value; weights: Value; scale: Value };
    const { far, near, nearWeights, wantedShare } = saved;
    const size = Number(v!.shape.at(-1));
    const takeColumn = (x: Value, at: number): Value => sliceLastAxis(graph, x, at, at + 1);
    const columns = Number(output.shape.at(-1));
    const dMixed = columns === size ? dOutput : sliceLastAxis(graph, dOutput, 0, size);
    const dV = multiplyTransposed(graph, weights, dMixed, v!.shape);
    const turned = transposeLast(graph, v!);
    let dWeights = graph.emit('MatMul', [dMixed, turned], 'float', weights.shape);
    const addToWeights = (dSum: Value, keys: Value): void => {
      const more = graph.emit('Mul', [dSum, keys], 'float', weights.shape);
      dWeights = graph.emit('Add', [dWeights, more], 'float', weights.shape);
    };
    if (far !== undefined) addToWeights(takeColumn(dOutput, size), far);
    const overlap = graph.emit('Mul', [dOutput, output], 'float', output.shape);
    let rowSum = sumRows(
      graph,
      wantedShare === undefined ? overlap : sliceLastAxis(graph, overlap, 0, columns - 1),
    );
    if (near !== undefined) {
      const squares = size + (far === undefined ? 1 : 2);
      addToWeights(takeColumn(dOutput, squares - 1), near);
      const dSquares = takeColumn(dOutput, squares);
      const twice = graph.emit('Add', [dSquares, dSquares], 'float', dSquares.shape);
      addToWeights(twice, nearWeights!);
      rowSum = graph.emit('Add', [rowSum, takeColumn(overlap, squares)], 'float', rowSum.shape);
    }
    if (wantedShare !== undefined) {
      const dColumns = takeColumn(dOutput, columns - 1);
      const dColumn = isPerHead(wantedShare) ? dColumns : sumHeads(graph, dColumns);
      const dShare = graph.emit('Mul', [dColumn, wantedShare], 'float', wantedShare.shape);
      dWeights = graph.emit('Sub', [dWeights, dShare], 'float', weights.shape);
      const pulled = sumRows(graph, graph.emit('Mul', [weights, dShare], 'float', weights.shape));
      rowSum = graph.emit('Sub', [rowSum, pulled], 'float', rowSum.shape);
    }
    const centred = graph.emit('Sub', [dWeights, rowSum], 'float', weights.shape);
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

/** The sum over the heads, whose axis stays with length 1. */
function sumHeads(graph: GraphBuilder, x: Value): Value {
  const [batch, , ...rows] = x.shape;
  const axis = graph.constant([1], 'int64');
  return graph.emit('ReduceSum', [x, axis], 'float', [batch!, 1, ...rows], { keepdims: 1 });
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
