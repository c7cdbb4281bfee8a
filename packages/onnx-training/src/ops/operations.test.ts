import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { gradientError, type GradientCase } from '../../test/gradient-check.js';
import type { GraphBuilder, Value } from '../builder.js';
import { add } from './add.js';
import { attention } from './attention.js';
import { crossEntropy } from './cross-entropy.js';
import { div } from './div.js';
import { exp } from './exp.js';
import { gather } from './gather.js';
import { gelu } from './gelu.js';
import { layerNormalization } from './layer-normalization.js';
import { matMul } from './mat-mul.js';
import { mul } from './mul.js';
import { reduceSum } from './reduce-sum.js';
import { reshape } from './reshape.js';
import { sliceLastAxis, takeTail } from './slice.js';
import { softmax } from './softmax.js';
import { sub } from './sub.js';
import { tanh } from './tanh.js';
import { transpose } from './transpose.js';

/** Constant indices as int32, which a graph otherwise only has as inputs. */
function indices(graph: GraphBuilder, shape: readonly number[], data: readonly number[]): Value {
  const wide = graph.emit(
    'Reshape',
    [graph.constant(data, 'int64'), graph.constant([...shape], 'int64')],
    'int64',
    shape,
  );
  return graph.emit('Cast', [wide], 'int32', shape, { to: 6 });
}

/** Queries, keys and values: `[batch, heads, tokens, size]`. */
const ATTENTION = Array.from({ length: 3 }, () => [2, 2, 3, 4]);

const CASES: Record<string, GradientCase> = {
  'add of equal shapes': {
    shapes: [
      [2, 3],
      [2, 3],
    ],
    build: (g, [a, b]) => add(g, a!, b!),
  },
  'add, broadcast over leading and unit axes': {
    shapes: [
      [2, 3, 4],
      [3, 1],
    ],
    build: (g, [a, b]) => add(g, a!, b!),
  },
  'add of a value to itself': { shapes: [[3]], build: (g, [a]) => add(g, a!, a!) },
  'mul of equal shapes': {
    shapes: [
      [2, 3],
      [2, 3],
    ],
    build: (g, [a, b]) => mul(g, a!, b!),
  },
  'mul, broadcast': { shapes: [[4], [2, 3, 4]], build: (g, [a, b]) => mul(g, a!, b!) },
  'mat-mul of batches': {
    shapes: [
      [2, 3, 4],
      [2, 4, 5],
    ],
    build: (g, [a, b]) => matMul(g, a!, b!),
  },
  'mat-mul with a plain matrix': {
    shapes: [
      [2, 3, 4],
      [4, 5],
    ],
    build: (g, [a, b]) => matMul(g, a!, b!),
  },
  transpose: { shapes: [[2, 3, 4]], build: (g, [a]) => transpose(g, a!, [2, 0, 1]) },
  reshape: { shapes: [[2, 6]], build: (g, [a]) => reshape(g, a!, [2, 2, 3]) },
  'slice of the last axis': { shapes: [[2, 6]], build: (g, [a]) => sliceLastAxis(g, a!, 1, 4) },
  'slice of the tail': {
    shapes: [[2, 4, 3]],
    build: (g, [a]) => takeTail(g, a!, g.constant([1], 'int64'), 3),
  },
  'gather with a repeated and an unused row': {
    shapes: [[4, 3]],
    build: (g, [table]) => gather(g, table!, indices(g, [2, 2], [0, 2, 2, 3])),
  },
  'layer-normalization': {
    shapes: [[2, 3, 5], [5], [5]],
    build: (g, [x, scale, bias]) => layerNormalization(g, x!, scale!, bias!, 1e-5),
  },
  gelu: { shapes: [[3, 4]], build: (g, [x]) => gelu(g, x!) },
  'attention under a causal mask': {
    shapes: ATTENTION,
    build: (g, [q, k, v]) => {
      const rows = [0, -1e9, -1e9, 0, 0, -1e9, 0, 0, 0];
      const mask = g.initializer('mask', [3, 3], Float32Array.from(rows));
      return attention(g, q!, k!, v!, mask);
    },
  },
  'sub, broadcast on both sides': {
    shapes: [
      [3, 1],
      [2, 3, 4],
    ],
    build: (g, [a, b]) => sub(g, a!, b!),
  },
  'div, broadcast': {
    shapes: [
      [2, 3, 4],
      [3, 1],
    ],
    // a divisor that stays away from 0
    build: (g, [a, b]) => div(g, a!, add(g, mul(g, b!, b!), g.constant(1, 'float'))),
  },
  exp: { shapes: [[3, 4]], build: (g, [x]) => exp(g, x!) },
  tanh: { shapes: [[3, 4]], build: (g, [x]) => tanh(g, x!) },
  softmax: { shapes: [[2, 3, 4]], build: (g, [x]) => softmax(g, x!) },
  'reduce-sum of the last axis': { shapes: [[2, 3, 4]], build: (g, [x]) => reduceSum(g, x!) },
  'cross-entropy': {
    shapes: [[2, 3, 4]],
    build: (g, [logits]) => crossEntropy(g, logits!, indices(g, [2, 3], [0, 3, 1, 2, 2, 0])),
  },
};

describe('every backward rule agrees with finite differences', () => {
  it.each(Object.entries(CASES))('%s', async (_name, gradientCase) => {
    expect(await gradientError(gradientCase)).toBeLessThan(2e-3);
  });

  it('covers every operation that there is a file for', () => {
    const files = readdirSync(import.meta.dirname).filter((file) => !file.endsWith('.test.ts'));
    const covered = Object.keys(CASES).map((name) => name.split(/[ ,]/)[0]);
    for (const file of files) expect(covered).toContain(file.replace('.ts', ''));
  });
});
