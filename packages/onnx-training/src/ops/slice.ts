import type { Dim, GraphBuilder, Operation, Value } from '../builder.js';

/** Elements `start` (inclusive) to `end` (exclusive) of the last axis, whose size is known. */
export function sliceLastAxis(graph: GraphBuilder, x: Value, start: number, end: number): Value {
  const axis = x.shape.length - 1;
  const bounds = [start, end, axis].map((n) => graph.constant([n], 'int64'));
  const shape = [...x.shape.slice(0, -1), end - start];
  const part = graph.emit('Slice', [x, ...bounds], 'float', shape);
  return graph.record(sliceLastAxisFrom(start, end), [x], part);
}

/** Zeros where nothing was taken. */
function sliceLastAxisFrom(start: number, end: number): Operation {
  return {
    name: 'Slice',
    backward(graph, { inputs: [x] }, dOutput) {
      const none = x!.shape.slice(0, -1).map(() => 0);
      const pads = [...none, start, ...none, Number(x!.shape.at(-1)) - end];
      return [graph.emit('Pad', [dOutput, graph.constant(pads, 'int64')], 'float', x!.shape)];
    },
  };
}

/**
 * The last `count` rows of axis 1 of `[batch, tokens, width]`.
 * @param start int64 `[1]`: the first row that is taken
 * @param rows name of the result's axis 1
 */
export function takeTail(graph: GraphBuilder, x: Value, start: Value, rows: Dim): Value {
  const end = graph.constant([Number.MAX_SAFE_INTEGER], 'int64');
  const axis = graph.constant([1], 'int64');
  const [batch, , ...rest] = x.shape;
  const tail = graph.emit('Slice', [x, start, end, axis], 'float', [batch!, rows, ...rest]);
  return graph.record(TakeTail, [x], tail, { start });
}

/** Zeros before the tail. */
export const TakeTail: Operation = {
  name: 'TakeTail',
  backward(graph, { inputs: [x], saved }, dOutput) {
    const zeros = (count: number): Value => graph.constant(Array(count).fill(0), 'int64');
    const rank = x!.shape.length;
    const pads = graph.emit(
      'Concat',
      [zeros(1), saved.start!, zeros(2 * rank - 2)],
      'int64',
      [2 * rank],
      {
        axis: 0,
      },
    );
    return [graph.emit('Pad', [dOutput, pads], 'float', x!.shape)];
  },
};
