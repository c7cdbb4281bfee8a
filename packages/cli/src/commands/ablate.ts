/** `lifegpt ablate`: trains the arms of an ablation and tells them apart. */

import { InputError } from '@lifegpt/core';
import { loadModel } from '@lifegpt/model';
import type { Command } from 'commander';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkAblation, listAblationRuns, type AblationRun } from '../ablation/ablation.js';
import {
  evaluateByDensity,
  summariseArms,
  type AblationResult,
  type ArmSummary,
} from '../ablation/result.js';
import type { CommandContext } from '../context.js';
import { readShard } from '../dataset/shard.js';
import { loadEngine } from '../engine.js';
import { openModelFolder } from '../model-argument.js';
import { writeOutputFile } from '../output-file.js';
import { ABLATIONS, readProjectJson } from '../recipe-argument.js';
import { createRuntime } from '../runtime.js';
import { trainRecipe } from '../training.js';

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
    .option('--shard <i/n>', 'only every n-th training, from the i-th (counted from 0)')
    .option('--device <name>', 'auto, cpu, webgpu or cuda', 'auto')
    .option('--json', 'print the results as JSON')
    .action((ablation: string, flags: AblateFlags) => runAblate(ablation, flags, context));
}

async function runAblate(
  nameOrFile: string,
  flags: AblateFlags,
  context: CommandContext,
): Promise<void> {
  const ablation = checkAblation(await readProjectJson(ABLATIONS, nameOrFile), nameOrFile);
  const folder = flags.out ?? join('runs', ablation.name);
  const shard = readShard(flags.shard, context.env);
  const runs = listAblationRuns(ablation);
  const own = runs.filter((_, i) => i % shard.count === shard.index);
  for (const [i, run] of own.entries()) {
    context.talk(`${ablation.name}: training ${i + 1} of ${own.length}, ${run.name}`);
    await finishRun(run, join(folder, run.name), flags.device, context);
  }
  const found = await Promise.all(runs.map(({ name }) => readResult(join(folder, name))));
  const results = found.filter((result) => result !== null);
  const summary = { name: ablation.name, question: ablation.question, runs: runs.length };
  const arms = summariseArms(results);
  if (flags.json === true) {
    context.print(JSON.stringify({ ...summary, finished: results.length, arms, results }));
    return;
  }
  context.print(ablation.question);
  arms.forEach((arm) => context.print(formatArm(arm)));
  if (results.length < runs.length) {
    context.print(`${results.length} of ${runs.length} trainings are finished in ${folder}`);
  }
}

const RESULT = 'ablation-result.json';

/** Trains and evaluates, from wherever an earlier sitting stopped. */
async function finishRun(
  { arm, seed, recipe }: AblationRun,
  folder: string,
  device: string,
  context: CommandContext,
): Promise<void> {
  if ((await readResult(folder)) !== null) return;
  const { seconds } = await trainRecipe({ recipe, folder, resume: true, device }, context);
  const model = await loadModel(await openModelFolder(folder), await createRuntime(device));
  const engine = await loadEngine();
  const densities = await evaluateByDensity(model, recipe, engine, context.signal);
  await model.release();
  const result: AblationResult = {
    arm,
    seed,
    steps: recipe.steps,
    trainingSeconds: Math.round(seconds),
    densities,
  };
  await writeOutputFile(join(folder, RESULT), `${JSON.stringify(result)}\n`);
}

async function readResult(folder: string): Promise<AblationResult | null> {
  const file = join(folder, RESULT);
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    return JSON.parse(text) as AblationResult;
  } catch {
    throw new InputError(`${file} is damaged; delete it, and its training is evaluated again`);
  }
}

function formatArm({ arm, seeds, wrongShare, wrongBoardShare, ...rest }: ArmSummary): string {
  const percent = (share: number): string => `${(100 * share).toFixed(4)} %`;
  const { mean, least, most } = wrongShare;
  return (
    `${arm.padEnd(16)} wrong cells ${percent(mean)} (${percent(least)} to ${percent(most)} over ${seeds} seeds), ` +
    `wrong boards ${percent(wrongBoardShare)}, ${rest.trainingSeconds.toFixed(0)} s; ` +
    `by p: ${rest.byDensity.map((share) => (100 * share).toFixed(3)).join(' ')} %`
  );
}
