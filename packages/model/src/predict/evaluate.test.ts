import { TOPOLOGY_TOKENS, tokenOfTopology, type ExampleRequest } from '@lifegpt/core';
import { describe, expect, it } from 'vitest';
import { referenceSource } from '../../test/example-source.js';
import { locationConfig, randomModel } from '../../test/tiny-model.js';
import { decodeJacobi } from '../decode/jacobi.js';
import { evaluateFreshBoards } from './evaluate.js';

describe('evaluateFreshBoards', () => {
  it('draws every topology that the model knows, spheres square, and no board above the largest area', async () => {
    const model = await randomModel(locationConfig, 1);
    const asked: ExampleRequest[] = [];
    const source = {
      ...referenceSource,
      draw: (request: ExampleRequest) => {
        asked.push(request);
        return referenceSource.draw(request);
      },
    };
    const counts = await evaluateFreshBoards(model, decodeJacobi, {
      source,
      seed: 1,
      sizes: 40,
      boardsPerSize: 2,
      maxArea: 12,
    });
    await model.release();
    expect(counts.boards).toBe(80);
    expect(counts.cells).toBe(
      2 * asked.reduce((sum, { width, height }) => sum + width * height, 0),
    );
    expect(Math.max(...asked.map(({ width, height }) => width * height))).toBe(12);
    const found = new Set(asked.map(({ topology }) => tokenOfTopology(topology!)));
    expect([...found].sort()).toEqual([...TOPOLOGY_TOKENS].sort());
    for (const { topology, width, height } of asked) {
      expect(topology!.kind !== 'sphere' || width === height).toBe(true);
    }
  });
});
