import { broadcastShapes, sumToShape } from '../broadcast.js';
import type { GraphBuilder, Operation, Value } from '../builder.js';

/** `a + b` with broadcasting. */
export function add(graph: GraphBuilder, a: Value, b: Value): Value {
  const sum = graph.emit('Add', [a, b], 'float', broadcastShapes(a.shape, b.shape));
  return graph.record(Add, [a, b], sum);
}

/** The gradient passes through to both sides. */
export const Add: Operation = {
  name: 'Add',
  backward: (graph, { inputs }, dOutput, wants) =>
    inputs.map((input, i) => (wants[i] ? sumToShape(graph, dOutput, input.shape) : null)),
};
