import type { GraphBuilder, Operation, Value } from '../builder.js';

/** The first opset with an operation of that name. */
const FIRST_GELU = 20;

/** x Φ(x) with the exact normal distribution function (Hendrycks and Gimpel 2016, arXiv 1606.08415). */
export function gelu(graph: GraphBuilder, x: Value): Value {
  const output =
    graph.opset >= FIRST_GELU
      ? graph.emit('Gelu', [x], 'float', x.shape, { approximate: 'none' })
      : graph.emit('Mul', [x, emitDistribution(graph, x)], 'float', x.shape);
  return graph.record(Gelu, [x], output);
}

/** Φ(x) = (1 + erf(x / √2)) / 2 */
function emitDistribution(graph: GraphBuilder, x: Value): Value {
  const constant = (value: number): Value => graph.constant(value, 'float');
  const scaled = graph.emit('Mul', [x, constant(Math.SQRT1_2)], 'float', x.shape);
  const erf = graph.emit('Erf', [scaled], 'float', x.shape);
  const half = graph.emit('Mul', [erf, constant(0.5)], 'float', x.shape);
  return graph.emit('Add', [half, constant(0.5)], 'float', x.shape);
}

/** d/dx x Φ(x) = Φ(x) + x φ(x), with φ = exp(-x² / 2) / √(2π). */
export const Gelu: Operation = {
  name: 'Gelu',
  backward(graph, { inputs: [x] }, dOutput) {
    const { shape } = x!;
    const scaled = (value: Value, factor: number): Value =>
      graph.emit('Mul', [value, graph.constant(factor, 'float')], 'float', shape);
    const distribution = emitDistribution(graph, x!);
    const square = graph.emit('Mul', [x!, x!], 'float', shape);
    const bell = graph.emit('Exp', [scaled(square, -0.5)], 'float', shape);
    const density = scaled(bell, 1 / Math.sqrt(2 * Math.PI));
    const slope = graph.emit(
      'Add',
      [distribution, graph.emit('Mul', [x!, density], 'float', shape)],
      'float',
      shape,
    );
    return [graph.emit('Mul', [dOutput, slope], 'float', shape)];
  },
};
