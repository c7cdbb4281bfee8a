/**
 * Takes shards of a job from Redis and does them, one after the other, until it is stopped or nothing is
 * left. Doing a shard twice changes nothing: its result is a pure function of the job, and pieces that are
 * there are not done again. So a shard whose worker was killed is simply done by another one.
 */

import { InputError, showValue } from '@lifegpt/core';
import { UnrecoverableError, WaitingError, Worker, type Job } from 'bullmq';
import type { Redis } from 'ioredis';
import { Writable } from 'node:stream';
import type { CommandContext } from '../context.js';
import { folderBelow } from '../folder-path.js';
import type { OpenJob } from '../shard/job-kind.js';
import { findJobKind } from '../shard/job-kinds.js';
import {
  checkTask,
  PREFIX,
  type ShardProgress,
  type ShardQueue,
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
  readonly context: CommandContext;
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

/**
 * Works on a job. A signal gives a running shard back: what it has finished stays.
 * @throws InputError when this machine cannot do the job; its shard goes back to the others
 */
export async function workOnShards(options: WorkOptions): Promise<WorkDone> {
  const { redis, queue, lockSeconds, context } = options;
  const { signal, talk } = context;
  let [shards, failures] = [0, 0];
  const lost = new Map<string, AbortController>();
  const unfit = new AbortController();
  const ending = AbortSignal.any([signal, unfit.signal]);
  const machine = createMachine(options);
  const worker = new Worker<ShardTask, ShardProgress>(
    queue.name,
    async (job, token) => {
      const giveBack = async (): Promise<never> => {
        await job.moveToWait(token!);
        throw new WaitingError();
      };
      if (ending.aborted) return giveBack();
      const stop = new AbortController();
      lost.set(job.id!, stop);
      try {
        const task = checkTask(job.data, `the job ${queue.name} in Redis`);
        const opened = await machine.open(task).catch((error: unknown) => {
          // not the shard's fault: another machine may have what is missing here
          unfit.abort(error);
          throw error;
        });
        const stopped = AbortSignal.any([ending, stop.signal]);
        return await doShard(job, task, opened, context, stopped);
      } catch (error) {
        if (ending.aborted) return giveBack();
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
    talk(`${job.id ?? 'a shard'} is done`.replace('shard-', 'shard '));
  });
  worker.on('failed', (job, error) => {
    failures++;
    const shard = (job?.id ?? 'a shard').replace('shard-', 'shard ');
    talk(`${shard} failed: ${error.message}`);
  });
  worker.on('stalled', (id) => talk(`${id} lost its worker, and is done again`));
  worker.on('lockRenewalFailed', (ids) => {
    // somebody else may do it by now
    for (const id of ids) lost.get(id)?.abort(new Error('another worker took over'));
  });
  worker.on('error', () => {}); // Redis is away: the connection tells
  try {
    await waitForEnd(options, ending);
  } finally {
    await worker.close();
    await machine.close();
  }
  if (unfit.signal.aborted) throw unfit.signal.reason;
  return { shards, failures };
}

/**
 * Where the results of a job go when nobody told this worker: whoever can write into Redis names the folder, so it has to
 * lie where the worker was started.
 */
function chooseFolder(submitted: string): string {
  try {
    return folderBelow(process.cwd(), submitted);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(
      `the job writes to ${showValue(submitted)}, which is not below ${process.cwd()}, where this worker was started; ` +
        `start it there, or give --out`,
    );
  }
}

/** What this machine has opened: one job's models and data, however many of its shards it does. */
function createMachine({ folder, threads }: WorkOptions): {
  open(task: ShardTask): Promise<OpenJob>;
  close(): Promise<void>;
} {
  let opened: OpenJob | null = null;
  return {
    async open({ kind: name, job, folder: submitted }) {
      if (opened !== null) return opened;
      const kind = findJobKind(name);
      const own = folder ?? chooseFolder(submitted);
      await kind.prepareFolder(job, own);
      return (opened = await kind.open(job, own, threads));
    },
    close: async () => opened?.close(),
  };
}

/** Progress goes to Redis, not to this machine's terminal. */
const NOWHERE = (): Writable => new Writable({ write: (_chunk, _encoding, done) => done() });

async function doShard(
  job: Job<ShardTask, ShardProgress>,
  task: ShardTask,
  opened: OpenJob,
  context: CommandContext,
  signal: AbortSignal,
): Promise<ShardProgress> {
  let told = performance.now();
  const own = { ...context, signal, progress: NOWHERE() };
  const { units } = await opened.doShard(task.shard, own, (done) => {
    if (performance.now() - told < INTERVAL) return;
    told = performance.now();
    // a report that is lost is no loss
    void job.updateProgress({ units: done } satisfies ShardProgress).catch(() => {});
  });
  return { units };
}

/** Waits until the signal, or until nothing is left to do. */
async function waitForEnd({ queue, untilDone }: WorkOptions, signal: AbortSignal): Promise<void> {
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
