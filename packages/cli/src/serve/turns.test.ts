import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createTurns } from './turns.js';

/** Milliseconds that ten turns take together, and the order in which they came. */
async function timeTurns(takeTurn: () => Promise<void>): Promise<[number, number[]]> {
  const began = performance.now();
  const order: number[] = [];
  await Promise.all(
    Array.from({ length: 10 }, async (_, k) => {
      await takeTurn();
      order.push(k);
    }),
  );
  return [performance.now() - began, order];
}

function blockLoop(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

it('gives turns in order, with pauses while the event loop is busy', async () => {
  const takeTurn = createTurns();
  await setTimeout(60);
  const [idle, order] = await timeTurns(takeTurn);
  expect(order).toEqual([...order.keys()]);
  await setTimeout(60);
  await takeTurn();
  blockLoop(60);
  const [busy, later] = await timeTurns(takeTurn);
  expect(later).toEqual([...later.keys()]);
  expect(busy).toBeGreaterThan(15); // half of ten pauses; after them the loop is found idle
  expect(idle).toBeLessThan(busy);
});
