/** `lifegpt queue submit | worker | status | remove`: a job's shards over many machines, by Redis. */

import type { Command } from 'commander';
import { addExamples } from '../command-examples.js';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { quoteWord } from '../terminal/wrap.js';
import type { CommandContext } from '../context.js';
import { parseWholeNumber } from '../option-values.js';
import { addQueueOptions, withQueue, type QueueFlags } from '../queue/open-queue.js';
import { forgetJob, readJobStatus, type JobStatus } from '../queue/shard-job.js';
import { workOnShards } from '../queue/shard-worker.js';
import { countNoun, formatCount } from '../terminal/count.js';
import { createProgress } from '../terminal/progress.js';
import { registerSubmit } from './queue-submit.js';

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
    addQueueOptions(queue.command(name).description(description));
  registerSubmit(queue, context);
  addCommand('worker', 'do shards of a job until it is stopped; SIGTERM gives the shard back')
    .option('--out <folder>', 'where this machine sees the folder of the results')
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
  addExamples(queue, 'worker', [
    ['boards', 'on each machine; SIGTERM gives the shard back'],
    ['boards --out mnt/boards --until-done', 'where the folder is elsewhere; ends with the job'],
  ]);
  addExamples(queue, 'status', [['boards --wait', 'progress of all machines until the end']]);
  addExamples(queue, 'remove', [['boards', 'forgets the job, keeps its results']]);
}

async function runWorker(name: string, flags: WorkerFlags, context: CommandContext): Promise<void> {
  const threads =
    flags.threads === undefined
      ? availableParallelism()
      : parseWholeNumber('--threads', flags.threads, 1, 256);
  const lockSeconds = parseWholeNumber('--lock', flags.lock, 1, 3600);
  context.leave('a shard that was begun goes back to the queue');
  await withQueue(name, flags, context, 'forever', async (queue, redis) => {
    const isThere = await readJobStatus(queue).then(
      () => true,
      () => false,
    );
    if (!isThere) context.talk(`there is no job '${name}' yet; waiting for it, until Ctrl-C`);
    const done = await workOnShards({
      redis,
      queue,
      folder: flags.out === undefined ? null : resolve(flags.out),
      threads,
      lockSeconds,
      untilDone: flags.untilDone === true,
      context,
    });
    if (flags.json === true) context.printJson({ name, ...done });
    else {
      const failed = countNoun(done.failures, 'try', 'tries');
      context.print(`${countNoun(done.shards, 'shard')} done, ${failed} failed`);
    }
  });
}

/** Milliseconds between two looks at a job. */
const LOOK = 1000;

async function runStatus(name: string, flags: StatusFlags, context: CommandContext): Promise<void> {
  const { signal, print } = context;
  await withQueue(name, flags, context, 'never', async (queue) => {
    let status = await readJobStatus(queue);
    const progress = createProgress(context.progress, name, status.work.total, status.work.unit);
    try {
      while (flags.wait === true && isOpen(status) && !signal.aborted) {
        const { done, total } = status.shards;
        progress.update(status.work.done, `${formatCount(done)} of ${countNoun(total, 'shard')}`);
        await new Promise((next) => setTimeout(next, LOOK));
        status = await readJobStatus(queue);
      }
    } finally {
      progress.finish();
    }
    if (flags.json === true) context.printJson(status);
    else print(describeStatus(status, context.program));
    if (status.shards.failed > 0) context.fail();
  });
}

const isOpen = ({ shards }: JobStatus): boolean => shards.done + shards.failed < shards.total;

function describeStatus(
  { name, folder, shards, work, failures }: JobStatus,
  program: string,
): string {
  const { total, done, active, waiting, failed } = shards;
  const next =
    done === total
      ? [`all shards are done: ${program} merge ${quoteWord(folder)} checks them`]
      : [];
  return [
    `${name}: ${formatCount(done)} of ${countNoun(total, 'shard')} done, ${formatCount(active)} running, ${formatCount(waiting)} waiting, ${formatCount(failed)} failed`,
    `${formatCount(work.done)}${work.total === null ? '' : ` of ${formatCount(work.total)}`} ${work.unit} in ${folder}`,
    ...failures.map(({ shard, reason }) => `shard ${shard} failed: ${reason}`),
    ...next,
  ].join('\n');
}

async function runRemove(name: string, flags: QueueFlags, context: CommandContext): Promise<void> {
  await withQueue(name, flags, context, 'never', async (queue, redis) => {
    const folder = await forgetJob(redis, queue);
    context.print(`${name} is forgotten; its results are in ${folder}`);
  });
}
