import {
  CONWAY,
  createGrid,
  createTokenizer,
  HEADER_VOCABULARY,
  layoutPrompt,
  openStream,
  TORUS,
} from '@lifegpt/core';
import { describe, expect, it } from 'vitest';
import { headerConfig, randomTensors, tinyConfig, vocabularyFor } from '../test/tiny-model.js';
import { cpu } from '../runtime.js';
import {
  createAttentionProbe,
  mapAttention,
  measureNeighbourhoods,
  type AttentionWeights,
} from './attention-probe.js';
import { listNeighbourhood } from '../neighbourhood.js';

const tokenizer = createTokenizer(vocabularyFor('border'));
const life = { rule: CONWAY, topology: TORUS };

/** Uniform attention over the cells that are given, for every cell and head. */
function pretend(width: number, height: number, keysOf: (cell: number) => number[]) {
  const layout = layoutPrompt(tokenizer, width, height);
  const layer = new Float32Array(layout.answerTokens * layout.inputTokens);
  for (let cell = 0; cell < width * height; cell++) {
    const keys = keysOf(cell);
    for (const key of keys) {
      layer[cell * layout.inputTokens + layout.firstCell + key]! += 1 / keys.length;
    }
  }
  return {
    layout,
    heads: 1,
    layers: [layer],
    margins: new Float32Array(),
  } satisfies AttentionWeights;
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

describe('an attention probe', () => {
  const config = tinyConfig('border', 2);
  const folder = { name: 'random', config, tokenizer, tensors: randomTensors(config, 3) };
  const random = openStream(4, 'board');
  const draw = () =>
    createGrid(
      4,
      3,
      Uint8Array.from({ length: 12 }, () => random.nextInt(2)),
    );

  it('reads causal rows that sum to 1, of every layer and head', async () => {
    const probe = await createAttentionProbe(folder, cpu);
    const weights = await probe.read(draw(), draw(), life);
    const { inputTokens, answerTokens, promptTokens } = weights.layout;
    expect(weights.layers).toHaveLength(2);
    expect(weights.margins).toHaveLength(answerTokens);
    expect(weights.margins.every((margin) => margin > 0 && margin < 20)).toBe(true);
    for (const layer of weights.layers) {
      expect(layer).toHaveLength(2 * answerTokens * inputTokens);
      for (let row = 0; row < 2 * answerTokens; row++) {
        const cell = row % answerTokens;
        const values = layer.subarray(row * inputTokens, (row + 1) * inputTokens);
        expect(values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5);
        expect(values.subarray(promptTokens + cell).every((value) => value === 0)).toBe(true);
        expect(values[promptTokens - 1 + cell]).toBeGreaterThan(0);
      }
    }
    await probe.release();
  });

  it('has the header’s keys in the first layer that reads one, and its last one in the others', async () => {
    const reading = headerConfig();
    const probe = await createAttentionProbe(
      {
        name: 'tiny',
        config: reading,
        tokenizer: createTokenizer(HEADER_VOCABULARY),
        tensors: randomTensors(reading, 3),
      },
      cpu,
    );
    const { layers, layout } = await probe.read(draw(), draw(), life);
    const { inputTokens, answerTokens, firstCell, promptTokens } = layout;
    for (let row = 0; row < 2 * answerTokens; row++) {
      const [first, second] = layers.map((layer) =>
        layer.subarray(row * inputTokens, (row + 1) * inputTokens),
      );
      for (const values of [first!, second!]) {
        expect(values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5);
      }
      expect(first!.subarray(0, firstCell).every((value) => value > 0)).toBe(true);
      const own = promptTokens + (row % answerTokens);
      expect(second!.subarray(0, firstCell - 1).every((value) => value === 0)).toBe(true);
      expect(second!.subarray(firstCell - 1, own).every((value) => value > 0)).toBe(true);
    }
    await probe.release();
  });

  it('depends on the answer so far, and on nothing of it that comes later', async () => {
    const probe = await createAttentionProbe(folder, cpu);
    const [state, answer] = [draw(), draw()];
    const changed = createGrid(4, 3, answer.cells.slice());
    changed.cells[6] = 1 - changed.cells[6]!;
    const [before, after] = [
      await probe.read(state, answer, life),
      await probe.read(state, changed, life),
    ];
    const at = (weights: AttentionWeights, cell: number) =>
      mapAttention(weights, { layer: 1, head: 1, cell });
    expect(at(after, 6)).toEqual(at(before, 6));
    expect(at(after, 7)).not.toEqual(at(before, 7));
    const map = at(before, 7);
    const total = map.cells.reduce((sum, weight) => sum + weight, map.answer + map.markers);
    expect(total).toBeCloseTo(1, 5);
    await probe.release();
  });
});
