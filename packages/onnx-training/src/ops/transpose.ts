import type { GraphBuilder, Operation, Value } from '../builder.js';

/** Permutes the axes: axis i of the result is axis `permutation[i]` of the input. */
export function transpose(graph: GraphBuilder, x: Value, permutation: readonly number[]): Value {
  return graph.record(transposeBy(permutation), [x], emitTranspose(graph, x, permutation));
}

/** The inverse permutation. */
function transposeBy(permutation: readonly number[]): Operation {
  const inverse = permutation.map((_, axis) => permutation.indexOf(axis));
  return {
    name: 'Transpose',
    backward: (graph, _entry, dOutput) => [emitTranspose(graph, dOutput, inverse)],
  };
}

/** Swaps the last two axes, off the tape: for use inside backward rules. */
export function transposeLast(graph: GraphBuilder, x: Value): Value {
  const rank = x.shape.length;
  const axes = Array.from({ length: rank }, (_, axis) => axis);
  return emitTranspose(graph, x, [...axes.slice(0, -2), rank - 1, rank - 2]);
}

function emitTranspose(graph: GraphBuilder, x: Value, permutation: readonly number[]): Value {
  const shape = permutation.map((axis) => x.shape[axis]!);
  return graph.emit('Transpose', [x], 'float', shape, { perm: { ints: permutation } });
}
