import type { GraphBuilder, Operation, Value } from '../builder.js';

/** Sums over the last axis, which stays with a size of 1. */
export function reduceSum(graph: GraphBuilder, x: Value): Value {
  const shape = [...x.shape.slice(0, -1), 1];
  const sum = graph.emit('ReduceSum', [x, graph.constant([-1], 'int64')], 'float', shape, {
    keepdims: 1,
  });
  return graph.record(ReduceSum, [x], sum);
}

/** The gradient of a sum is that of each of its terms. */
export const ReduceSum: Operation = {
  name: 'ReduceSum',
  backward(graph, { inputs: [x] }, dOutput) {
    const shape = graph.emit('Shape', [x!], 'int64', [x!.shape.length]);
    return [graph.emit('Expand', [dOutput, shape], 'float', x!.shape)];
  },
};
