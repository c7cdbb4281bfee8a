import { broadcastShapes, sumToShape } from '../broadcast.js';
import type { GraphBuilder, Operation, Value } from '../builder.js';

/** `a * b` element by element, with broadcasting. */
export function mul(graph: GraphBuilder, a: Value, b: Value): Value {
  const product = graph.emit('Mul', [a, b], 'float', broadcastShapes(a.shape, b.shape));
  return graph.record(Mul, [a, b], product);
}

/** Each side's gradient is scaled by the other side. */
export const Mul: Operation = {
  name: 'Mul',
  backward: (graph, { inputs, output }, dOutput, wants) =>
    inputs.map((input, i) => {
      if (!wants[i]) return null;
      const scaled = graph.emit('Mul', [dOutput, inputs[1 - i]!], 'float', output.shape);
      return sumToShape(graph, scaled, input.shape);
    }),
};
