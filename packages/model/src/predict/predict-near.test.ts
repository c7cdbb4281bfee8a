import { CONWAY, createGrid, openStream, stepReference, topologyOfToken } from '@lifegpt/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { readShippedModel } from '../../test/shipped-model.js';
import type { LanguageModel } from '../network/language-model.js';
import { predictNear } from './predict-near.js';

describe('a run with kept tokens', () => {
  let life: LanguageModel;
  beforeAll(async () => {
    life = await readShippedModel('life');
  });

  it('goes the way of the truth, and says which cells changed', async () => {
    const random = openStream(3, 'board');
    const cells = Uint8Array.from({ length: 20 * 24 }, () => Number(random.nextInt(4) === 0));
    const start = createGrid(24, 20, cells);
    const topology = topologyOfToken('K');
    let truth = start;
    for await (const { grid, changed, computed, kept, malformedTokens } of predictNear({
      model: life,
      rule: CONWAY,
      topology,
      grid: start,
      generations: 12,
    })) {
      const before = truth.cells;
      truth = stepReference(truth, CONWAY, topology);
      expect(grid.cells).toEqual(truth.cells);
      const differing = [...truth.cells.keys()].filter((k) => truth.cells[k] !== before[k]);
      expect([...changed].sort((a, b) => a - b)).toEqual(differing);
      expect(computed + kept).toBe(24 * 20 + 1);
      expect(malformedTokens).toBe(0);
    }
    expect(start.cells).toEqual(cells);
  });
});
