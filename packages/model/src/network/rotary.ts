/** Rotary position embedding (Su et al. 2021, arXiv 2104.09864), the halves alike as in GPT-NeoX. */

import { add, type Dim, type GraphBuilder, matMul, mul, type Value } from '@lifegpt/onnx-training';
import { headSize, type GptConfig } from './gpt-config.js';

/** cos and sin of the angles of some positions, `[tokens, size]` or with axes before it. */
export interface RotaryAngles {
  readonly cos: Value;
  readonly sin: Value;
}

/** The angles of every position. @param positionIds int32 `[tokens, 1]`, or with axes before it */
export function rotaryAngles(
  graph: GraphBuilder,
  config: GptConfig,
  positionIds: Value,
): RotaryAngles {
  const half = headSize(config) / 2;
  const frequencies = Array.from({ length: 2 * half }, (_, i) => 10_000 ** (-(i % half) / half));
  const position = graph.emit('Cast', [positionIds], 'float', positionIds.shape, { to: 1 });
  const shape = [...positionIds.shape.slice(0, -1), 2 * half];
  const angles = graph.emit(
    'Mul',
    [position, graph.constant(frequencies, 'float')],
    'float',
    shape,
  );
  return {
    cos: graph.emit('Cos', [angles], 'float', shape),
    sin: graph.emit('Sin', [angles], 'float', shape),
  };
}

/** x cos + (x turned by a quarter) sin; the quarter turn is a product with a constant matrix. */
export function rotate(graph: GraphBuilder, x: Value, { cos, sin }: RotaryAngles): Value {
  const size = Number(x.shape.at(-1));
  const half = size / 2;
  const turn = Array.from({ length: size * size }, (_, i) => {
    const [row, column] = [Math.floor(i / size), i % size];
    if (column < half) return row === column + half ? -1 : 0;
    return row === column - half ? 1 : 0;
  });
  const flat = graph.constant(turn, 'float');
  const matrix = graph.emit('Reshape', [flat, graph.constant([size, size], 'int64')], 'float', [
    size,
    size,
  ]);
  return add(graph, mul(graph, x, cos), mul(graph, matMul(graph, x, matrix), sin));
}

/** The angles of the last positions, from `start` on. */
export function takeLastAngles(
  graph: GraphBuilder,
  rotary: RotaryAngles,
  start: Value,
  rows: Dim,
): RotaryAngles {
  const end = graph.constant([Number.MAX_SAFE_INTEGER], 'int64');
  const axis = graph.constant([0], 'int64');
  const tail = (table: Value): Value =>
    graph.emit('Slice', [table, start, end, axis], 'float', [rows, table.shape[1]!]);
  return { cos: tail(rotary.cos), sin: tail(rotary.sin) };
}
