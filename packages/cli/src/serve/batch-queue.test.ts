import { CONWAY, TORUS } from '@lifegpt/core';
import { describe, expect, it } from 'vitest';
import { createAdmission } from './admission.js';
import { createBatchQueue, type BatchRunner, type BoardQuestion } from './batch-queue.js';
import type { BatchAnswer, BoardBatch } from './inference-thread.js';

/** A runner whose batches end when the test says so; a board's answer is its own cells. */
function createRunner(threads = 1) {
  const batches: BoardBatch[] = [];
  const ends: ((error?: Error) => void)[] = [];
  let free = threads;
  let announce = (): void => {};
  const runner: BatchRunner = {
    countFree: () => free,
    onFree: (listener) => void (announce = listener),
    run: (batch) =>
      new Promise<BatchAnswer>((resolve, reject) => {
        free--;
        batches.push(batch);
        ends.push((error) => {
          free++;
          const tokens = Int32Array.from(batch.states);
          if (error === undefined) resolve({ tokens, forwardPasses: 2, minMargin: 1, seconds: 0 });
          else reject(error);
          announce();
        });
      }),
  };
  return { runner, batches, ends };
}

const question = (cells: number[], model = 'a', isSample = false): BoardQuestion => ({
  model,
  width: cells.length,
  height: 1,
  cells: Uint8Array.from(cells),
  header: { rule: CONWAY, topology: TORUS },
  sampling: isSample ? { temperature: 1, seed: 1 } : null,
});
const never = new AbortController().signal;
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

describe('createBatchQueue', () => {
  it('puts together what is of one model, size and kind, oldest first, up to the limit', async () => {
    const { runner, batches, ends } = createRunner();
    const queue = createBatchQueue(runner, () => 2);
    const asked = [
      question([1, 0, 0]),
      question([0, 1]),
      question([0, 1, 0], 'b'),
      question([0, 1, 0]),
      question([0, 0, 1]),
      question([1, 1, 1], 'a', true),
    ].map((q) => queue.ask(q, never));
    for (let k = 0; k < 5; k++) {
      await turn();
      expect(batches).toHaveLength(k + 1);
      ends[k]!();
    }
    expect(batches.map(({ states }) => [...states])).toEqual([
      [1, 0, 0, 0, 1, 0],
      [0, 1],
      [0, 1, 0],
      [0, 0, 1],
      [1, 1, 1],
    ]);
    const answers = await Promise.all(asked);
    expect(answers.map(({ tokens }) => [...tokens].join(''))).toEqual(
      ['100', '01', '010', '010', '001', '111'], // everybody has its own
    );
    expect(queue.countWaiting()).toBe(0);
  });

  it('forgets a board whose asker left, and fails a batch alone', async () => {
    const { runner, batches, ends } = createRunner();
    const queue = createBatchQueue(runner, () => 8);
    const first = queue.ask(question([1]), never);
    await turn();
    const leaving = new AbortController();
    const left = queue.ask(question([1, 1]), leaving.signal);
    const last = queue.ask(question([1, 1, 1]), never);
    await turn();
    expect(queue.countWaiting()).toBe(2);
    leaving.abort(new Error('left'));
    await expect(left).rejects.toThrow('left');
    ends[0]!(new Error('out of memory'));
    await expect(first).rejects.toThrow('out of memory');
    await turn();
    ends[1]!();
    expect([...(await last).tokens]).toEqual([1, 1, 1]);
    expect(batches).toHaveLength(2);
    await expect(queue.ask(question([1]), leaving.signal)).rejects.toThrow('left');
  });
});

describe('createAdmission', () => {
  it('lets in what there is room for, all of a request or nothing', () => {
    const { enter, countInside } = createAdmission(3);
    const leave = enter(2);
    expect(() => enter(2)).toThrow(/2 boards are under way, and 3 is the most; try again in 1 s/);
    expect(() => enter(2)).toThrow(expect.objectContaining({ status: 429, retryAfter: 1 }));
    expect(() => enter(4)).toThrow(expect.objectContaining({ status: 400, retryAfter: null }));
    leave();
    expect(countInside()).toBe(0);
    enter(3);
    expect(countInside()).toBe(3);
  });
});
