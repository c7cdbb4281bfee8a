import { Tensor } from 'onnxruntime-common';
import { describe, expect, it } from 'vitest';
import { cpu } from '../test/runtime.js';
import { GraphBuilder } from './builder.js';
import { differentiate } from './differentiate.js';
import { add } from './ops/add.js';
import { crossEntropy, NO_TARGET } from './ops/cross-entropy.js';
import { mul } from './ops/mul.js';
import { encodeModel } from './proto.js';

describe('differentiate', () => {
  it('sums the gradients of a value that is used several times', async () => {
    const graph = new GraphBuilder('polynomial');
    const x = graph.input('x', 'float', []);
    const square = mul(graph, x, x);
    const loss = add(graph, mul(graph, square, x), square); // x³ + x²
    graph.output('dx', differentiate(graph, loss, [x])[0]!);
    const session = await cpu.createSession(encodeModel(graph));
    const { dx } = await session.run({ x: new Tensor('float32', [3], []) });
    expect(dx!.data[0]).toBe(3 * 9 + 2 * 3);
  });

  it('leaves a token without a target out of the loss and its gradient', async () => {
    const graph = new GraphBuilder('cross entropy');
    const logits = graph.input('logits', 'float', [1, 2, 3]);
    const loss = crossEntropy(graph, logits, graph.input('targets', 'int32', [1, 2]));
    graph.output('loss', loss);
    graph.output('dLogits', differentiate(graph, loss, [logits])[0]!);
    const session = await cpu.createSession(encodeModel(graph));
    const outputs = await session.run({
      logits: new Tensor('float32', [0, 0, 0, 5, 1, 2], [1, 2, 3]),
      targets: new Tensor('int32', [1, NO_TARGET], [1, 2]),
    });
    expect(outputs['loss']!.data[0]).toBeCloseTo(Math.log(3) / 2);
    const gradient = Array.from(outputs['dLogits']!.data as Float32Array);
    [1 / 6, -1 / 3, 1 / 6, 0, 0, 0].forEach((d, i) => expect(gradient[i]).toBeCloseTo(d));
  });

  it('refuses a loss that is not a scalar', () => {
    const graph = new GraphBuilder('vector');
    const x = graph.input('x', 'float', [2]);
    expect(() => differentiate(graph, mul(graph, x, x), [x])).toThrow(/has shape \[2\]/);
  });

  it('refuses a parameter that the loss does not depend on', () => {
    const graph = new GraphBuilder('unrelated');
    const [x, y] = [graph.input('x', 'float', []), graph.input('y', 'float', [])];
    expect(() => differentiate(graph, mul(graph, x, x), [x, y])).toThrow(/does not depend on y/);
  });
});

describe('GraphBuilder', () => {
  it('refuses shapes that do not broadcast or multiply', () => {
    const graph = new GraphBuilder('shapes');
    const [x, y] = [graph.input('x', 'float', [2]), graph.input('y', 'float', [3])];
    expect(() => add(graph, x, y)).toThrow('shapes [2] and [3] do not broadcast');
  });

  it('stores equal constants once and gives repeated names a number', () => {
    const graph = new GraphBuilder('names');
    expect(graph.constant([1, 2], 'int64')).toBe(graph.constant([1, 2], 'int64'));
    expect(graph.constant(1, 'float')).not.toBe(graph.constant([1], 'float'));
    expect(graph.input('x', 'float', []).name).not.toBe(graph.input('x', 'float', []).name);
  });
});
