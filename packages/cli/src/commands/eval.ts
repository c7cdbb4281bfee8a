/** `lifegpt eval`: models over data files and fresh boards. */

import { InputError } from '@lifegpt/core';
import { loadModel, STRATEGIES } from '@lifegpt/model';
import type { Command } from 'commander';
import { addExamples } from '../command-examples.js';
import type { CommandContext } from '../context.js';
import { openCheckpoint } from '../evaluation/checkpoint.js';
import { evaluate } from '../evaluation/evaluate.js';
import { evaluationKind, planOf } from '../evaluation/evaluation-job.js';
import { openEvaluation } from '../evaluation/open-evaluation.js';
import { describe, isExact, toJson } from '../evaluation/outcome.js';
import {
  addEvaluationOptions,
  readEvaluationRequest,
  type EvaluationFlags,
  type EvaluationRequest,
} from '../evaluation/request.js';
import { checkOutputFile } from '../output-file.js';
import { finishShard } from '../shard/finish-shard.js';
import { readShard } from '../shard/shard.js';
import { quoteWord } from '../terminal/wrap.js';

interface EvalFlags extends EvaluationFlags {
  readonly checkpoint?: string;
  readonly report?: string;
  readonly out?: string;
  readonly shard?: string;
  readonly requireExact?: boolean;
  readonly json?: boolean;
}

/** Adds the command. */
export function registerEval(program: Command, context: CommandContext): void {
  const command = program
    .command('eval')
    .description('hold models against the rows of data files, or fresh boards, or both');
  addEvaluationOptions(command)
    .option(
      '--checkpoint <file.json>',
      'keep what is finished there; the same command goes on from it',
    )
    .option(
      '--report <folder>',
      'write a page with figures there; goes on where it was interrupted',
    )
    .option('--out <folder>', 'where shards of one evaluation keep what they are done with')
    .option('--shard <i/n>', 'do one of n shares, i from 0 (else from Slurm or Kubernetes)')
    .option('--require-exact', 'exit with 1 unless every cell is right')
    .option('--json', 'print one JSON object')
    .action((data: string | undefined, flags: EvalFlags) => runEval(data, flags, context));
  addExamples(program, 'eval', [
    ['boards --limit 1000 --json', 'a model against the rows of a data set'],
    ['states.csv --model runs/mine --arar 249', 'fed with its own answers, 249 times'],
    ['--fresh 20 --size 65,80', 'on sizes beyond its training'],
    ['--fresh 1000000 --shard 2/8 --out trial', 'the third of eight shares'],
  ]);
}

async function runEval(
  data: string | undefined,
  flags: EvalFlags,
  context: CommandContext,
): Promise<void> {
  const request = readEvaluationRequest(data, flags);
  if (flags.out !== undefined) return runShard(request, flags, flags.out, context);
  if (flags.shard !== undefined) {
    throw new InputError('--shard needs --out, the folder that all shards have in common');
  }
  const { samplings, arar } = request;
  if (flags.checkpoint !== undefined) await checkOutputFile(flags.checkpoint, ['.json']);
  if (flags.report !== undefined && flags.checkpoint !== undefined) {
    throw new InputError(
      'a report keeps a checkpoint of its own; give --report without --checkpoint',
    );
  }
  const report =
    flags.report === undefined
      ? null
      : await (await import('../report/report-folder.js')).openReport(flags.report);
  const { key, folders, heldOut, sources, runtime, engine } = await openEvaluation(request);
  const file = report?.checkpointFile ?? flags.checkpoint ?? null;
  const checkpoint = await openCheckpoint(file, key, planOf(request, key));
  const models = await Promise.all(folders.map((folder) => loadModel(folder, runtime)));
  const decode = STRATEGIES[request.decode].decode;
  const plan = { models, heldOut, sources, samplings, arar, decode, engine, checkpoint };
  await report?.create();
  context.leave(
    file === null
      ? 'nothing is kept; with --checkpoint <file.json> the same command would go on from here'
      : `what is finished stands in ${file}, and the same command goes on`,
  );
  const state = await evaluate(plan, context);
  if (report !== null)
    context.talk(await report.write(state, { folders, models, runtime, engine }, context));
  if (flags.checkpoint !== undefined) context.talk(`wrote ${flags.checkpoint}`);
  if (flags.json === true) context.printJson(toJson(state, arar !== null));
  else describe(state, context);
  if (flags.requireExact === true && !isExact(state)) context.fail();
}

/** Does a share of an evaluation into a folder. */
async function runShard(
  request: EvaluationRequest,
  { checkpoint, report, shard: asked, requireExact, json }: EvalFlags,
  out: string,
  context: CommandContext,
): Promise<void> {
  if (checkpoint !== undefined || report !== undefined) {
    throw new InputError(
      'the folder of --out keeps checkpoints of its own, and a report is of a whole evaluation; ' +
        'give --out without --checkpoint and --report',
    );
  }
  const shard = readShard(asked, context.env);
  if (requireExact === true && shard.count > 1) {
    throw new InputError(
      `--require-exact is of a whole evaluation, and this is one of ${shard.count} shards; give it to ${context.program} merge ${quoteWord(out)}`,
    );
  }
  const { key } = await openEvaluation(request);
  const job = { request, key, pieces: shard.count };
  context.leave(`what is finished stays in ${out}, and the same command goes on`);
  await finishShard(evaluationKind, job, { out, shard, requireExact, json }, context);
}
