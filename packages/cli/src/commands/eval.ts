/** `lifegpt eval`: models over data files and fresh boards. */

import { InputError, parseRule, parseSizes } from '@lifegpt/core';
import {
  decodeGreedy,
  decodeJacobi,
  hashBytes,
  loadModel,
  type Decoder,
  type ModelFolder,
} from '@lifegpt/model';
import type { SimdLife } from '@lifegpt/simd-life';
import type { Command } from 'commander';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommandContext } from '../context.js';
import { loadEngine } from '../engine.js';
import {
  openData,
  openFreshBoards,
  TEN_BOARDS,
  type BoardSource,
} from '../evaluation/board-source.js';
import { openCheckpoint } from '../evaluation/checkpoint.js';
import { evaluate, type Sampling } from '../evaluation/evaluate.js';
import { describe, isExact, toJson } from '../evaluation/outcome.js';
import { DEFAULT_MODEL, findModelFolder, openModelFolder } from '../model-argument.js';
import { checkOutputFile } from '../output-file.js';
import { parseChoice, parseNumbers, parseRanges, parseWholeNumber } from '../option-values.js';
import { openReport } from '../report/report-folder.js';
import { createRuntime } from '../runtime.js';

interface EvalFlags {
  readonly model: string;
  readonly fresh?: string;
  readonly size: string;
  readonly density: string;
  readonly boardSeed: string;
  readonly arar?: string;
  readonly ararTemperature: string;
  readonly temperature: string;
  readonly seed: string;
  readonly decode: string;
  readonly device: string;
  readonly limit?: string;
  readonly checkpoint?: string;
  readonly report?: string;
  readonly requireExact?: boolean;
  readonly json?: boolean;
}

const DECODERS: Readonly<Record<'jacobi' | 'greedy', Decoder>> = {
  jacobi: decodeJacobi,
  greedy: decodeGreedy,
};

/** Adds the command. */
export function registerEval(program: Command, context: CommandContext): void {
  program
    .command('eval')
    .description('hold models against the rows of data files, or fresh boards, or both')
    .argument(
      '[data]',
      `a .csv, .jsonl or .parquet file, a folder of them, or ${TEN_BOARDS} for boards of the paper's kinds`,
    )
    .option('--model <list>', 'shipped models, or model folders, between commas', DEFAULT_MODEL)
    .option('--fresh <boards>', 'also so many random boards that no training has seen')
    .option('--size <sizes>', 'rows x columns of fresh boards: 32, 20x32, 3..32', '32')
    .option('--density <p>', 'probability of a live cell on fresh boards: 0..1 or a value', '0..1')
    .option('--board-seed <number>', 'another seed, other fresh boards', '1')
    .option(
      '--arar <steps>',
      'also simulate each board (those of the data, if given) for so many steps, fed by its own predictions',
    )
    .option('--arar-temperature <list>', 'of those steps', '0')
    .option('--temperature <list>', '0 for the most likely tokens; several between commas', '0')
    .option('--seed <list>', 'of the samples; several between commas', '1')
    .option('--decode <strategy>', 'jacobi or greedy: the same tokens', 'jacobi')
    .option('--device <name>', 'auto, cpu, webgpu or cuda', 'auto')
    .option('--limit <rows>', 'only the first rows of the data')
    .option(
      '--checkpoint <file.json>',
      'keep what is finished there; the same command goes on from it',
    )
    .option(
      '--report <folder>',
      'write a page with figures there; goes on where it was interrupted',
    )
    .option('--require-exact', 'exit with 1 unless every cell is right')
    .option('--json', 'print one JSON object')
    .action((data: string | undefined, flags: EvalFlags) => runEval(data, flags, context));
}

async function runEval(
  data: string | undefined,
  flags: EvalFlags,
  context: CommandContext,
): Promise<void> {
  const options = readOptions(flags);
  const { samplings, arar } = options;
  if (flags.checkpoint !== undefined) await checkOutputFile(flags.checkpoint, ['.json']);
  if (flags.report !== undefined && flags.checkpoint !== undefined) {
    throw new InputError(
      'a report keeps a checkpoint of its own; give --report without --checkpoint',
    );
  }
  const report = flags.report === undefined ? null : await openReport(flags.report);
  const engine = await loadEngine();
  const names = flags.model.split(',').map((name) => name.trim());
  const folders = await openModels(names);
  const sources = await openSources(data, flags, folders, engine);
  const runtime = await createRuntime(flags.device);
  const key = {
    models: await Promise.all(names.map(async (name) => [name, await hashModel(name)])),
    data: sources.map(({ name, identity }) => [name, identity]),
    samplings,
    arar,
    decode: flags.decode,
    device: runtime.device,
  };
  const checkpoint = await openCheckpoint(report?.checkpointFile ?? flags.checkpoint ?? null, key);
  const models = await Promise.all(folders.map((folder) => loadModel(folder, runtime)));
  const plan = { models, sources, samplings, arar, decode: options.decode, engine, checkpoint };
  await report?.create();
  const state = await evaluate(plan, context);
  if (report !== null)
    context.talk(await report.write(state, { folders, models, runtime, engine }, context));
  if (flags.json === true) context.print(JSON.stringify(toJson(state, arar !== null)));
  else describe(state, context);
  if (flags.requireExact === true && !isExact(state)) context.fail();
}

/** What the flags say without any file. */
function readOptions(flags: EvalFlags): {
  samplings: Sampling[];
  arar: { steps: number; samplings: Sampling[] } | null;
  decode: Decoder;
} {
  const seeds = flags.seed.split(',').map((part) => parseWholeNumber('--seed', part.trim(), 0));
  // at temperature 0 nothing is drawn: one seed says it all
  const pair = (temperatures: readonly number[]): Sampling[] =>
    temperatures.flatMap((temperature) =>
      (temperature === 0 ? seeds.slice(0, 1) : seeds).map((seed) => ({ temperature, seed })),
    );
  const decode = DECODERS[parseChoice('--decode', flags.decode, ['jacobi', 'greedy'])];
  const samplings = pair(parseNumbers('--temperature', flags.temperature));
  const ararSamplings = pair(parseNumbers('--arar-temperature', flags.ararTemperature));
  if (flags.arar === undefined) return { samplings, arar: null, decode };
  const steps = parseWholeNumber('--arar', flags.arar, 1, 1_000_000);
  return { samplings, arar: { steps, samplings: ararSamplings }, decode };
}

async function openModels(names: readonly string[]): Promise<ModelFolder[]> {
  const repeated = names.find((name, i) => names.indexOf(name) !== i);
  if (repeated !== undefined) throw new InputError(`--model names '${repeated}' twice`);
  const folders: ModelFolder[] = [];
  for (const name of names) folders.push(await openModelFolder(name));
  return folders;
}

/** The data first, then the fresh boards. */
async function openSources(
  data: string | undefined,
  flags: EvalFlags,
  [first]: readonly ModelFolder[],
  engine: SimdLife,
): Promise<BoardSource[]> {
  const limit = flags.limit === undefined ? Infinity : parseWholeNumber('--limit', flags.limit, 1);
  const sources = data === undefined ? [] : [await openData(data, limit, engine)];
  if (flags.fresh !== undefined) {
    const ranges = parseRanges('--density', flags.density);
    const [density] = ranges;
    if (ranges.length > 1 || density![0] > density![1] || density![1] > 1) {
      throw new InputError(
        `--density needs a value or one range within 0..1, not '${flags.density}'`,
      );
    }
    const fresh = {
      boards: parseWholeNumber('--fresh', flags.fresh, 1, 1e9),
      sizes: parseSizes(flags.size),
      density: density!,
      rule: parseRule(first!.config.trained_for.rule).rule,
      seed: parseWholeNumber('--board-seed', flags.boardSeed, 0),
    };
    sources.push(openFreshBoards(fresh, flags.size, engine));
  }
  if (sources.length > 0) return sources;
  throw new InputError(
    `there is nothing to evaluate on; name a data file, ${TEN_BOARDS}, or --fresh 1000`,
  );
}

/** Tells weights from any others: the configuration names their hash, which was checked. */
async function hashModel(name: string): Promise<string> {
  const config = await readFile(join(await findModelFolder(name), 'config.json'));
  return hashBytes(config);
}
