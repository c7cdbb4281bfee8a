import { sumToShape } from '../broadcast.js';
import type { GraphBuilder, Operation, Value } from '../builder.js';

/**
 * Layer normalisation over the last axis (Ba et al. 2016, arXiv 1607.06450).
 * @param scale `[width]`
 * @param bias `[width]`
 */
export function layerNormalization(
  graph: GraphBuilder,
  x: Value,
  scale: Value,
  bias: Value,
  epsilon: number,
): Value {
  const rows = [...x.shape.slice(0, -1), 1];
  const [output, mean, inverseDeviation] = graph.emitMany(
    'LayerNormalization',
    [x, scale, bias],
    [
      { type: 'float', shape: x.shape },
      { type: 'float', shape: rows },
      { type: 'float', shape: rows },
    ],
    { axis: -1, epsilon: { float: epsilon } },
  );
  return graph.record(LayerNormalization, [x, scale, bias], output!, {
    mean: mean!,
    inverseDeviation: inverseDeviation!,
  });
}

/** dX = (dN - mean(dN) - n mean(dN n)) / deviation, where n is the normalised input, dN = dY scale. */
export const LayerNormalization: Operation = {
  name: 'LayerNormalization',
  backward(graph, { inputs: [x, scale, bias], saved }, dOutput, wants) {
    const { shape } = x!;
    const centred = graph.emit('Sub', [x!, saved.mean!], 'float', shape);
    const normal = graph.emit('Mul', [centred, saved.inverseDeviation!], 'float', shape);
    const dScale = wants[1]
      ? sumToShape(graph, graph.emit('Mul', [dOutput, normal], 'float', shape), scale!.shape)
      : null;
    const dBias = wants[2] ? sumToShape(graph, dOutput, bias!.shape) : null;
    if (!wants[0]) return [null, dScale, dBias];

    const dNormal = graph.emit('Mul', [dOutput, scale!], 'float', shape);
    const mean = meanOfRows(graph, dNormal);
    const projection = meanOfRows(graph, graph.emit('Mul', [dNormal, normal], 'float', shape));
    const along = graph.emit('Mul', [normal, projection], 'float', shape);
    const across = graph.emit(
      'Sub',
      [graph.emit('Sub', [dNormal, mean], 'float', shape), along],
      'float',
      shape,
    );
    return [graph.emit('Mul', [across, saved.inverseDeviation!], 'float', shape), dScale, dBias];
  },
};

function meanOfRows(graph: GraphBuilder, x: Value): Value {
  const axes = graph.constant([-1], 'int64');
  return graph.emit('ReduceMean', [x, axes], 'float', [...x.shape.slice(0, -1), 1], {
    keepdims: 1,
  });
}
