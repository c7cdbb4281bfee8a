import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { gradientError, type GradientCase } from '../../../test/gradient-check.js';
import type { GraphBuilder, Value } from '../builder.js';
import { add } from './add.js';
import { attention } from './attention.js';
import { crossEntropy } from './cross-entropy.js';
import { gather } from './gather.js';
import { gelu } from './gelu.js';
import { layerNormalization } from './layer-normalization.js';
import { matMul } from './mat-mul.js';
import { meanLog } from './mean-log.js';
import { mul } from './mul.js';
import { reshape } from './reshape.js';
import { sliceLastAxis, takeHead, takeTail } from './slice.js';
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

/** Which keys a query's weights are summed over, `[3, 3]`. */
const keys = (g: GraphBuilder, name: string, ones: readonly number[]) =>
  g.initializer(name, [3, 3], Float32Array.from(ones));
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
  'slice of the head': { shapes: [[2, 4, 3]], build: (g, [a]) => takeHead(g, a!, 3) },
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
  'attention and its weight on far keys': {
    shapes: ATTENTION,
    build: (g, [q, k, v]) => {
      const mask = g.initializer('mask', [3, 3], new Float32Array(9));
      const far = keys(g, 'far', [0, 1, 1, 0, 0, 1, 1, 0, 0]);
      return attention(g, q!, k!, v!, mask, undefined, { far });
    },
  },
  'attention, its weight on near keys and the sum of their squares': {
    shapes: ATTENTION,
    build: (g, [q, k, v]) => {
      const mask = g.initializer('mask', [3, 3], new Float32Array(9));
      const far = keys(g, 'far', [0, 1, 1, 0, 0, 1, 1, 0, 0]);
      const near = keys(g, 'near', [1, 0, 0, 1, 1, 0, 0, 1, 1]);
      return attention(g, q!, k!, v!, mask, undefined, { far, near });
    },
  },
  'attention and what the heads together miss of wanted keys': {
    shapes: ATTENTION,
    build: (g, [q, k, v]) => {
      const mask = g.initializer('mask', [3, 3], new Float32Array(9));
      const far = keys(g, 'far', [0, 1, 1, 0, 0, 1, 1, 0, 0]);
      const near = keys(g, 'near', [1, 0, 0, 1, 1, 0, 0, 1, 1]);
      const wanted = keys(g, 'wanted', [0.25, 0.75, 0, 0, 1, 0, 0, 0, 0]);
      return attention(g, q!, k!, v!, mask, undefined, { far, near, wanted });
    },
  },
  'attention and what each head misses of its own wanted keys': {
    shapes: ATTENTION,
    build: (g, [q, k, v]) => {
      const mask = g.initializer('mask', [3, 3], new Float32Array(9));
      const far = keys(g, 'far', [0, 1, 1, 0, 0, 1, 1, 0, 0]);
      const ofHeads = [0, 1, 0, 0.25, 0.75, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0.5, 0.5];
      const wanted = g.initializer('wanted', [1, 2, 3, 3], Float32Array.from(ofHeads));
      return attention(g, q!, k!, v!, mask, undefined, { far, wanted });
    },
  },
  'mean-log': { shapes: [[3, 2]], build: (g, [x]) => meanLog(g, mul(g, x!, x!), 0.5) },
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
