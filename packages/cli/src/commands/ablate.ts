/** `lifegpt ablate`: trains the arms of an ablation and tells them apart. */

import type { Command } from 'commander';
import { addExamples } from '../command-examples.js';
import { availableParallelism } from 'node:os';
import { targetIn } from '../folder-path.js';
import { checkAblation } from '../ablation/ablation.js';
import { ablationKind, describeArms, summariseAblation } from '../ablation/ablation-job.js';
import { quoteWord } from '../terminal/wrap.js';
import type { CommandContext } from '../context.js';
import { ABLATIONS, readProjectJson } from '../recipe-argument.js';
import { countNoun, formatCount } from '../terminal/count.js';
import { createRuntime } from '../runtime.js';
import { readShard } from '../shard/shard.js';

interface AblateFlags {
  readonly out?: string;
  readonly shard?: string;
  readonly device: string;
  readonly json?: boolean;
}

/** Adds the command. */
export function registerAblate(program: Command, context: CommandContext): void {
  program
    .command('ablate')
    .description('train the arms of an ablation with several seeds; finished ones are kept')
    .argument('<ablation>', 'an ablation of the project, or a JSON file')
    .option('--out <folder>', 'folder of the runs (default: runs/<ablation>)')
    .option('--shard <i/n>', 'do one of n shares, i from 0 (else from Slurm or Kubernetes)')
    .option('--device <name>', 'auto, cpu, webgpu, cuda or wasm', 'auto')
    .option('--json', 'print the results as JSON')
    .action((ablation: string, flags: AblateFlags) => runAblate(ablation, flags, context));
  addExamples(program, 'ablate', [
    ['positions', 'every arm of an ablation of the project'],
    ['positions --shard 0/4', 'every fourth of its trainings, on this machine'],
  ]);
}

async function runAblate(
  nameOrFile: string,
  { out, shard: asked, device, json }: AblateFlags,
  context: CommandContext,
): Promise<void> {
  const ablation = checkAblation(await readProjectJson(ABLATIONS, nameOrFile), nameOrFile);
  const folder = out ?? targetIn('runs', ablation.name);
  const shard = readShard(asked, context.env);
  await createRuntime(device); // one that is not here is refused before anything is written
  const job = { ablation, device };
  await ablationKind.prepareFolder(job, folder);
  context.leave(
    `finished trainings and checkpoints stay in ${folder}, and the same command goes on`,
  );
  const opened = await ablationKind.open(job, folder, availableParallelism());
  const { isWhole } = await opened.doShard(shard, context).finally(opened.close);
  // other shards' trainings that are here already are told, too
  const results = await ablationKind.readFinished(job, folder);
  if (json === true) return context.printJson(summariseAblation(ablation, results));
  context.print(ablation.question);
  for (const line of describeArms(results)) context.print(line);
  if (!isWhole) {
    const runs = ablationKind.countPieces(job);
    context.print(
      `${formatCount(results.length)} of ${countNoun(runs, 'training')} are finished in ${folder}; ` +
        `when all are: ${context.program} merge ${quoteWord(folder)}`,
    );
  }
}
