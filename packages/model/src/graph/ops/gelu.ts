import type { GraphBuilder, Operation, Value } from '../builder.js';

/** x Φ(x) with the exact normal distribution function (Hendrycks and Gimpel 2016, arXiv 1606.08415). */
export function gelu(graph: GraphBuilder, x: Value): Value {
  const output = graph.emit('Gelu', [x], 'float', x.shape, { approximate: 'none' });
  return graph.record(Gelu, [x], output);
}

/** d/dx x Φ(x) = Φ(x) + x φ(x), with Φ = (1 + erf(x / √2)) / 2 and φ = exp(-x² / 2) / √(2π). */
export const Gelu: Operation = {
  name: 'Gelu',
  backward(graph, { inputs: [x] }, dOutput) {
    const { shape } = x!;
    const scaled = (value: Value, factor: number): Value =>
      graph.emit('Mul', [value, graph.constant(factor, 'float')], 'float', shape);
    const erf = graph.emit('Erf', [scaled(x!, Math.SQRT1_2)], 'float', shape);
    const half = graph.constant(0.5, 'float');
    const distribution = graph.emit('Add', [scaled(erf, 0.5), half], 'float', shape);
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
