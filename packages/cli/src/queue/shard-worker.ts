/**
 * Takes shards of a job from Redis and does them, one after the other, until it is stopped or nothing is
 * left. Doing a shard twice changes nothing: its files are a pure function of the job, and those that are
 * there are not written again. So a shard whose worker was killed is simply done by another one.
 */

import { InputError } from '@lifegpt/core';
import { UnrecoverableError, WaitingError, Worker, type Job } from 'bullmq';
import type { Redis } from 'ioredis';
import { generateDataset } from '../dataset/generate.js';
import {
  PREFIX,
  type ShardProgress,
  type ShardQueue,
  type ShardResult,
  type ShardTask,
} from './shard-job.js';

/** How to work. */
export interface WorkOptions {
  readonly redis: Redis;
  readonly queue: ShardQueue;
  /** Where this machine sees the folder of the results; null when as the submitting one. */
  readonly folder: string | null;
  readonly threads: number;
  /** Seconds after which a worker that says nothing counts as dead. */
  readonly lockSeconds: number;
  /** Ends when every shard is done or has failed for good. */
  readonly untilDone: boolean;
  readonly signal: AbortSignal;
  readonly talk: (line: string) => void;
}

/** What a worker did. */
export interface WorkDone {
  readonly shards: number;
  readonly failures: number;
}

/** A shard may lose so many workers before it counts as what kills them. */
const MOST_STALLS = 10;
/** Milliseconds between two reports of progress, and between two looks for the end. */
const INTERVAL = 1000;

/** Works on a job. A signal gives a running shard back: what it has finished stays. */
export async function workOnShards(options: WorkOptions): Promise<WorkDone> {
  const { redis, queue, lockSeconds, signal, talk } = options;
  let [shards, failures] = [0, 0];
  const lost = new Map<string, AbortController>();
  const worker = new Worker<ShardTask, ShardResult>(
    queue.name,
    async (job, token) => {
      const stop = new AbortController();
      lost.set(job.id!, stop);
      try {
        return await doShard(job, options, AbortSignal.any([signal, stop.signal]));
      } catch (error) {
        if (signal.aborted) {
          await job.moveToWait(token!);
          throw new WaitingError();
        }
        throw error instanceof InputError ? new UnrecoverableError(error.message) : error;
      } finally {
        lost.delete(job.id!);
      }
    },
    {
      connection: redis,
      prefix: PREFIX,
      concurrency: 1,
      lockDuration: 1000 * lockSeconds,
      stalledInterval: 1000 * lockSeconds,
      maxStalledCount: MOST_STALLS,
    },
  );
  worker.on('completed', (job) => {
    shards++;
    talk(`shard ${job.data.shard.index} is done`);
  });
  worker.on('failed', (job, error) => {
    failures++;
    const shard = job === undefined ? 'a shard' : `shard ${job.data.shard.index}`;
    talk(`${shard} failed: ${error.message}`);
  });
  worker.on('stalled', (id) => talk(`${id} lost its worker, and is done again`));
  worker.on('lockRenewalFailed', (ids) => {
    // somebody else may do it by now
    for (const id of ids) lost.get(id)?.abort(new Error('another worker took over'));
  });
  worker.on('error', () => {}); // Redis is away: the connection tells
  try {
    await waitForEnd(options);
  } finally {
    await worker.close();
  }
  return { shards, failures };
}

async function doShard(
  job: Job<ShardTask, ShardResult>,
  { folder, threads }: WorkOptions,
  signal: AbortSignal,
): Promise<ShardResult> {
  const { config, shard, folder: submitted } = job.data;
  let told = performance.now();
  const { files } = await generateDataset({
    config,
    folder: folder ?? submitted,
    shard,
    threads,
    signal,
    onProgress(rows) {
      if (performance.now() - told < INTERVAL) return;
      told = performance.now();
      // a report that is lost is no loss
      void job.updateProgress({ rows } satisfies ShardProgress).catch(() => {});
    },
  });
  return {
    rows: files.reduce((sum, file) => sum + file.rows, 0),
    files: files.map(({ path, sha256 }) => ({ path, sha256 })),
  };
}

/** Waits until the signal, or until nothing is left to do. */
async function waitForEnd({ queue, signal, untilDone }: WorkOptions): Promise<void> {
  while (!signal.aborted) {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(end, INTERVAL);
      signal.addEventListener('abort', end, { once: true });
      function end(): void {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        resolve();
      }
    });
    if (!untilDone || signal.aborted) continue;
    const { completed, failed, ...open } = await queue.getJobCounts();
    const left = Object.values(open).reduce((all, n) => all + n, 0);
    if (left === 0 && (completed ?? 0) + (failed ?? 0) > 0) return;
  }
}
