import type { GraphBuilder, Value } from '../builder.js';
import type { Operation } from '../operation.js';

/**
 * The mean of log(1 + x / scale) over all elements, for x >= 0: linear far below the scale, and above
 * it every halving of x is worth as much as the one before.
 * @returns a scalar
 */
export function meanLog(graph: GraphBuilder, x: Value, scale: number): Value {
  const shifted = graph.emit('Add', [x, graph.constant(scale, 'float')], 'float', x.shape);
  const ratio = graph.emit('Div', [shifted, graph.constant(scale, 'float')], 'float', x.shape);
  const log = graph.emit('Log', [ratio], 'float', x.shape);
  const mean = graph.emit('ReduceMean', [log], 'float', [], { keepdims: 0 });
  return graph.record(MeanLog, [x], mean, { shifted });
}

/** dX = dY / (elements (x + scale)). */
export const MeanLog: Operation = {
  name: 'MeanLog',
  backward(graph, { inputs: [x], saved }, dOutput) {
    const size = graph.emit('Size', [x!], 'int64', []);
    const elements = graph.emit('Cast', [size], 'float', [], { to: 1 });
    const share = graph.emit('Div', [dOutput, elements], 'float', []);
    return [graph.emit('Div', [share, saved['shifted']!], 'float', x!.shape)];
  },
};
