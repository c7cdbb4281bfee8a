/** NumPy broadcasting over symbolic shapes, and its reverse for gradients. */

import type { Dim, GraphBuilder, Value } from './builder.js';

/** The shape of an element-wise operation's result. @throws Error when the shapes do not fit. */
export function broadcastShapes(a: readonly Dim[], b: readonly Dim[]): Dim[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const x = a[a.length - rank + i] ?? 1;
    const y = b[b.length - rank + i] ?? 1;
    if (x !== y && x !== 1 && y !== 1) throw new Error(`shapes [${a}] and [${b}] do not broadcast`);
    return x === 1 ? y : x;
  });
}

/** Sums a gradient over the axes along which its value was broadcast, back to `shape`. */
export function sumToShape(graph: GraphBuilder, gradient: Value, shape: readonly Dim[]): Value {
  const extra = gradient.shape.length - shape.length;
  const leading = Array.from({ length: extra }, (_, i) => i);
  const stretched = shape.flatMap((dim, i) =>
    dim === 1 && gradient.shape[extra + i] !== 1 ? [extra + i] : [],
  );
  let sum = gradient;
  if (stretched.length > 0) {
    const kept = gradient.shape.map((dim, i) => (stretched.includes(i) ? 1 : dim));
    sum = graph.emit('ReduceSum', [sum, graph.constant(stretched, 'int64')], 'float', kept, {
      keepdims: 1,
    });
  }
  if (leading.length > 0) {
    sum = graph.emit('ReduceSum', [sum, graph.constant(leading, 'int64')], 'float', shape, {
      keepdims: 0,
    });
  }
  return sum;
}
