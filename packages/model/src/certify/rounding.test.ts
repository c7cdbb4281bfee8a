import { Tensor } from 'onnxruntime-common';
import { describe, expect, it } from 'vitest';
import { cpu } from '../../test/runtime.js';
import { GraphBuilder } from '../graph/builder.js';
import { encodeModel } from '../graph/proto.js';
import { distribution } from './normal-distribution.js';
import { ERF_ERROR, EXP_ERROR, UNIT } from './rounding.js';

/** What the runtime makes of rows of numbers. */
async function apply(op: string, values: Float32Array, columns: number): Promise<Float32Array> {
  const graph = new GraphBuilder(op);
  const x = graph.input('x', 'float', ['rows', columns]);
  graph.output('y', graph.emit(op, [x], 'float', x.shape, op === 'Softmax' ? { axis: -1 } : {}));
  const session = await cpu.createSession(encodeModel(graph));
  const { y } = await session.run({
    x: new Tensor('float32', values, [values.length / columns, columns]),
  });
  return y!.data as Float32Array;
}

const COUNT = 20_000;
const grid = (from: number, to: number): Float32Array =>
  Float32Array.from({ length: COUNT }, (_, i) => from + ((to - from) * i) / COUNT);

describe('the runtime keeps to what is assumed of it', () => {
  it('exp, as its softmax computes it', async () => {
    const x = grid(-80, 0);
    const pairs = new Float32Array(2 * COUNT).map((_, i) => (i % 2 === 0 ? x[i >> 1]! : 0));
    const found = await apply('Softmax', pairs, 2);
    const errors = x.map((value, i) =>
      Math.abs(found[2 * i]! / found[2 * i + 1]! / Math.exp(value) - 1),
    );
    // two exponentials, and two quotients that are rounded
    expect(Math.max(...errors)).toBeLessThan(2 * EXP_ERROR + 2 * UNIT);
    expect(Math.max(...errors)).toBeGreaterThan(0);
  });

  it('erf', async () => {
    const x = grid(-6, 6);
    const found = await apply('Erf', x, 1);
    const errors = x.map((value, i) =>
      Math.abs(found[i]! - (2 * distribution(value * Math.SQRT2) - 1)),
    );
    expect(Math.max(...errors)).toBeLessThan(ERF_ERROR);
    expect(Math.max(...errors)).toBeGreaterThan(0);
  });
});
