import { openStream } from '@lifegpt/core';
import { encodeModel, GraphBuilder } from '@lifegpt/onnx-training';
import { Tensor } from 'onnxruntime-common';
import { describe, expect, it } from 'vitest';
import { cpu } from '../../test/runtime.js';
import { exactly, FLOAT32, multiply, softmax } from './arithmetic.js';

/** Runs one operation of the runtime on rows of numbers. */
async function compute(op: string, values: Float32Array, columns: number): Promise<Float32Array> {
  const graph = new GraphBuilder(op);
  const x = graph.input('x', 'float', ['rows', columns]);
  graph.output('y', graph.emit(op, [x], 'float', x.shape, op === 'Softmax' ? { axis: -1 } : {}));
  const session = await cpu.createSession(encodeModel(graph));
  const { y } = await session.run({
    x: new Tensor('float32', values, [values.length / columns, columns]),
  });
  await session.release();
  return y!.data as Float32Array;
}

describe('what is supposed of the runtime', () => {
  const random = openStream(1, 'arguments');
  const draw = (count: number, low: number, high: number): Float32Array =>
    Float32Array.from({ length: count }, () => low + (high - low) * random.nextFloat());

  it('holds of its exponential function', async () => {
    const values = draw(100_000, -110, 20);
    const found = await compute('Exp', values, 100);
    const worst = found.reduce((most, value, i) => {
      const truth = Math.exp(values[i]!);
      const off = Math.abs(value - truth);
      return off > FLOAT32.tiny ? Math.max(most, off / truth) : most;
    }, 0);
    expect(worst).toBeLessThan(FLOAT32.exp / 2);
  });

  it('holds of its hyperbolic tangent', async () => {
    const values = draw(100_000, -12, 12);
    const found = await compute('Tanh', values, 100);
    const worst = found.reduce(
      (most, value, i) => Math.max(most, Math.abs(value - Math.tanh(values[i]!))),
      0,
    );
    expect(worst).toBeLessThan(FLOAT32.tanh / 2);
  });

  it('holds of its softmax, between the ends that the proof takes', async () => {
    const values = draw(25 * 400, -25, 15);
    const found = await compute('Softmax', values, 25);
    const outside = Array.from({ length: 400 }, (_, row) => {
      const own = values.subarray(25 * row, 25 * (row + 1));
      const { lo, hi } = softmax(FLOAT32, exactly(own));
      return Array.from(own).filter((__, i) => {
        const share = found[25 * row + i]!;
        return !(share >= lo[i]! && share <= hi[i]!);
      }).length;
    });
    expect(outside.filter((count) => count > 0)).toEqual([]);
  });
});

describe('multiply', () => {
  it('holds a float32 sum in whatever order it is added up', () => {
    const random = openStream(2, 'sums');
    for (let turn = 0; turn < 200; turn++) {
      const [row, weights] = [0, 1].map(() =>
        Float32Array.from({ length: 64 }, () => random.nextGaussian() * 10 ** random.nextInt(4)),
      ) as [Float32Array, Float32Array];
      const { lo, hi } = multiply(FLOAT32, exactly(row), weights, 1);
      const order = Array.from(row, (_, i) => i).sort(() => random.nextFloat() - 0.5);
      let sum = 0;
      for (const i of order) sum = Math.fround(sum + Math.fround(row[i]! * weights[i]!));
      expect(sum).toBeGreaterThanOrEqual(lo[0]!);
      expect(sum).toBeLessThanOrEqual(hi[0]!);
    }
  });
});
