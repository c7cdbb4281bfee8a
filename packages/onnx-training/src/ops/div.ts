import { broadcastShapes, sumToShape } from '../broadcast.js';
import type { GraphBuilder, Operation, Value } from '../builder.js';

/** `a / b` element by element, with broadcasting. */
export function div(graph: GraphBuilder, a: Value, b: Value): Value {
  const quotient = graph.emit('Div', [a, b], 'float', broadcastShapes(a.shape, b.shape));
  return graph.record(Div, [a, b], quotient);
}

/** dA = dY / b, dB = -dY y / b. */
export const Div: Operation = {
  name: 'Div',
  backward(graph, { inputs: [a, b], output }, dOutput, wants) {
    const { shape } = output;
    const dA = graph.emit('Div', [dOutput, b!], 'float', shape);
    if (!wants[1]) return [sumToShape(graph, dA, a!.shape), null];
    const dB = graph.emit('Neg', [graph.emit('Mul', [dA, output], 'float', shape)], 'float', shape);
    return [wants[0] ? sumToShape(graph, dA, a!.shape) : null, sumToShape(graph, dB, b!.shape)];
  },
};
