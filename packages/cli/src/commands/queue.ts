/** `lifegpt queue submit | worker | status | remove`: a job's shards over many machines, by Redis. */

import { InputError } from '@lifegpt/core';
import type { Command } from 'commander';
import type { Redis } from 'ioredis';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import type { CommandContext } from '../context.js';
import {
  addDatasetOptions,
  readDatasetOptions,
  type DatasetFlags,
} from '../dataset/config-options.js';
import { listFiles } from '../dataset/config.js';
import { openDatasetFolder } from '../dataset/manifest.js';
import { parseWholeNumber } from '../option-values.js';
import { connectRedis, DEFAULT_REDIS } from '../queue/redis.js';
import {
  checkJobName,
  openShardQueue,
  readJobStatus,
  submitShards,
  type JobStatus,
  type ShardQueue,
} from '../queue/shard-job.js';
import { workOnShards } from '../queue/shard-worker.js';
import { createProgress } from '../terminal/progress.js';

interface QueueFlags {
  readonly redis?: string;
  readonly json?: boolean;
}

interface SubmitFlags extends QueueFlags, DatasetFlags {
  readonly out: string;
  readonly shards?: string;
}

interface WorkerFlags extends QueueFlags {
  readonly out?: string;
  readonly threads?: string;
  readonly lock: string;
  readonly untilDone?: boolean;
}

interface StatusFlags extends QueueFlags {
  readonly wait?: boolean;
}

/** Adds the commands. */
export function registerQueue(program: Command, context: CommandContext): void {
  const queue = program
    .command('queue')
    .description('share the shards of a job out over many machines, by Redis');
  const addCommand = (name: string, description: string): Command =>
    queue
      .command(name)
      .description(description)
      .argument('<name>', 'name of the job')
      .option('--redis <address>', `Redis (else LIFEGPT_REDIS, else ${DEFAULT_REDIS})`);
  const submit = addCommand(
    'submit',
    'put the shards of a data set into the queue; again, it retries what failed',
  ).requiredOption('--out <folder>', 'folder of the data set, which the workers share');
  addDatasetOptions(submit)
    .option('--shards <count>', 'shards (default: one a file)')
    .option('--json', 'print the result as JSON')
    .action((name: string, flags: SubmitFlags) => runSubmit(name, flags, context));
  addCommand('worker', 'do shards of a job until it is stopped; SIGTERM gives the shard back')
    .option('--out <folder>', 'where this machine sees the folder of the data set')
    .option('--threads <count>', 'threads; the bytes do not depend on it')
    .option('--lock <seconds>', 'silence after which a worker counts as dead', '30')
    .option('--until-done', 'end when no shard is left')
    .option('--json', 'print the result as JSON')
    .action((name: string, flags: WorkerFlags) => runWorker(name, flags, context));
  addCommand('status', 'tell where a job stands; exit code 1 when a shard failed for good')
    .option('--wait', 'show progress until every shard is done or has failed')
    .option('--json', 'print as JSON')
    .action((name: string, flags: StatusFlags) => runStatus(name, flags, context));
  addCommand('remove', 'forget a job; its results stay').action((name: string, flags: QueueFlags) =>
    runRemove(name, flags, context),
  );
}

/** Opens a job's queue, and closes it behind the work. */
async function withQueue<T>(
  name: string,
  { redis: asked }: QueueFlags,
  { env, talk }: CommandContext,
  patience: 'forever' | 'never',
  work: (queue: ShardQueue, redis: Redis) => Promise<T>,
): Promise<T> {
  checkJobName(name);
  const address = asked ?? env['LIFEGPT_REDIS'] ?? DEFAULT_REDIS;
  const connection = await connectRedis(address, patience, talk);
  const queue = openShardQueue(connection.redis, name);
  queue.on('error', () => {}); // the connection tells
  try {
    return await work(queue, connection.redis);
  } catch (error) {
    throw explainLostRedis(error, address);
  } finally {
    await queue.close().catch(() => {});
    connection.close();
  }
}

function explainLostRedis(error: unknown, address: string): unknown {
  const isLost =
    error instanceof Error && /max retries|Connection is closed|ECONN/i.test(error.message);
  if (!isLost) return error;
  return new InputError(
    `Redis at ${new URL(address).host} went away (${error.message}); start it and try again`,
  );
}

async function runSubmit(name: string, flags: SubmitFlags, context: CommandContext): Promise<void> {
  const config = readDatasetOptions(flags);
  const files = listFiles(config).length;
  const count =
    flags.shards === undefined ? files : parseWholeNumber('--shards', flags.shards, 1, files);
  const folder = resolve(flags.out);
  await withQueue(name, flags, context, 'never', async (queue) => {
    const tasks = Array.from({ length: count }, (_, index) => {
      return { kind: 'dataset', config, folder, shard: { index, count } } as const;
    });
    // before any worker asks for it: a folder that cannot be is an error here, not on every machine
    await openDatasetFolder(folder, config);
    const { added, retried } = await submitShards(queue, tasks);
    const result = { name, shards: count, files, added, retried };
    if (flags.json === true) return context.print(JSON.stringify(result));
    context.print(
      `${count} shards of ${files} files: ${added} added, ${retried} tried again; ` +
        `now lifegpt queue worker ${name}, here and on other machines`,
    );
  });
}

async function runWorker(name: string, flags: WorkerFlags, context: CommandContext): Promise<void> {
  const { signal, talk, print } = context;
  const threads =
    flags.threads === undefined
      ? availableParallelism()
      : parseWholeNumber('--threads', flags.threads, 1, 256);
  const lockSeconds = parseWholeNumber('--lock', flags.lock, 1, 3600);
  await withQueue(name, flags, context, 'forever', async (queue, redis) => {
    const done = await workOnShards({
      redis,
      queue,
      folder: flags.out === undefined ? null : resolve(flags.out),
      threads,
      lockSeconds,
      untilDone: flags.untilDone === true,
      signal,
      talk,
    });
    if (flags.json === true) print(JSON.stringify({ name, ...done }));
    else print(`${done.shards} shards done, ${done.failures} tries failed`);
  });
}

/** Milliseconds between two looks at a job. */
const LOOK = 1000;

async function runStatus(name: string, flags: StatusFlags, context: CommandContext): Promise<void> {
  const { signal, print } = context;
  await withQueue(name, flags, context, 'never', async (queue) => {
    let status = await readJobStatus(queue);
    const progress = createProgress(context.progress, name, status.rows.total, 'rows');
    try {
      while (flags.wait === true && isOpen(status) && !signal.aborted) {
        const { done, total } = status.shards;
        progress.update(status.rows.done, `${done} of ${total} shards`);
        await new Promise((next) => setTimeout(next, LOOK));
        status = await readJobStatus(queue);
      }
    } finally {
      progress.finish();
    }
    print(flags.json === true ? JSON.stringify(status) : describeStatus(status));
    if (status.shards.failed > 0) context.fail();
  });
}

const isOpen = ({ shards }: JobStatus): boolean => shards.done + shards.failed < shards.total;

function describeStatus({ name, folder, shards, rows, failures }: JobStatus): string {
  const { total, done, active, waiting, failed } = shards;
  const next =
    done === total ? [`all shards are done: lifegpt dataset merge ${folder} checks them`] : [];
  return [
    `${name}: ${done} of ${total} shards done, ${active} running, ${waiting} waiting, ${failed} failed`,
    `${rows.done} of ${rows.total} rows in ${folder}`,
    ...failures.map(({ shard, reason }) => `shard ${shard} failed: ${reason}`),
    ...next,
  ].join('\n');
}

async function runRemove(name: string, flags: QueueFlags, context: CommandContext): Promise<void> {
  await withQueue(name, flags, context, 'never', async (queue) => {
    const { folder } = await readJobStatus(queue);
    await queue.obliterate({ force: true });
    context.print(`${name} is forgotten; its results are in ${folder}`);
  });
}
