import { describe, expect, it } from 'vitest';
import { runKillings } from './killings.mjs';

const redisServer = process.env.REDIS_PATH;

describe.skipIf(redisServer === undefined)('lifegpt queue', () => {
  it('does every shard once through killed workers and a killed Redis (node queue/killings.mjs does 200)', async () => {
    const { faults, killedWorkersAt, killedRedisAt } = await runKillings(redisServer, 10, 300);
    expect(faults).toEqual([]);
    // both came in the middle
    expect(killedWorkersAt).toBeLessThan(10);
    expect(killedRedisAt).toBeLessThan(10);
  }, 300_000);
});
