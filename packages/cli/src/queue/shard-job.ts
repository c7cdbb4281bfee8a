/**
 * A job of many shards in Redis: a BullMQ queue of the job's name, and in it a job a shard whose id is the
 * shard's number. So a shard is there once, however often the job is submitted.
 */

import { InputError } from '@lifegpt/core';
import { Queue, type JobsOptions } from 'bullmq';
import type { Redis } from 'ioredis';
import { hashConfig, type DatasetConfig } from '../dataset/config.js';
import type { Shard } from '../dataset/shard.js';

/** What a worker is told of a shard. */
export interface ShardTask {
  readonly kind: 'dataset';
  readonly config: DatasetConfig;
  /** Folder of the results, as the submitting machine sees it. */
  readonly folder: string;
  readonly shard: Shard;
}

/** What a worker tells of a finished shard. */
export interface ShardResult {
  readonly rows: number;
  readonly files: readonly { readonly path: string; readonly sha256: string }[];
}

/** How far a shard is. */
export interface ShardProgress {
  readonly rows: number;
}

/** Keys of all queues begin with this. */
export const PREFIX = 'lifegpt';

/** The queue of a job. */
export type ShardQueue = Queue<ShardTask, ShardResult>;

/** Opens a job's queue; it need not exist. @throws InputError at a name that is none */
export function openShardQueue(redis: Redis, name: string): ShardQueue {
  return new Queue<ShardTask, ShardResult>(checkJobName(name), {
    connection: redis,
    prefix: PREFIX,
  });
}

/** @throws InputError at a name that is none */
export function checkJobName(name: string): string {
  if (!/^[\w.-]{1,64}$/.test(name)) {
    throw new InputError(
      `'${name}' is no name of a job; up to 64 letters, digits, dots, dashes and underscores are`,
    );
  }
  return name;
}

/** A shard is tried so often, the first time after a second, then twice as long each time. */
const RETRIES: JobsOptions = {
  attempts: 5,
  backoff: { type: 'exponential', delay: 1000, jitter: 0.5 },
  // what is finished stays, so that submitting again adds nothing and the status knows everything
  removeOnComplete: false,
  removeOnFail: false,
};
/** Shards that go to Redis in one step. */
const AT_ONCE = 1000;

/** What submitting came to. */
export interface Submitted {
  /** Shards that were not there before. */
  readonly added: number;
  /** Shards that had failed for good, and are tried again. */
  readonly retried: number;
}

/**
 * Puts the shards of a job into its queue. Once more, it adds what is missing and tries again what failed.
 * @throws InputError when another job has the name
 */
export async function submitShards(
  queue: ShardQueue,
  tasks: readonly ShardTask[],
): Promise<Submitted> {
  const before = await checkSameJob(queue, tasks[0]!);
  for (let from = 0; from < tasks.length; from += AT_ONCE) {
    const some = tasks.slice(from, from + AT_ONCE);
    await queue.addBulk(
      some.map((data) => {
        return { name: data.kind, data, opts: { ...RETRIES, jobId: nameShard(data.shard) } };
      }),
    );
  }
  const failed = await queue.getFailed();
  for (const job of failed) await job.retry('failed', { resetAttemptsMade: true });
  return { added: tasks.length - before, retried: failed.length };
}

/** BullMQ takes no bare numbers for ids. */
const nameShard = ({ index }: Shard): string => `shard-${index}`;

/** Shards that are there already. @throws InputError when they are another job's */
async function checkSameJob(queue: ShardQueue, task: ShardTask): Promise<number> {
  const first = await queue.getJob(nameShard(task.shard));
  if (first === undefined) return 0;
  const { config, folder, shard } = first.data;
  const isSame =
    hashConfig(config) === hashConfig(task.config) &&
    folder === task.folder &&
    shard.count === task.shard.count;
  if (!isSame) {
    throw new InputError(
      `there is another job '${queue.name}' (config ${hashConfig(config).slice(0, 12)}, ` +
        `${shard.count} shards, in ${folder}); choose another name, or lifegpt queue remove ${queue.name}`,
    );
  }
  return sum(Object.values(await queue.getJobCounts()));
}

/** Where a job stands. */
export interface JobStatus {
  readonly name: string;
  readonly folder: string;
  readonly shards: {
    readonly total: number;
    readonly done: number;
    readonly active: number;
    readonly waiting: number;
    readonly failed: number;
  };
  /** Rows of finished and of running shards. */
  readonly rows: { readonly done: number; readonly total: number };
  /** Shards that failed for good. */
  readonly failures: readonly { readonly shard: number; readonly reason: string }[];
}

/** Failures that are listed. */
const LISTED = 20;

/** Reads where a job stands. @throws InputError when there is none of that name */
export async function readJobStatus(queue: ShardQueue): Promise<JobStatus> {
  const counts = await queue.getJobCounts();
  const total = sum(Object.values(counts));
  const first = await queue.getJob('shard-0');
  if (first === undefined) {
    throw new InputError(`there is no job '${queue.name}'; lifegpt queue submit makes one`);
  }
  const [done, active] = [counts['completed'] ?? 0, counts['active'] ?? 0];
  const failed = await queue.getFailed(0, LISTED - 1);
  const running = await queue.getActive();
  const rowsOf = (progress: unknown): number => (progress as Partial<ShardProgress>).rows ?? 0;
  return {
    name: queue.name,
    folder: first.data.folder,
    shards: {
      total,
      done,
      active,
      failed: counts['failed'] ?? 0,
      waiting: total - done - active - (counts['failed'] ?? 0),
    },
    rows: {
      done:
        (await readRowsDone(queue, done)) + sum(running.map(({ progress }) => rowsOf(progress))),
      total: sum(Object.values(first.data.config.rows)),
    },
    failures: failed.map((job) => ({
      shard: job.data.shard.index,
      reason: job.failedReason ?? 'unknown',
    })),
  };
}

async function readRowsDone(queue: ShardQueue, done: number): Promise<number> {
  let rows = 0;
  for (let from = 0; from < done; from += AT_ONCE) {
    const jobs = await queue.getCompleted(from, from + AT_ONCE - 1);
    rows += sum(jobs.map(({ returnvalue }) => returnvalue?.rows ?? 0));
  }
  return rows;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, n) => all + n, 0);
