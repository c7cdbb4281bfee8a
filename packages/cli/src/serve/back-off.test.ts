import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createBackOff } from './back-off.js';

describe('createBackOff', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
  afterEach(() => void vi.useRealTimers());

  /** Whether a promise is settled once the event loop has turned. */
  const isOver = async (wait: Promise<void>): Promise<boolean> =>
    Promise.race([
      wait.then(() => true),
      new Promise<boolean>((resolve) => setTimeout(resolve, 15, false)),
    ]);

  it('keeps a client that was refused until its time, and nobody else', async () => {
    const backOff = createBackOff();
    backOff.refuse('greedy', 1);
    expect(await isOver(backOff.wait('honest'))).toBe(true);
    expect(await isOver(backOff.wait('greedy'))).toBe(false);
    vi.advanceTimersByTime(1006);
    expect(await isOver(backOff.wait('greedy'))).toBe(true);
    backOff.end();
  });

  it('lets those who waited in one after the other', async () => {
    const backOff = createBackOff();
    backOff.refuse('greedy', 0.1);
    const began = Date.now();
    const times = await Promise.all(
      Array.from({ length: 10 }, () => backOff.wait('greedy').then(() => Date.now() - began)),
    );
    // the k-th not before its time; on a busy machine later
    times.forEach((time, k) => expect(time).toBeGreaterThanOrEqual(95 + 5 * k));
  });

  it('keeps nobody once it has ended', async () => {
    const backOff = createBackOff();
    backOff.refuse('greedy', 5);
    const kept = backOff.wait('greedy');
    backOff.end();
    expect(await isOver(kept)).toBe(true);
    expect(await isOver(backOff.wait('greedy'))).toBe(true);
  });
});
