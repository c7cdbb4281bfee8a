/**
 * A job of many shards in Redis: a BullMQ queue of the job's name, and in it a job a shard whose id is the
 * shard's number. So a shard is there once, however often the job is submitted.
 */

import { checkShape, InputError, shapes } from '@lifegpt/core';
import { Queue, type JobsOptions } from 'bullmq';
import type { Redis } from 'ioredis';
import { parseJson } from '../bounded-file.js';
import { findJobKind } from '../shard/job-kinds.js';
import { hashJson } from '../shard/piece-folder.js';
import type { Shard } from '../shard/shard.js';
import { countNoun } from '../terminal/count.js';

/** What a worker is told of a shard. */
export interface ShardTask {
  /** Name of a kind of job. */
  readonly kind: string;
  readonly job: object;
  /** Folder of the results, as the submitting machine sees it. */
  readonly folder: string;
  readonly shard: Shard;
}

const { record, text, wholeNumber } = shapes;

const TASK = record<ShardTask>({
  kind: text(64),
  job: (value, place) =>
    typeof value === 'object' && value !== null
      ? value
      : shapes.failShape(value, place, 'the description of a job'),
  folder: text(4096),
  shard: record<Shard>({ index: wholeNumber(0), count: wholeNumber(1, 1_000_000) }),
});

/**
 * Checks what Redis says of a shard: others may have written it.
 * @throws InputError naming the field that does not fit
 */
export function checkTask(value: unknown, source: string): ShardTask {
  const { kind, job, folder, shard } = checkShape(TASK, value, source);
  if (shard.index >= shard.count) {
    throw new InputError(`${source}: shard ${shard.index} of ${shard.count} cannot be`);
  }
  return { kind, folder, shard, job: findJobKind(kind).checkJob(job, source) };
}

/** What a worker tells of a finished shard, and of a running one. */
export interface ShardProgress {
  readonly units: number;
}

/** Keys of all queues begin with this. */
export const PREFIX = 'lifegpt';

/** The queue of a job. */
export type ShardQueue = Queue<ShardTask, ShardProgress>;

/** Opens a job's queue; it need not exist. @throws InputError at a name that is none */
export function openShardQueue(redis: Redis, name: string): ShardQueue {
  return new Queue<ShardTask, ShardProgress>(checkJobName(name), {
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

/** What a name stands for, as Redis keeps it from the first submission on. */
interface Claim {
  readonly kind: string;
  readonly hash: string;
  readonly shards: number;
  readonly folder: string;
}

const CLAIM = 'lifegpt:job';

/**
 * Takes a name for a job, in one step: of two that want it for different jobs at the same moment one is
 * refused before it has added a shard.
 * @throws InputError when the name is another job's
 */
export async function claimName(redis: Redis, queue: ShardQueue, task: ShardTask): Promise<void> {
  await redis.hsetnx(keyOf(queue), CLAIM, describeClaim(task));
  await checkName(redis, queue, task);
}

/** @throws InputError when the name is another job's */
export async function checkName(redis: Redis, queue: ShardQueue, task: ShardTask): Promise<void> {
  const found = await redis.hget(keyOf(queue), CLAIM);
  if (found === null || found === describeClaim(task)) return;
  const { kind, hash, shards, folder } = readClaim(found, queue);
  throw new InputError(
    `there is another job '${queue.name}' (${kind} ${hash.slice(0, 12)}, ` +
      `${countNoun(shards, 'shard')}, in ${folder}); choose another name, or lifegpt queue remove ${queue.name}`,
  );
}

/**
 * Forgets a job, also one whose name was taken and that never got a shard.
 * @returns the folder of its results
 * @throws InputError when there is no such job
 */
export async function forgetJob(redis: Redis, queue: ShardQueue): Promise<string> {
  const claim = await redis.hget(keyOf(queue), CLAIM);
  if (claim === null) throw noJob(queue);
  await queue.obliterate({ force: true });
  return readClaim(claim, queue).folder;
}

const CLAIM_SHAPE = record<Claim>({
  kind: text(64),
  hash: text(64),
  shards: wholeNumber(1),
  folder: text(4096),
});

function readClaim(written: string, { name }: ShardQueue): Claim {
  const source = `the job ${name} in Redis`;
  return checkShape(CLAIM_SHAPE, parseJson(written, source), source);
}

const noJob = ({ name }: ShardQueue): InputError =>
  new InputError(`there is no job '${name}'; lifegpt queue submit makes one`);

/** Among what BullMQ knows of the queue, so that removing the queue forgets it. */
const keyOf = (queue: ShardQueue): string => queue.toKey('meta');

function describeClaim({ kind, job, folder, shard }: ShardTask): string {
  const hash = hashJson([kind, job]);
  return JSON.stringify({ kind, hash, shards: shard.count, folder } satisfies Claim);
}

/** Puts the shards of a job into its queue. Once more, it adds what is missing and tries again what failed. */
export async function submitShards(
  queue: ShardQueue,
  tasks: readonly ShardTask[],
): Promise<Submitted> {
  const before = await countShards(queue);
  for (let from = 0; from < tasks.length; from += AT_ONCE) {
    const some = tasks.slice(from, from + AT_ONCE);
    await queue.addBulk(
      some.map((data) => {
        return { name: data.kind, data, opts: { ...RETRIES, jobId: `shard-${data.shard.index}` } };
      }),
    );
  }
  const failed = await queue.getFailed();
  for (const job of failed) await job.retry('failed', { resetAttemptsMade: true });
  return { added: (await countShards(queue)) - before, retried: failed.length };
}

const countShards = async (queue: ShardQueue): Promise<number> =>
  sum(Object.values(await queue.getJobCounts()));

/** Where a job stands. */
export interface JobStatus {
  readonly name: string;
  readonly kind: string;
  readonly folder: string;
  readonly shards: {
    readonly total: number;
    readonly done: number;
    readonly active: number;
    readonly waiting: number;
    readonly failed: number;
  };
  /** Rows, boards, sizes or trainings of finished and of running shards. */
  readonly work: {
    readonly unit: string;
    readonly done: number;
    /** Null where nobody has counted them. */
    readonly total: number | null;
  };
  /** Shards that failed for good. */
  readonly failures: readonly { readonly shard: number; readonly reason: string }[];
}

/** Failures that are listed. */
const LISTED = 20;

/** Reads where a job stands. @throws InputError when there is none of that name */
export async function readJobStatus(queue: ShardQueue): Promise<JobStatus> {
  const counts = await queue.getJobCounts();
  const total = sum(Object.values(counts));
  const found = (await queue.getJob('shard-0'))?.data;
  if (found === undefined) throw noJob(queue);
  const first = checkTask(found, `the job ${queue.name} in Redis`);
  const kind = findJobKind(first.kind);
  const [done, active] = [counts['completed'] ?? 0, counts['active'] ?? 0];
  const failed = await queue.getFailed(0, LISTED - 1);
  const running = await queue.getActive();
  const unitsOf = (progress: unknown): number =>
    Number((progress as Partial<ShardProgress> | null)?.units) || 0;
  return {
    name: queue.name,
    kind: first.kind,
    folder: first.folder,
    shards: {
      total,
      done,
      active,
      failed: counts['failed'] ?? 0,
      waiting: total - done - active - (counts['failed'] ?? 0),
    },
    work: {
      unit: kind.unit,
      done:
        (await readUnitsDone(queue, done)) + sum(running.map(({ progress }) => unitsOf(progress))),
      total: kind.countUnits(first.job),
    },
    failures: failed.map((job) => ({
      shard: Number(job.id?.replace('shard-', '')),
      reason: job.failedReason ?? 'unknown',
    })),
  };
}

async function readUnitsDone(queue: ShardQueue, done: number): Promise<number> {
  let units = 0;
  for (let from = 0; from < done; from += AT_ONCE) {
    const jobs = await queue.getCompleted(from, from + AT_ONCE - 1);
    units += sum(jobs.map(({ returnvalue }) => returnvalue?.units ?? 0));
  }
  return units;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, n) => all + n, 0);
