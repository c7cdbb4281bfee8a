import { encodeModel, GraphBuilder } from '@lifegpt/model';
import { Tensor } from 'onnxruntime-common';
import { createRuntime } from '../runtime.js';
import { median, type Figure } from './figure.js';

const SIDE = 1024;
const RUNS = 9;

/** How fast this machine is at all: ONNX Runtime's product of two 1024x1024 matrices. */
export async function benchMachine(): Promise<Figure[]> {
  const graph = new GraphBuilder('product');
  const shape = [SIDE, SIDE];
  const [a, b] = [graph.input('a', 'float', shape), graph.input('b', 'float', shape)];
  graph.output('c', graph.emit('MatMul', [a, b], 'float', shape));
  const session = await (await createRuntime('cpu')).createSession(encodeModel(graph));
  const matrix = (): Tensor =>
    new Tensor('float32', Float32Array.from({ length: SIDE * SIDE }, Math.random), shape);
  const inputs = { a: matrix(), b: matrix() };
  const seconds: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const began = performance.now();
    await session.run(inputs);
    seconds.push((performance.now() - began) / 1000);
  }
  await session.release();
  return [
    {
      bench: 'machine',
      figure: 'ONNX Runtime, 1024x1024 matrix product, median of 9',
      value: (2 * SIDE ** 3) / median(seconds) / 1e9,
      unit: 'GFLOP/s',
    },
  ];
}
