/**
 * Near-ties are decided token by token, a pass each. A thread of its own does that, so that nobody waits behind it; it is
 * started when the first one comes, since most servers never see any.
 */

import type { BatchRunner } from './batch-queue.js';
import { startInferencePool, type InferencePool, type PoolOptions } from './inference-pool.js';

/** A runner that starts when it is needed. */
export interface SlowLane extends BatchRunner {
  stop(patience?: number): Promise<void>;
}

/** Makes the lane; nothing is started yet. */
export function createSlowLane(options: Omit<PoolOptions, 'threads'>): SlowLane {
  let pool: Promise<InferencePool> | null = null;
  let isBusy = false;
  let announceFree = (): void => {};
  return {
    countFree: () => (isBusy ? 0 : 1),
    onFree: (listener) => void (announceFree = listener),
    async run(batch, signal) {
      isBusy = true;
      try {
        pool ??= startInferencePool({ ...options, threads: 1 });
        const started = await pool.catch((error: unknown) => {
          pool = null; // the next one tries again
          throw error;
        });
        return await started.run(batch, signal);
      } finally {
        isBusy = false;
        announceFree();
      }
    },
    async stop(patience) {
      const started = await pool?.catch(() => null);
      await started?.stop(patience);
    },
  };
}
