import { broadcastShapes, sumToShape } from '../broadcast.js';
import type { GraphBuilder, Operation, Value } from '../builder.js';

/** `a - b` element by element, with broadcasting. */
export function sub(graph: GraphBuilder, a: Value, b: Value): Value {
  const difference = graph.emit('Sub', [a, b], 'float', broadcastShapes(a.shape, b.shape));
  return graph.record(Sub, [a, b], difference);
}

/** The gradient passes to `a`, and negated to `b`. */
export const Sub: Operation = {
  name: 'Sub',
  backward: (graph, { inputs: [a, b] }, dOutput, wants) => [
    wants[0] ? sumToShape(graph, dOutput, a!.shape) : null,
    wants[1]
      ? sumToShape(graph, graph.emit('Neg', [dOutput], 'float', dOutput.shape), b!.shape)
      : null,
  ],
};
