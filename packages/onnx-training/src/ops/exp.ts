import type { GraphBuilder, Operation, Value } from '../builder.js';

/** e to the power of each element. */
export function exp(graph: GraphBuilder, x: Value): Value {
  return graph.record(Exp, [x], graph.emit('Exp', [x], 'float', x.shape));
}

/** dX = dY e^x. */
export const Exp: Operation = {
  name: 'Exp',
  backward: (graph, { output }, dOutput) => [
    graph.emit('Mul', [dOutput, output], 'float', output.shape),
  ],
};
