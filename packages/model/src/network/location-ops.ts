/** What the network by location makes of positions, and small pieces of graphs that it is put together from; none is learned. */

import { COORDINATES } from '@lifegpt/core';
import { type Dim, type GraphBuilder, transpose, type Value } from '@lifegpt/onnx-training';
import { REFERENCES } from './location-config.js';

/** Distances to the borders and 0, as floats `[N, 5]`. */
export function listReferences(graph: GraphBuilder, positions: Value): Value {
  const [queries] = positions.shape;
  const distances = borderDistances(graph, positions);
  const none = graph.emit(
    'Mul',
    [sliceColumns(graph, distances, 0, 1), graph.constant(0, 'float')],
    'float',
    [queries!, 1],
  );
  return graph.emit('Concat', [distances, none], 'float', [queries!, REFERENCES.length], {
    axis: 1,
  });
}

/** 1 where a token's cell touches the top, bottom, left or right border, `[N, 4]`. */
export function touchedBorders(graph: GraphBuilder, positions: Value): Value {
  const distances = borderDistances(graph, positions);
  const equal = graph.emit(
    'Equal',
    [distances, graph.constant(0, 'float')],
    'bool',
    distances.shape,
  );
  return graph.emit('Cast', [equal], 'float', distances.shape, { to: 1 });
}

/** `[N, 4]`, from 0; -1 where there is no cell. */
function borderDistances(graph: GraphBuilder, positions: Value): Value {
  const [queries] = positions.shape;
  const floats = graph.emit('Cast', [positions], 'float', positions.shape, { to: 1 });
  const shape = [queries!, COORDINATES - 1];
  return graph.emit(
    'Sub',
    [sliceColumns(graph, floats, 1, COORDINATES), graph.constant(1, 'float')],
    'float',
    shape,
  );
}

function sliceColumns(graph: GraphBuilder, x: Value, from: number, to: number): Value {
  const bounds = [from, to, 1].map((n) => graph.constant([n], 'int64'));
  return graph.emit('Slice', [x, ...bounds], x.type, [x.shape[0]!, to - from]);
}

/** Two broadcast whole numbers' difference, off the tape: neither is learned. */
export function difference(graph: GraphBuilder, a: Value, b: Value): Value {
  const shape = b.shape.map((dim, i) =>
    dim === 1 ? a.shape[a.shape.length - b.shape.length + i]! : dim,
  );
  return graph.emit('Sub', [a, b], 'float', shape);
}

/** 1 where a comparison holds, else 0. */
export function maskWhere(
  graph: GraphBuilder,
  op: string,
  a: Value,
  b: Value,
  shape: readonly Dim[],
): Value {
  return graph.emit('Cast', [graph.emit(op, [a, b], 'bool', shape)], 'float', shape, { to: 1 });
}

/** Zeros of a value's type and shape. */
export function zero(graph: GraphBuilder, like: Value): Value {
  return graph.emit('Sub', [like, like], like.type, like.shape);
}

/** Swaps the last two axes. */
export function turn(graph: GraphBuilder, x: Value): Value {
  const rank = x.shape.length;
  const axes = x.shape.map((_, axis) => axis);
  return transpose(graph, x, [...axes.slice(0, -2), rank - 1, rank - 2]);
}

/** The largest element of each row, off the tape: a shift that changes no share. */
export function largest(graph: GraphBuilder, x: Value): Value {
  const shape = [...x.shape.slice(0, -1), 1];
  return graph.emit('ReduceMax', [x, graph.constant([-1], 'int64')], 'float', shape, {
    keepdims: 1,
  });
}

/** A column of positions, `[N]`. */
export function takeColumn(graph: GraphBuilder, positions: Value, column: number): Value {
  const index = graph.constant(column, 'int64');
  return graph.emit('Gather', [positions, index], 'int32', positions.shape.slice(0, 1), {
    axis: 1,
  });
}

/** An int32 `[1]` that is known. */
export function constantIndex(graph: GraphBuilder, index: number): Value {
  return graph.emit('Cast', [graph.constant([index], 'int64')], 'int32', [1], { to: 6 });
}

/** Rows that are known. */
export function constantMatrix(graph: GraphBuilder, data: Float32Array, columns: number): Value {
  return graph.initializer('bit_places', [data.length / columns, columns], data);
}
