import {
  CONWAY,
  createGrid,
  createTokenizer,
  layoutPrompt,
  openStream,
  TORUS,
} from '@lifegpt/core';
import { describe, expect, it } from 'vitest';
import { lineConfig, locationConfig, randomTensors, vocabularyFor } from '../../test/tiny-model.js';
import { cpu } from '../../test/runtime.js';
import { listNeighbourhood } from '../neighbourhood.js';
import { createAttentionProbe } from './attention-probe.js';
import { measureNeighbourhoods, sumAttention, type AttentionWeights } from './attention-weights.js';

const life = { rule: CONWAY, topology: TORUS };

/** Uniform attention over the cells that are given, for every cell, of one head. */
function pretend(
  width: number,
  height: number,
  keysOf: (cell: number) => number[],
): AttentionWeights {
  const layout = layoutPrompt(createTokenizer(vocabularyFor(locationConfig)), width, height);
  return {
    layout,
    written: Array.from({ length: width * height }, (_, cell) => cell),
    margins: new Float32Array(),
    mapHeads(cell) {
      const cells = new Float32Array(width * height);
      const keys = keysOf(cell);
      for (const key of keys) cells[key]! += 1 / keys.length;
      return [{ layer: 0, head: 0, cells, answer: 0, rest: 0 }];
    },
  };
}

describe('listNeighbourhood', () => {
  it('wraps around on a torus and ends at the border of a plane', () => {
    const torus = { topology: TORUS, width: 5, height: 4 };
    expect(listNeighbourhood(torus, 0).sort((a, b) => a - b)).toEqual([
      0, 1, 4, 5, 6, 9, 15, 16, 19,
    ]);
    const plane = { ...torus, topology: { kind: 'plane' } as const };
    expect(listNeighbourhood(plane, 0).sort((a, b) => a - b)).toEqual([0, 1, 5, 6]);
  });
});

describe('measureNeighbourhoods', () => {
  const bounds = { topology: TORUS, width: 5, height: 4 };

  it('is 1 everywhere where all attention is on the neighbourhood', () => {
    const shares = measureNeighbourhoods(
      pretend(5, 4, (cell) => listNeighbourhood(bounds, cell)),
      TORUS,
    );
    expect(shares.map(({ region, cells }) => [region, cells])).toEqual([
      ['inside', 6],
      ['edges', 10],
      ['corners', 4],
    ]);
    for (const { mean, least } of shares) {
      expect(mean).toBeCloseTo(1);
      expect(least).toBeCloseTo(1);
    }
  });

  it('tells regions apart: a head that does not wrap around misses at edges and corners', () => {
    const plane = { ...bounds, topology: { kind: 'plane' } as const };
    // half of the attention on the neighbours of the plane, half on the cell (2, 2)
    const weights = pretend(5, 4, (cell) => {
      const keys = listNeighbourhood(plane, cell);
      return [...keys, ...keys.map(() => 12)];
    });
    const [inside, edges, corners] = measureNeighbourhoods(weights, TORUS);
    expect(inside!.mean).toBeGreaterThan(corners!.mean);
    expect(corners!.least).toBeCloseTo(0.5);
    expect(edges!.least).toBeGreaterThanOrEqual(0.5);
  });
});

describe.each([
  ['texts in a line', lineConfig('learned', 2)],
  ['attention by location', locationConfig],
])('an attention probe of %s', (_name, config) => {
  const tokenizer = createTokenizer(vocabularyFor(config));
  const folder = { name: 'random', config, tokenizer, tensors: randomTensors(config, 3) };
  const random = openStream(4, 'board');
  const draw = () =>
    createGrid(
      4,
      3,
      Uint8Array.from({ length: 12 }, () => random.nextInt(2)),
    );

  it('reads shares that sum to 1, of every head that looks at a board', async () => {
    const probe = createAttentionProbe(folder, cpu);
    const weights = await probe.read(draw(), draw(), life);
    expect(weights.written).toHaveLength(12);
    expect(weights.margins).toHaveLength(12);
    expect(weights.margins.every((margin) => margin > 0 && margin < 100)).toBe(true);
    for (const cell of weights.written) {
      const maps = weights.mapHeads(cell);
      expect(maps).toHaveLength(config.position_scheme === 'location' ? 3 : 4);
      for (const { cells, answer, rest } of maps) {
        expect(cells).toHaveLength(12);
        expect(cells.every((share) => share >= 0)).toBe(true);
        expect(sumAttention({ cells, answer, rest }, weights.written) + answer + rest).toBeCloseTo(
          1,
          5,
        );
        expect(rest).toBeGreaterThan(0);
      }
    }
    await probe.release();
  });

  it('depends on the answer so far at most, and on nothing of it that comes later', async () => {
    const probe = createAttentionProbe(folder, cpu);
    const [state, answer] = [draw(), draw()];
    const changed = createGrid(4, 3, answer.cells.slice());
    changed.cells[6] = 1 - changed.cells[6]!;
    const [before, after] = [
      await probe.read(state, answer, life, [6, 7]),
      await probe.read(state, changed, life, [6, 7]),
    ];
    expect(after.mapHeads(6)).toEqual(before.mapHeads(6));
    expect(after.margins[0]).toBe(before.margins[0]);
    expect(after.margins[1]).not.toBe(before.margins[1]);
    // where a head looks by location hangs on no cell
    const looksElsewhere = config.position_scheme !== 'location';
    const [one, other] = [before, after].map((weights) => JSON.stringify(weights.mapHeads(7)));
    expect(one !== other).toBe(looksElsewhere);
    await probe.release();
  });
});
