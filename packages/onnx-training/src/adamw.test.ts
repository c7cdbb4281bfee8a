import { openStream } from '@lifegpt/core';
import { Tensor } from 'onnxruntime-common';
import { describe, expect, it } from 'vitest';
import { cpu } from '../test/runtime.js';
import { buildAdamW, type AdamWOptions } from './adamw.js';
import { GraphBuilder } from './builder.js';
import { encodeModel } from './proto.js';

const SIZE = 4;
const MASK = [1, 0, 1, 0];

/** One step of AdamW in doubles, as the paper's algorithm 2 states it. */
function referenceStep(
  state: { p: number[]; m: number[]; v: number[] },
  gradient: number[],
  rate: number,
  step: number,
  { beta1, beta2, epsilon, weightDecay, clipNorm }: AdamWOptions,
): number {
  const norm = Math.hypot(...gradient);
  gradient.forEach((value, i) => {
    const g = norm > clipNorm ? (value / norm) * clipNorm : value;
    state.m[i] = beta1 * state.m[i]! + (1 - beta1) * g;
    state.v[i] = beta2 * state.v[i]! + (1 - beta2) * g * g;
    const mean = state.m[i]! / (1 - beta1 ** step);
    const square = state.v[i]! / (1 - beta2 ** step);
    state.p[i]! -=
      rate * (mean / (Math.sqrt(square) + epsilon) + weightDecay * MASK[i]! * state.p[i]!);
  });
  return norm;
}

describe.each([
  { weightDecay: 0, clipNorm: 1e9 },
  { weightDecay: 0.1, clipNorm: 1 },
])('buildAdamW with %o', (varied) => {
  it('follows the plain reference for ten steps', async () => {
    const options = { beta1: 0.9, beta2: 0.98, epsilon: 1e-8, ...varied };
    const graph = new GraphBuilder('adamw');
    const vector = (name: string) => graph.input(name, 'float', [SIZE]);
    const next = buildAdamW(
      graph,
      {
        parameters: vector('p'),
        gradient: vector('g'),
        firstMoment: vector('m'),
        secondMoment: vector('v'),
        learningRate: graph.input('rate', 'float', []),
        step: graph.input('step', 'float', []),
        decayMask: graph.initializer('mask', [SIZE], Float32Array.from(MASK)),
      },
      options,
    );
    graph.output('next_p', next.parameters);
    graph.output('next_m', next.firstMoment);
    graph.output('next_v', next.secondMoment);
    graph.output('norm', next.gradientNorm);
    const session = await cpu.createSession(encodeModel(graph));

    const random = openStream(2, 'adamw');
    const draw = (): number[] => Array.from({ length: SIZE }, () => random.nextGaussian());
    const expected = { p: draw(), m: [0, 0, 0, 0], v: [0, 0, 0, 0] };
    let found = { p: [...expected.p], m: [0, 0, 0, 0], v: [0, 0, 0, 0] };
    for (let step = 1; step <= 10; step++) {
      const gradient = draw();
      const norm = referenceStep(expected, gradient, 0.01 * step, step, options);
      const tensor = (data: number[]): Tensor => new Tensor('float32', data, [SIZE]);
      const outputs = await session.run({
        p: tensor(found.p),
        g: tensor(gradient),
        m: tensor(found.m),
        v: tensor(found.v),
        rate: new Tensor('float32', [0.01 * step], []),
        step: new Tensor('float32', [step], []),
      });
      const list = (name: string): number[] => Array.from(outputs[name]!.data as Float32Array);
      found = { p: list('next_p'), m: list('next_m'), v: list('next_v') };
      expect(list('norm')[0]).toBeCloseTo(norm, 5);
    }
    for (const key of ['p', 'm', 'v'] as const) {
      found[key].forEach((value, i) => expect(value).toBeCloseTo(expected[key][i]!, 5));
    }
    expect(found.p).not.toEqual(expected.m);
  });
});
