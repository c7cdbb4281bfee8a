import type { GraphBuilder, Operation, Value } from '../builder.js';
import { transposeLast } from './transpose.js';

/**
 * `a @ b`. Either both have the same leading (batch) axes, or `b` is a plain matrix that is
 * applied to every row of `a`.
 * @throws Error when the inner sizes differ or the leading axes do not match.
 */
export function matMul(graph: GraphBuilder, a: Value, b: Value): Value {
  const inner = a.shape.at(-1);
  const shared =
    b.shape.length === 2 || b.shape.slice(0, -2).join() === a.shape.slice(0, -2).join();
  if (inner !== b.shape.at(-2) || !shared) {
    throw new Error(`cannot multiply [${a.shape}] by [${b.shape}]`);
  }
  const product = graph.emit('MatMul', [a, b], 'float', [...a.shape.slice(0, -1), b.shape.at(-1)!]);
  return graph.record(MatMul, [a, b], product);
}

/** dA = dC Bᵀ, dB = Aᵀ dC (summed over the rows that a plain matrix was applied to). */
export const MatMul: Operation = {
  name: 'MatMul',
  backward(graph, { inputs: [a, b] }, dOutput, wants) {
    const dA = wants[0]
      ? graph.emit('MatMul', [dOutput, transposeLast(graph, b!)], 'float', a!.shape)
      : null;
    if (!wants[1]) return [dA, null];
    const flat = b!.shape.length === 2;
    const rows = flat ? flattenRows(graph, a!) : a!;
    const dRows = flat ? flattenRows(graph, dOutput) : dOutput;
    const dB = graph.emit('MatMul', [transposeLast(graph, rows), dRows], 'float', b!.shape);
    return [dA, dB];
  },
};

/** `[..., n]` as one matrix `[rows, n]`. */
export function flattenRows(graph: GraphBuilder, value: Value): Value {
  if (value.shape.length === 2) return value;
  const width = value.shape.at(-1)!;
  const target = graph.constant([-1, Number(width)], 'int64');
  const rows = value.shape.slice(0, -1).join('*');
  return graph.emit('Reshape', [value, target], 'float', [rows, width]);
}
