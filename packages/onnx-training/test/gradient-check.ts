/** Compares a backward rule with central finite differences of the forward graph. */

import { openStream } from '@lifegpt/core';
import { Tensor } from 'onnxruntime-common';
import { GraphBuilder, type Operation, type Value } from '../src/builder.js';
import { differentiate } from '../src/differentiate.js';
import { mul } from '../src/ops/mul.js';
import { encodeModel } from '../src/proto.js';

import { cpu } from './runtime.js';

/** Sums everything to a scalar, so that any output can be differentiated. */
const SumAll: Operation = {
  name: 'SumAll',
  backward: (graph, { inputs: [x] }, dOutput) => {
    const shape = graph.emit('Shape', [x!], 'int64', [x!.shape.length]);
    return [graph.emit('Expand', [dOutput, shape], 'float', x!.shape)];
  },
};

export interface GradientCase {
  /** Shapes of the inputs that gradients are checked for. */
  readonly shapes: readonly (readonly number[])[];
  readonly build: (graph: GraphBuilder, inputs: readonly Value[]) => Value;
}

/** The largest difference between the emitted gradients and finite differences, over all inputs. */
export async function gradientError({ shapes, build }: GradientCase): Promise<number> {
  const random = openStream(3, 'gradient-check');
  const sizes = shapes.map((shape) => shape.reduce((product, dim) => product * dim, 1));
  const points = sizes.map((size) =>
    Float32Array.from({ length: size }, () => random.nextGaussian()),
  );
  const feeds = (data: readonly Float32Array[]): Record<string, Tensor> =>
    Object.fromEntries(
      data.map((values, i) => [`x${i}`, new Tensor('float32', values, shapes[i]!)]),
    );

  const forward = new GraphBuilder('forward');
  forward.output(
    'y',
    build(
      forward,
      shapes.map((shape, i) => forward.input(`x${i}`, 'float', shape)),
    ),
  );
  const forwardSession = await cpu.createSession(encodeModel(forward));
  const evaluate = async (data: readonly Float32Array[]): Promise<Float32Array> =>
    (await forwardSession.run(feeds(data))).y!.data as Float32Array;

  const sample = await evaluate(points);
  const weights = Float32Array.from(sample, () => random.nextGaussian());
  const backward = new GraphBuilder('backward');
  const inputs = shapes.map((shape, i) => backward.input(`x${i}`, 'float', shape));
  const y = build(backward, inputs);
  const shape = y.shape.map(Number);
  const weighted = mul(backward, y, backward.initializer('weights', shape, weights));
  const loss = backward.emit('ReduceSum', [weighted], 'float', [], { keepdims: 0 });
  backward.record(SumAll, [weighted], loss);
  differentiate(backward, loss, inputs).forEach((gradient, i) =>
    backward.output(`dx${i}`, gradient),
  );
  const backwardSession = await cpu.createSession(encodeModel(backward));
  const gradients = await backwardSession.run(feeds(points));

  const epsilon = 1e-2;
  let error = 0;
  for (const [i, point] of points.entries()) {
    const gradient = gradients[`dx${i}`]!.data as Float32Array;
    for (let j = 0; j < point.length; j++) {
      const shifted = (by: number): Float32Array[] =>
        points.map((values, other) => (other === i ? values.with(j, values[j]! + by) : values));
      const [above, below] = [await evaluate(shifted(epsilon)), await evaluate(shifted(-epsilon))];
      const slope = above.reduce(
        (sum, value, k) => sum + (weights[k]! * (value - below[k]!)) / (2 * epsilon),
        0,
      );
      error = Math.max(error, Math.abs(slope - gradient[j]!) / Math.max(1, Math.abs(slope)));
    }
  }
  await Promise.all([forwardSession.release(), backwardSession.release()]);
  return error;
}
