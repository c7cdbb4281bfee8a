import {
  CONWAY,
  createGrid,
  openStream,
  parseRule,
  stepReference,
  TOPOLOGY_TOKENS,
  topologyOfToken,
} from '@lifegpt/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { readShippedModel } from '../../test/shipped-model.js';
import type { LanguageModel } from '../network/language-model.js';
import { predictNear } from './predict-near.js';

describe('a run with kept tokens', () => {
  let life: LanguageModel;
  beforeAll(async () => {
    life = await readShippedModel('life');
  });

  it.each(TOPOLOGY_TOKENS)(
    'goes the way of the truth on %s, and says what changed',
    async (kind) => {
      const random = openStream(3, 'board', kind);
      const [width, height] = kind === 'S' ? [12, 12] : [13, 11];
      const cells = Uint8Array.from({ length: width * height }, () =>
        Number(random.nextInt(4) === 0),
      );
      const start = createGrid(width, height, cells);
      const topology = topologyOfToken(kind);
      const run = { model: life, rule: CONWAY, topology, grid: start, generations: 8 };
      let [truth, everKept] = [start, 0];
      for await (const { grid, changed, computed, kept, malformedTokens } of predictNear(run)) {
        const before = truth.cells;
        truth = stepReference(truth, CONWAY, topology);
        expect([...grid.cells]).toEqual([...truth.cells]);
        const differing = [...truth.cells.keys()].filter((k) => truth.cells[k] !== before[k]);
        expect([...changed].sort((a, b) => a - b)).toEqual(differing);
        expect(computed + kept).toBe(width * height + 1);
        expect(malformedTokens).toBe(0);
        everKept += kept;
      }
      expect(everKept).toBeGreaterThan(0);
      expect(start.cells).toEqual(cells);
    },
  );

  it('computes everything where a rule turns the empty board over', async () => {
    const rule = parseRule('B012345678/S').rule;
    const run = { model: life, rule, grid: createGrid(9, 8), generations: 3 };
    let truth = run.grid;
    for await (const { grid, computed } of predictNear(run)) {
      truth = stepReference(truth, rule);
      expect([...grid.cells]).toEqual([...truth.cells]);
      expect(computed).toBeGreaterThanOrEqual(72);
    }
  });
});
