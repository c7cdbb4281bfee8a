import { Tensor } from 'onnxruntime-common';
import { describe, expect, it } from 'vitest';
import { cpu } from '../../test/runtime.js';
import { GraphBuilder } from './builder.js';
import { differentiate } from './differentiate.js';
import { add } from './ops/add.js';
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
