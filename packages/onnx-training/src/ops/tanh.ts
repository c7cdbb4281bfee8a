import type { GraphBuilder, Operation, Value } from '../builder.js';

/** The hyperbolic tangent of each element. */
export function tanh(graph: GraphBuilder, x: Value): Value {
  return graph.record(Tanh, [x], graph.emit('Tanh', [x], 'float', x.shape));
}

/** dX = dY (1 - tanh² x). */
export const Tanh: Operation = {
  name: 'Tanh',
  backward(graph, { output }, dOutput) {
    const { shape } = output;
    const square = graph.emit('Mul', [output, output], 'float', shape);
    const slope = graph.emit('Sub', [graph.constant(1, 'float'), square], 'float', shape);
    return [graph.emit('Mul', [dOutput, slope], 'float', shape)];
  },
};
