/** `lifegpt queue submit dataset | eval | ablate`: the shards of a job, put into a queue. */

import type { Command } from 'commander';
import { addExamples } from '../command-examples.js';
import { resolve } from 'node:path';
import { checkAblation } from '../ablation/ablation.js';
import { ablationKind } from '../ablation/ablation-job.js';
import type { CommandContext } from '../context.js';
import {
  addDatasetOptions,
  readDatasetOptions,
  type DatasetFlags,
} from '../dataset/config-options.js';
import { datasetKind } from '../dataset/dataset-job.js';
import { evaluationKind } from '../evaluation/evaluation-job.js';
import { openEvaluation } from '../evaluation/open-evaluation.js';
import {
  addEvaluationOptions,
  readEvaluationRequest,
  type EvaluationFlags,
} from '../evaluation/request.js';
import { DEVICES, parseChoice, parseWholeNumber } from '../option-values.js';
import { addQueueOptions, withQueue, type QueueFlags } from '../queue/open-queue.js';
import { checkName, claimName, submitShards } from '../queue/shard-job.js';
import { ABLATIONS, readProjectJson } from '../recipe-argument.js';
import { countNoun, formatCount } from '../terminal/count.js';
import type { JobKind } from '../shard/job-kind.js';

interface SubmitFlags extends QueueFlags {
  readonly out: string;
  readonly shards?: string;
}

/** Most shards of a job. */
const MOST_SHARDS = 1_000_000;
/** Shards of an evaluation when nobody says. */
const DEFAULT_PIECES = '16';

/** Adds the commands. */
export function registerSubmit(queue: Command, context: CommandContext): void {
  const submit = queue
    .command('submit')
    .description('put the shards of a job into the queue; again, it retries what failed');
  const addJob = (kind: string, description: string): Command =>
    addQueueOptions(submit.command(kind).description(description)).requiredOption(
      '--out <folder>',
      'folder of the results, which the workers share',
    );
  const addEnd = (command: Command, shards: string, value?: string): Command =>
    command.option('--shards <count>', shards, value).option('--json', 'print the result as JSON');

  addEnd(
    addDatasetOptions(addJob('dataset', 'what lifegpt dataset generate does')),
    'shards (default: one a file)',
  ).action(async (name: string, flags: SubmitFlags & DatasetFlags) => {
    const config = await readDatasetOptions(flags);
    await submitJob(name, datasetKind, config, flags, context);
  });
  addEnd(
    addEvaluationOptions(addJob('eval', 'what lifegpt eval does; workers need models and data')),
    'shards',
    DEFAULT_PIECES,
  ).action(async (name: string, data: string | undefined, flags: EvaluationSubmitFlags) => {
    const request = readEvaluationRequest(data, flags);
    const pieces = parseWholeNumber('--shards', flags.shards, 1, MOST_SHARDS);
    const { key } = await openEvaluation(request);
    await submitJob(name, evaluationKind, { request, key, pieces }, flags, context);
  });
  addEnd(
    addJob('ablate', 'what lifegpt ablate does')
      .argument('<ablation>', 'an ablation of the project, or a JSON file')
      .option('--device <name>', 'auto, cpu, webgpu, cuda or wasm', 'auto'),
    'shards (default: one a training)',
  ).action(async (name: string, file: string, flags: SubmitFlags & { device: string }) => {
    const ablation = checkAblation(await readProjectJson(ABLATIONS, file), file);
    const job = { ablation, device: parseChoice('--device', flags.device, DEVICES) };
    await submitJob(name, ablationKind, job, flags, context);
  });
  addExamples(submit, 'dataset', [
    ['boards --out shared/boards --rows 1000000000', 'a data set, a shard a file'],
  ]);
  addExamples(submit, 'eval', [
    ['trial --out shared/trial --fresh 1000000 --shards 64', 'fresh boards, in 64 shards'],
  ]);
  addExamples(submit, 'ablate', [
    ['arms positions --out shared/positions', 'a shard a training; the name comes first'],
  ]);
}

interface EvaluationSubmitFlags extends SubmitFlags, EvaluationFlags {
  readonly shards: string;
}

async function submitJob<Job extends object>(
  name: string,
  kind: JobKind<Job>,
  job: Job,
  flags: SubmitFlags,
  context: CommandContext,
): Promise<void> {
  const folder = resolve(flags.out);
  const pieces = kind.countPieces(job);
  const count =
    flags.shards === undefined ? pieces : parseWholeNumber('--shards', flags.shards, 1, pieces);
  await withQueue(name, flags, context, 'never', async (queue, redis) => {
    const tasks = Array.from({ length: count }, (_, index) => {
      return { kind: kind.name, job, folder, shard: { index, count } };
    });
    await checkName(redis, queue, tasks[0]!);
    // before any worker asks for it: a folder that cannot be is an error here, not on every machine
    await kind.prepareFolder(job, folder);
    await claimName(redis, queue, tasks[0]!);
    const { added, retried } = await submitShards(queue, tasks);
    if (flags.json === true) {
      return context.printJson({ name, shards: count, pieces, added, retried });
    }
    context.print(
      `${countNoun(count, 'shard')} of ${countNoun(pieces, 'piece')}: ${formatCount(added)} added, ${formatCount(retried)} tried again; ` +
        `now ${context.program} queue worker ${name}, here and on other machines`,
    );
  });
}
