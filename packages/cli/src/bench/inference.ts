import { CONWAY, encodePrompts, layoutPrompt } from '@lifegpt/core';
import { decodeGreedy, decodeJacobi } from '@lifegpt/model';
import { median, type BenchTools, type Figure } from './figure.js';

/** One 32x32 state, Jacobi and greedy. */
export async function benchInference({ loadModel, engine }: BenchTools): Promise<Figure[]> {
  const model = await loadModel();
  const side = 32;
  const layout = layoutPrompt(model.tokenizer, side, side);
  const draw = (index: number) =>
    engine.draw({
      seed: 5,
      index,
      boards: 1,
      width: side,
      height: side,
      rule: CONWAY,
      density: [0, 1],
    });
  const seconds: number[] = [];
  let passes = 0;
  for (let index = 0; index < 24; index++) {
    const prompts = encodePrompts(layout, draw(index).states);
    const began = performance.now();
    const result = await decodeJacobi(model, { layout, prompts });
    if (index >= 3) seconds.push((performance.now() - began) / 1000); // the first ones warm up
    passes = Math.max(passes, result.forwardPasses);
  }
  const began = performance.now();
  await decodeGreedy(model, { layout, prompts: encodePrompts(layout, draw(0).states) });
  const greedySeconds = (performance.now() - began) / 1000;
  const jacobi = 1000 * median(seconds);
  const bench = 'inference';
  return [
    {
      bench,
      figure: 'Jacobi, one 32x32 state, median of 21',
      value: jacobi,
      unit: 'ms',
      target: '<= 100 ms',
      reached: jacobi <= 100,
    },
    {
      bench,
      figure: 'forward passes, the most',
      value: passes,
      unit: 'passes',
      target: '<= 3',
      reached: passes <= 3,
    },
    { bench, figure: 'greedy without a cache, the same', value: 1000 * greedySeconds, unit: 'ms' },
    { bench, figure: 'greedy over Jacobi', value: (1000 * greedySeconds) / jacobi, unit: 'x' },
  ];
}
