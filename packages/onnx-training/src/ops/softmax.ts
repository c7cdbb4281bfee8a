import type { GraphBuilder, Operation, Value } from '../builder.js';

/** Shares of the last axis, which add up to 1. */
export function softmax(graph: GraphBuilder, x: Value): Value {
  return graph.record(Softmax, [x], graph.emit('Softmax', [x], 'float', x.shape, { axis: -1 }));
}

/** dX = P (dP - rowsum(dP P)). */
export const Softmax: Operation = {
  name: 'Softmax',
  backward(graph, { output: shares }, dOutput) {
    const { shape } = shares;
    const weighted = graph.emit('Mul', [dOutput, shares], 'float', shape);
    const sum = graph.emit(
      'ReduceSum',
      [weighted, graph.constant([-1], 'int64')],
      'float',
      [...shape.slice(0, -1), 1],
      { keepdims: 1 },
    );
    const along = graph.emit('Mul', [shares, sum], 'float', shape);
    return [graph.emit('Sub', [weighted, along], 'float', shape)];
  },
};
