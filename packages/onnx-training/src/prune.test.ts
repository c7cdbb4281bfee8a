import { describe, expect, it } from 'vitest';
import { GraphBuilder } from './builder.js';
import { add } from './ops/add.js';
import { mul } from './ops/mul.js';
import { keepOutputs } from './prune.js';

describe('keepOutputs', () => {
  const graph = new GraphBuilder('two ends');
  const x = graph.input('x', 'float', ['n']);
  const y = graph.input('y', 'float', ['n']);
  const doubled = mul(graph, x, graph.constant(2, 'float'));
  graph.output('doubled', doubled);
  graph.output('far', add(graph, mul(graph, doubled, graph.constant(3, 'float')), y));

  it('leaves out the nodes and constants that nothing asked for hangs on, and keeps all inputs', () => {
    const part = keepOutputs(graph, ['doubled']);
    expect(part.nodes.map(({ opType }) => opType)).toEqual(['Mul', 'Identity']);
    expect(part.initializers.map(({ data }) => data[0])).toEqual([2]);
    expect(part.outputs.map(({ name }) => name)).toEqual(['doubled']);
    expect(part.inputs).toEqual([x, y]);
  });

  it('keeps everything where all is asked for', () => {
    const whole = keepOutputs(graph, ['doubled', 'far']);
    expect(whole.nodes).toEqual(graph.nodes);
    expect(whole.initializers).toEqual(graph.initializers);
  });

  it('refuses a name that is no output', () => {
    expect(() => keepOutputs(graph, ['near'])).toThrow(/graph two ends has no output near/);
  });
});
