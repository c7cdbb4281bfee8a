/** `lifegpt dataset generate | inspect | merge`. */

import type { Command } from 'commander';
import { addExamples } from '../command-examples.js';
import { availableParallelism } from 'node:os';
import { quoteWord } from '../terminal/wrap.js';
import type { CommandContext } from '../context.js';
import { addMergeCommand } from './merge.js';
import {
  addDatasetOptions,
  readDatasetOptions,
  type DatasetFlags,
} from '../dataset/config-options.js';
import { hashConfig } from '../dataset/config.js';
import { describeTotals, sumEntries } from '../dataset/dataset-job.js';
import { generateDataset } from '../dataset/generate.js';
import { inspectFiles, listDataFiles, type Inspection } from '../dataset/inspect.js';
import { loadEngine } from '../engine.js';
import { parseWholeNumber, refuseBeside } from '../option-values.js';
import { readShard } from '../shard/shard.js';
import { drawBoards } from '../terminal/board.js';
import { countNoun, formatCount } from '../terminal/count.js';
import { createProgress } from '../terminal/progress.js';

interface GenerateFlags extends DatasetFlags {
  readonly out: string;
  readonly shard?: string;
  readonly threads?: string;
  readonly json?: boolean;
}

interface InspectFlags {
  readonly boards?: string;
  readonly json?: boolean;
}

/** Adds the commands. */
export function registerDataset(program: Command, context: CommandContext): void {
  const dataset = program
    .command('dataset')
    .description('generate, look through and merge data sets of states');
  const generate = dataset
    .command('generate')
    .description('draw boards, step them, write them; goes on where it was interrupted')
    .requiredOption('--out <folder>', 'folder of the data set');
  addDatasetOptions(generate)
    .option('--shard <i/n>', 'do one of n shares, i from 0 (else from Slurm or Kubernetes)')
    .option('--threads <count>', 'threads; the bytes do not depend on it')
    .option('--json', 'print the result as JSON')
    .action((flags: GenerateFlags) => runGenerate(flags, context));
  dataset
    .command('inspect')
    .description('count, draw and verify the rows of a file or a folder')
    .argument('<path>', 'a .csv, .jsonl or .parquet file, or a folder of them')
    .option('--boards <count>', 'boards to draw (3)')
    .option('--json', 'print as JSON')
    .action((path: string, flags: InspectFlags) => runInspect(path, flags, context));
  addMergeCommand(dataset, context);
  addExamples(dataset, 'generate', [
    ['--out boards --rows 100000 --test 1000', 'Parquet, 32x32, densities from 0 to 1'],
    ['--out mixed --size 3..12x3..12 --rule random --format jsonl', 'many sizes, any rule'],
    ['--out boards --rows 1000000 --shard 2/8', 'the third of eight shares'],
    [
      '--out unseen --held-out life --rows-per-kind 200',
      'what a recipe never shows its model, for the test',
    ],
  ]);
  addExamples(dataset, 'inspect', [
    ['boards', 'counts, densities, and every row held against the engine'],
  ]);
  addExamples(dataset, 'merge', [['boards', 'the same as lifegpt merge boards']]);
}

async function runGenerate(flags: GenerateFlags, context: CommandContext): Promise<void> {
  const config = await readDatasetOptions(flags);
  const shard = readShard(flags.shard, context.env);
  const threads =
    flags.threads === undefined
      ? availableParallelism()
      : parseWholeNumber('--threads', flags.threads, 1, 256);
  context.leave(`finished files stay in ${flags.out}, and the same command goes on`);
  const progress = createProgress(context.progress, 'generate', null, 'rows');
  const began = performance.now();
  const { signal } = context;
  const onProgress = (rows: number, total: number): void =>
    progress.update(rows, `of ${formatCount(total)}`);
  const job = { config, folder: flags.out, shard, threads, signal, onProgress };
  const { files, found, isWhole } = await generateDataset(job).finally(() => progress.finish());
  const seconds = (performance.now() - began) / 1000;
  const totals = sumEntries(files);
  if (flags.json === true) {
    const about = { out: flags.out, config_sha256: hashConfig(config), shard };
    return context.printJson({ ...about, ...totals, found, isWhole, seconds });
  }
  const news = found === totals.files ? 'there was nothing to do' : `${seconds.toFixed(1)} s`;
  context.print(
    `${describeTotals(totals)}, ${news}; ` +
      (isWhole
        ? `${flags.out} is complete`
        : `other shards are missing: when they are done, ${context.program} merge ${quoteWord(flags.out)}`),
  );
}

async function runInspect(
  path: string,
  flags: InspectFlags,
  context: CommandContext,
): Promise<void> {
  const boards = parseWholeNumber('--boards', flags.boards ?? '3', 0, 1000);
  refuseBeside(flags, ['boards'], 'json', 'draws none');
  const files = await listDataFiles(path);
  const progress = createProgress(context.progress, 'inspect', null, 'rows');
  const engine = await loadEngine();
  const inspection = await inspectFiles(files, engine, boards, context.signal, (rows) =>
    progress.update(rows),
  ).finally(() => progress.finish());
  if (flags.json === true) {
    const { samples: _, ...counts } = inspection;
    context.printJson(counts);
  } else {
    describeInspection(inspection, context);
    drawSamples(inspection, context);
    for (const warning of inspection.warnings) context.talk(`note: ${warning}`);
  }
  if (inspection.wrongPairs > 0) context.fail();
}

function drawSamples({ samples }: Inspection, { print, terminal }: CommandContext): void {
  for (const { row, rule, state, nextState } of samples) {
    const shown = [{ caption: `row ${row}, ${rule}`, grid: state }];
    if (nextState !== null) shown.push({ caption: 'next', grid: nextState });
    print(drawBoards(shown, terminal));
  }
}

const BAR = 40;
/** Sizes or rules that are listed; of others only the number is told. */
const LISTED = 8;

function describeInspection(inspection: Inspection, { print, terminal }: CommandContext): void {
  const { files, rows, pairs, wrongPairs, firstWrong, densities } = inspection;
  print(
    wrongPairs === 0
      ? `all ${countNoun(pairs, 'pair')} of ${countNoun(rows, 'row')} are as the engine steps them`
      : `${formatCount(wrongPairs)} of ${countNoun(pairs, 'pair')} are NOT as the engine steps them; the first is ` +
          `${firstWrong!.file}, row ${firstWrong!.row}, State ${firstWrong!.state}`,
  );
  for (const { file, rows: own } of files) print(`${file}: ${countNoun(own, 'row')}`);
  print(`states a row: ${listCounts(inspection.statesARow)}`);
  print(`sizes (rows x columns): ${listCounts(inspection.sizes)}`);
  print(`rules: ${listCounts(inspection.rules)}`);
  print('share of live cells in State 1:');
  const most = Math.max(...densities);
  // beside the range and the count
  const length = Math.min(BAR, terminal.columns - 12 - formatCount(most).length);
  densities.forEach((count, i) => {
    const bar = '█'.repeat(Math.round((length * count) / most));
    print(
      `  ${(i / 10).toFixed(1)}..${((i + 1) / 10).toFixed(1)} ${bar.padEnd(length)} ${formatCount(count)}`,
    );
  });
}

function listCounts(counts: Readonly<Record<string, number>>): string {
  const sorted = Object.entries(counts).sort(([, a], [, b]) => b - a);
  const listed = sorted.slice(0, LISTED).map(([name, count]) => `${name} (${formatCount(count)})`);
  const more = sorted.length - listed.length;
  return listed.join(', ') + (more > 0 ? ` and ${formatCount(more)} more` : '');
}
