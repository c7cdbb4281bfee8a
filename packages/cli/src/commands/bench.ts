/** `lifegpt bench`: the figures that the project claims, measured here and now. */

import { InputError } from '@lifegpt/core';
import { loadModel, type LanguageModel } from '@lifegpt/model';
import type { Command } from 'commander';
import { addExamples } from '../command-examples.js';
import { benchArar } from '../bench/arar.js';
import { benchDataset } from '../bench/dataset.js';
import { benchExactness } from '../bench/exactness.js';
import { formatFigure, type Bench, type Figure } from '../bench/figure.js';
import { benchInference } from '../bench/inference.js';
import { benchLife } from '../bench/life.js';
import { benchPaperSize, benchTrainStep } from '../bench/train-step.js';
import type { CommandContext } from '../context.js';
import { loadEngine } from '../engine.js';
import { listDataFiles } from '../dataset/inspect.js';
import { DEFAULT_MODEL, openModelFolder } from '../model-argument.js';
import { refuseIdle } from '../option-values.js';
import { createRuntime } from '../runtime.js';
import { createProgress } from '../terminal/progress.js';

const BENCHES: Readonly<Record<string, Bench>> = {
  arar: benchArar,
  exactness: benchExactness,
  inference: benchInference,
  train: benchTrainStep,
  life: benchLife,
  dataset: benchDataset,
};

/** Only when it is asked for by its name: it needs gigabytes of memory. */
const LARGE_BENCHES: Readonly<Record<string, Bench>> = { paper: benchPaperSize };

/** Those that ask a model. */
const MODEL_BENCHES = ['arar', 'exactness', 'inference'];

interface BenchFlags {
  readonly model?: string;
  readonly data?: string;
  readonly json?: boolean;
}

/** Adds the command. */
export function registerBench(program: Command, context: CommandContext): void {
  program
    .command('bench')
    .description('measure what the project claims')
    .argument(
      '[what]',
      `one of ${listBenches()}; all but ${Object.keys(LARGE_BENCHES).join(', ')} when left out`,
    )
    .option('--model <name>', `a shipped model, or a model folder (default: ${DEFAULT_MODEL})`)
    .option('--data <file>', 'ARAR on the boards of a data file instead of built-in patterns')
    .option('--json', 'print as JSON')
    .action((what: string | undefined, flags: BenchFlags) => runBench(what, flags, context));
  addExamples(program, 'bench', [
    ['', 'all figures'],
    ['inference --json', 'one kind, as JSON'],
  ]);
}

function listBenches(): string {
  return Object.keys({ ...BENCHES, ...LARGE_BENCHES }).join(', ');
}

async function runBench(
  what: string | undefined,
  flags: BenchFlags,
  context: CommandContext,
): Promise<void> {
  const names = what === undefined ? Object.keys(BENCHES) : [what];
  for (const name of names) {
    if (!(name in BENCHES) && !(name in LARGE_BENCHES)) {
      throw new InputError(`unknown bench '${name}'; choose one of ${listBenches()}`);
    }
  }
  const isAsked = (which: readonly string[]): boolean => names.some((name) => which.includes(name));
  refuseIdle(flags, ['model'], !isAsked(MODEL_BENCHES), `one of ${MODEL_BENCHES.join(', ')}`);
  refuseIdle(flags, ['data'], !isAsked(['arar']), 'arar');
  const modelName = flags.model ?? DEFAULT_MODEL;
  const folder = isAsked(MODEL_BENCHES) ? await openModelFolder(modelName) : null;
  if (flags.data !== undefined) await listDataFiles(flags.data);
  let model: Promise<LanguageModel> | null = null;
  const load = async (): Promise<LanguageModel> =>
    loadModel(folder ?? (await openModelFolder(modelName)), await createRuntime('cpu'));
  const tools = {
    loadModel: () => (model ??= load()),
    modelName,
    engine: await loadEngine(),
    data: flags.data,
    context,
  };
  const figures: Figure[] = [];
  const progress = createProgress(context.progress, 'bench', names.length, 'kinds');
  for (const [done, name] of names.entries()) {
    context.signal.throwIfAborted();
    progress.update(done, name);
    const measured = await (BENCHES[name] ?? LARGE_BENCHES[name])!(tools);
    figures.push(...measured);
    if (flags.json !== true)
      measured.forEach((figure) => context.print(formatFigure(figure, context.terminal.columns)));
  }
  progress.finish();
  if (flags.json === true) context.printJson(figures);
  if (figures.some(({ reached }) => reached === false)) context.fail();
}
