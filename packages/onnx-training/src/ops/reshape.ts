import type { Dim, GraphBuilder, Operation, Value } from '../builder.js';

/**
 * Gives the elements another shape. Known dimensions are as they are written; a symbolic one that keeps its place from the
 * left is copied from the input (ONNX's 0), and one other is what remains (ONNX's -1).
 * @throws Error when more than one symbolic dimension would have to be worked out.
 */
export function reshape(graph: GraphBuilder, x: Value, shape: readonly Dim[]): Value {
  const target = shape.map((dim, axis) => {
    if (typeof dim === 'number') return dim;
    return x.shape[axis] === dim ? 0 : -1;
  });
  if (target.filter((size) => size === -1).length > 1) {
    throw new Error(`cannot reshape [${x.shape}] to [${shape}]`);
  }
  const reshaped = graph.emit('Reshape', [x, graph.constant(target, 'int64')], 'float', shape);
  return graph.record(Reshape, [x], reshaped);
}

/** Back to the shape that it had. */
export const Reshape: Operation = {
  name: 'Reshape',
  backward(graph, { inputs: [x] }, dOutput) {
    const shape = graph.emit('Shape', [x!], 'int64', [x!.shape.length]);
    return [graph.emit('Reshape', [dOutput, shape], 'float', x!.shape)];
  },
};
