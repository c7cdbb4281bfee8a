import { expect, it } from 'vitest';
import { judge, load } from './load.mjs';

it('lifegpt serve answers many clients rightly, refuses what is too much (node serve/load.mjs does it for long)', async () => {
  const figures = await load(40, { amount: 300 });
  // a short run beside other tests says nothing of times and memory
  expect(judge(figures, { eventLoopDelayP99: 1, recovery: 5, memoryGrowth: 1 })).toEqual([]);
}, 60_000);
