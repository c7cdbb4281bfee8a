import type { Dim, GraphBuilder, Value } from '../builder.js';
import type { Operation } from '../operation.js';

/**
 * Gives the elements another shape. Symbolic dimensions keep their place from the left (ONNX's 0:
 * copied from the input), so only the known ones may change.
 * @throws Error when a symbolic dimension would move.
 */
export function reshape(graph: GraphBuilder, x: Value, shape: readonly Dim[]): Value {
  return graph.record(Reshape, [x], emitReshape(graph, x, shape));
}

/** Back to the shape that it had. */
export const Reshape: Operation = {
  name: 'Reshape',
  backward: (graph, { inputs: [x] }, dOutput) => [emitReshape(graph, dOutput, x!.shape)],
};

function emitReshape(graph: GraphBuilder, x: Value, shape: readonly Dim[]): Value {
  const target = shape.map((dim, axis) => {
    if (typeof dim === 'number') return dim;
    if (x.shape[axis] !== dim) throw new Error(`cannot reshape [${x.shape}] to [${shape}]`);
    return 0;
  });
  return graph.emit('Reshape', [x, graph.constant(target, 'int64')], 'float', shape);
}
