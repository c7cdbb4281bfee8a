import { CONWAY, countAlive, formatCells } from '@lifegpt/core';
import { describe, expect, it } from 'vitest';
import { loadEngine } from '../engine.js';
import { openData, openFreshBoards, type BoardBatch, type BoardSource } from './board-source.js';

const engine = await loadEngine();

async function list(source: BoardSource, from = 0): Promise<BoardBatch[]> {
  const batches: BoardBatch[] = [];
  for await (const batch of source.batches(from)) batches.push(batch);
  return batches;
}

describe('openFreshBoards', () => {
  const fresh = {
    boards: 100,
    sizes: [{ weight: 1, height: [32, 32], width: [32, 32] }],
    density: [0, 1],
    rule: CONWAY,
    seed: 5,
  } as const;

  it('draws boards over all order parameters, with the state after them', async () => {
    const batches = await list(openFreshBoards(fresh, '32', engine));
    expect(batches.map(({ boards }) => boards.length)).toEqual([32, 32, 32, 4]);
    const boards = batches.flatMap((batch) => batch.boards);
    expect(boards.map(({ row }) => row)).toEqual(Array.from({ length: 100 }, (_, k) => k + 1));
    expect(new Set(boards.map(({ state }) => formatCells(state))).size).toBe(100);
    const densities = boards.map(({ state }) => countAlive(state) / 1024).sort((a, b) => a - b);
    expect(densities[0]).toBeLessThan(0.1);
    expect(densities[99]).toBeGreaterThan(0.9);
    for (const { state, nextState } of boards) {
      expect(nextState).toEqual(engine.step(state, CONWAY));
    }
  });

  it('goes on from any batch with the same boards', async () => {
    const source = openFreshBoards(fresh, '32', engine);
    expect(await list(source, 2)).toEqual((await list(source)).slice(2));
  });
});

describe('openData', () => {
  it('draws ten boards of the paper’s kinds', async () => {
    const source = await openData('ten-boards', Infinity, engine);
    const [{ boards }] = (await list(source)) as [BoardBatch];
    const alive = boards.map(({ name, state }) => [name, countAlive(state)]);
    expect(alive[0]).toEqual(['order parameter 0', 0]);
    expect(alive[4]).toEqual(['order parameter 1', 1024]);
    expect(alive.slice(5)).toEqual([
      ['glider', 5],
      ['Cloverleaf', 40],
      ['Hammerhead spaceship', 76],
      ['Blinkers', 12],
      ['r-pentomino', 5],
    ]);
    for (const k of [1, 2, 3]) expect((alive[k]![1] as number) / 1024).toBeCloseTo(k / 4, 1);
    expect(await list(source, 1)).toEqual([]);
  });
});
