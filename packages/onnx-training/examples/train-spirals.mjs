/**
 * Trains something else than Life: a small network that tells two spirals apart. The graph of a whole step, forward, backward and AdamW, is
 * written here from parts; ONNX Runtime does all the numbers. Usage: node train-spirals.mjs [steps]
 */

import {
  add,
  buildAdamW,
  crossEntropy,
  differentiate,
  encodeModel,
  GraphBuilder,
  matMul,
  reshape,
  sliceLastAxis,
  tanh,
} from '@lifegpt/onnx-training';
import { InferenceSession, Tensor } from 'onnxruntime-node';

const [POINTS, WIDTH] = [200, 24];
const SHAPES = [[2, WIDTH], [WIDTH], [WIDTH, WIDTH], [WIDTH], [WIDTH, 2], [2]];
const sizes = SHAPES.map((shape) => shape.reduce((product, length) => product * length, 1));
const total = sizes.reduce((sum, size) => sum + size, 0);

// all parameters are one flat vector, which AdamW moves; the network takes its matrices out of it
const graph = new GraphBuilder('spirals');
const flat = graph.input('parameters', 'float', [total]);
let at = 0;
const [w0, b0, w1, b1, w2, b2] = SHAPES.map((shape, i) => {
  const part = sliceLastAxis(graph, flat, at, (at += sizes[i]));
  return reshape(graph, part, shape);
});
const points = graph.input('points', 'float', [1, POINTS, 2]);
const labels = graph.input('labels', 'int32', [1, POINTS]);
const layer = (x, weights, bias) => add(graph, matMul(graph, x, weights), bias);
const hidden = tanh(graph, layer(tanh(graph, layer(points, w0, b0)), w1, b1));
const loss = crossEntropy(graph, layer(hidden, w2, b2), labels);
const [gradient] = differentiate(graph, loss, [flat]);
const [firstMoment, secondMoment] = ['first', 'second'].map((name) =>
  graph.input(name, 'float', [total]),
);
const [learningRate, step] = ['rate', 'step'].map((name) => graph.input(name, 'float', []));
const next = buildAdamW(
  graph,
  { parameters: flat, gradient, firstMoment, secondMoment, learningRate, step, decayMask: null },
  { beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0, clipNorm: 1 },
);
graph.output('next', next.parameters);
graph.output('next_first', next.firstMoment);
graph.output('next_second', next.secondMoment);
graph.output('loss', loss);
const session = await InferenceSession.create(encodeModel(graph));

// two arms, half a turn apart
const spiral = Array.from({ length: POINTS }, (_, i) => {
  const [arm, along] = [i % 2, i / POINTS];
  const angle = 5 * along + Math.PI * arm;
  return { label: arm, point: [along * Math.cos(angle), along * Math.sin(angle)] };
});
const data = {
  points: new Tensor(
    'float32',
    spiral.flatMap(({ point }) => point),
    [1, POINTS, 2],
  ),
  labels: new Tensor(
    'int32',
    spiral.map(({ label }) => label),
    [1, POINTS],
  ),
};
const vector = (of) =>
  new Tensor(
    'float32',
    Float32Array.from({ length: total }, (_, i) => of(i)),
    [total],
  );
const scalar = (value) => new Tensor('float32', [value], []);
// any numbers that are not all alike
let state = {
  parameters: vector((i) => Math.sin(37 * i + 1)),
  first: vector(() => 0),
  second: vector(() => 0),
};
const steps = Number(process.argv[2] ?? 600);
for (let number = 1; number <= steps; number++) {
  const outputs = await session.run({
    ...data,
    ...state,
    rate: scalar(0.01),
    step: scalar(number),
  });
  state = { parameters: outputs.next, first: outputs.next_first, second: outputs.next_second };
  if (number % 100 === 0) console.log(`step ${number}: loss ${outputs.loss.data[0].toFixed(4)}`);
}
