import type { GraphBuilder, Operation, Value } from '../builder.js';
import { flattenRows } from './mat-mul.js';

/**
 * Looks up rows of a table, an embedding.
 * @param table `[rows, width]`
 * @param indices int32 of any shape
 * @returns `[...indices, width]`
 */
export function gather(graph: GraphBuilder, table: Value, indices: Value): Value {
  const shape = [...indices.shape, table.shape[1]!];
  const rows = graph.emit('Gather', [table, indices], 'float', shape, { axis: 0 });
  return graph.record(Gather, [table, indices], rows);
}

/**
 * dTable = one-hot(indices)ᵀ dRows. A matrix product rather than a scatter-add: tables here have
 * few rows, products are what every device is best at, and the order of the sum is fixed.
 */
export const Gather: Operation = {
  name: 'Gather',
  backward(graph, { inputs: [table, indices] }, dOutput) {
    const size = graph.constant([Number(table!.shape[0])], 'int64');
    const wide = graph.emit('Cast', [indices!], 'int64', indices!.shape, { to: 7 }); // OneHot takes no int32
    const flat = graph.emit('Reshape', [wide, graph.constant([-1], 'int64')], 'int64', ['rows']);
    // [table rows, looked-up rows]: axis 0 of OneHot's result is the class
    const oneHot = graph.emit(
      'OneHot',
      [flat, size, graph.constant([0, 1], 'float')],
      'float',
      [table!.shape[0]!, 'rows'],
      { axis: 0 },
    );
    return [
      graph.emit('MatMul', [oneHot, flattenRows(graph, dOutput)], 'float', table!.shape),
      null,
    ];
  },
};
