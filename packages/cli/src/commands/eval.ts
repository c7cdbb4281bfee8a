/** `lifegpt eval`: a model over a data file. */

import { InputError } from '@lifegpt/core';
import {
  createSampler,
  decodeGreedy,
  decodeJacobi,
  loadModel,
  type Decoder,
  type LanguageModel,
} from '@lifegpt/model';
import type { SimdLife } from '@lifegpt/simd-life';
import type { Command } from 'commander';
import type { CommandContext } from '../context.js';
import { listDataFiles } from '../dataset/inspect.js';
import { readStateRows } from '../dataset/state-reader.js';
import { loadEngine } from '../engine.js';
import {
  beginResult,
  evaluateBatch,
  readTestBoard,
  runArar,
  type ArarResult,
  type Contradiction,
  type OneStepResult,
  type TestBoard,
} from '../evaluation/evaluation.js';
import { estimateShare } from '../evaluation/statistics.js';
import { DEFAULT_MODEL, openModelFolder } from '../model-argument.js';
import { parseChoice, parseWholeNumber } from '../option-values.js';
import { createRuntime } from '../runtime.js';
import { createProgress } from '../terminal/progress.js';

interface EvalFlags {
  readonly model: string;
  readonly arar?: string;
  readonly temperature: string;
  readonly seed: string;
  readonly decode: string;
  readonly device: string;
  readonly limit?: string;
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
    .description('hold a model against the rows of data files')
    .argument('<data>', 'a .csv, .jsonl or .parquet file, or a folder of them')
    .option('--model <name>', 'a shipped model, or a model folder', DEFAULT_MODEL)
    .option(
      '--arar <steps>',
      'also simulate each row for so many steps, fed by its own predictions',
    )
    .option('--temperature <list>', '0 for the most likely tokens; several between commas', '0')
    .option('--seed <list>', 'of the samples; several between commas', '1')
    .option('--decode <strategy>', 'jacobi or greedy: the same tokens', 'jacobi')
    .option('--device <name>', 'auto, cpu, webgpu or cuda', 'auto')
    .option('--limit <rows>', 'only the first rows')
    .option('--require-exact', 'exit with 1 unless every cell is right')
    .option('--json', 'print one JSON object')
    .action((data: string, flags: EvalFlags) => runEval(data, flags, context));
}

async function runEval(data: string, flags: EvalFlags, context: CommandContext): Promise<void> {
  const temperatures = splitNumbers('--temperature', flags.temperature);
  const seeds = flags.seed.split(',').map((part) => parseWholeNumber('--seed', part.trim(), 0));
  const decode = DECODERS[parseChoice('--decode', flags.decode, ['jacobi', 'greedy'])];
  const limit = flags.limit === undefined ? Infinity : parseWholeNumber('--limit', flags.limit, 1);
  const steps = flags.arar === undefined ? 0 : parseWholeNumber('--arar', flags.arar, 1, 1_000_000);
  const files = await listDataFiles(data);
  const model = await loadModel(
    await openModelFolder(flags.model),
    await createRuntime(flags.device),
  );
  const engine = await loadEngine();
  const began = performance.now();
  // at temperature 0 nothing is drawn: one seed says it all
  const results = temperatures.flatMap((t) =>
    (t === 0 ? seeds.slice(0, 1) : seeds).map((seed) => beginResult(t, seed)),
  );
  const { contradictions, kept } = await evaluateFiles(
    { files, model, engine, decode, results, limit, keeps: steps > 0 },
    context,
  );
  const arar = await simulate(model, decode, kept, steps, engine, context);
  const seconds = (performance.now() - began) / 1000;
  const isExact =
    results.every(({ wrongBoards }) => wrongBoards === 0) &&
    arar.every(({ firstDivergence }) => firstDivergence === null);
  const report = { model: model.name, data, results, contradictions, arar, seconds };
  if (flags.json === true) context.print(JSON.stringify(toJson(report, steps > 0)));
  else describe(report, context);
  if (flags.requireExact === true && !isExact) context.fail();
}

interface Job {
  readonly files: readonly string[];
  readonly model: LanguageModel;
  readonly engine: SimdLife;
  readonly decode: Decoder;
  readonly results: readonly OneStepResult[];
  readonly limit: number;
  /** Keep the boards for what comes after. */
  readonly keeps: boolean;
}

/** Cells that are predicted in one go: 32 boards of 32x32. */
const CELLS_A_BATCH = 32 * 1024;

/** Goes through the rows once, in batches of one size; memory does not grow with the file. */
async function evaluateFiles(
  { files, model, engine, decode, results, limit, keeps }: Job,
  { signal, progress: stream }: CommandContext,
): Promise<{ contradictions: Contradiction[]; kept: TestBoard[] }> {
  const progress = createProgress(stream, 'eval', null, 'boards');
  const contradictions: Contradiction[] = [];
  const kept: TestBoard[] = [];
  const batches = new Map<string, TestBoard[]>();
  let rows = 0;

  async function flush(size: string): Promise<void> {
    const boards = batches.get(size)!;
    batches.delete(size);
    for (const result of results) {
      signal.throwIfAborted();
      const { temperature, seed } = result;
      // every batch has noise of its own: its first row's number is the index
      const choose =
        temperature === 0 ? undefined : createSampler({ temperature, seed, index: boards[0]!.row });
      await evaluateBatch(model, decode, boards, choose, result, signal);
    }
    progress.update(results[0]!.boards);
  }

  try {
    for (const file of files) {
      for await (const row of readStateRows(file)) {
        if (rows === limit) break;
        const board = readTestBoard(row, ++rows, engine);
        if (!('rule' in board)) {
          contradictions.push(board);
          continue;
        }
        if (keeps) kept.push(board);
        const { width, height } = board.state;
        const size = `${height}x${width}`;
        const batch = batches.get(size) ?? [];
        batches.set(size, [...batch, board]);
        if ((batch.length + 1) * width * height >= CELLS_A_BATCH) await flush(size);
      }
    }
    for (const size of batches.keys()) await flush(size);
  } finally {
    progress.finish();
  }
  return { contradictions, kept };
}

async function simulate(
  model: LanguageModel,
  decode: Decoder,
  boards: readonly TestBoard[],
  steps: number,
  truth: SimdLife,
  { signal, progress: stream }: CommandContext,
): Promise<ArarResult[]> {
  const progress = createProgress(stream, 'arar', boards.length * steps, 'steps');
  const results: ArarResult[] = [];
  let done = 0;
  try {
    for (const board of boards) {
      const onStep = (): void => progress.update(++done);
      results.push(await runArar(model, decode, board, steps, truth, signal, onStep));
    }
  } finally {
    progress.finish();
  }
  return results;
}

interface Report {
  readonly model: string;
  readonly data: string;
  readonly results: readonly OneStepResult[];
  readonly contradictions: readonly Contradiction[];
  readonly arar: readonly ArarResult[];
  readonly seconds: number;
}

/** The first temperature and seed stand at the top; all of them in `results`. */
function toJson(
  { model, data, results, contradictions, arar, seconds }: Report,
  hasArar: boolean,
): object {
  const withShares = results.map((result) => ({
    ...result,
    cellAccuracy: estimateShare(result.cells - result.wrongCells, result.cells),
    boardAccuracy: estimateShare(result.boards - result.wrongBoards, result.boards),
  }));
  const { boards, cells, wrongCells, wrongBoards } = results[0]!;
  return {
    model,
    data,
    boards,
    cells,
    wrongCells,
    wrongBoards,
    cellAccuracy: (cells - wrongCells) / cells,
    boardAccuracy: (boards - wrongBoards) / boards,
    seconds,
    contradictions,
    results: withShares,
    ...(hasArar ? { arar } : {}),
  };
}

function describe(
  { model, results, contradictions, arar, seconds }: Report,
  { print, talk }: CommandContext,
): void {
  for (const { row, state } of contradictions.slice(0, 10)) {
    talk(`row ${row}: State ${state} is not what its rule makes of the state before; left out`);
  }
  if (contradictions.length > 10) talk(`and ${contradictions.length - 10} more rows like it`);
  for (const result of results) {
    const { temperature, seed, boards, cells, wrongCells, wrongBoards, minMargin } = result;
    const share = estimateShare(boards - wrongBoards, boards);
    const percent = (value: number): string => `${(100 * value).toFixed(3)} %`;
    const how = temperature === 0 ? '' : ` at temperature ${temperature}, seed ${seed}`;
    print(
      `${model}${how}: ${wrongCells} wrong cells of ${cells}, ${wrongBoards} wrong boards of ${boards} ` +
        `(${percent(share.value)} right, 95 % interval ${percent(share.low)} to ${percent(share.high)}), ` +
        `smallest margin ${minMargin.toFixed(2)} nats`,
    );
  }
  for (const { name, steps, firstDivergence, wrongCells } of arar) {
    const end = firstDivergence === null ? 'exact' : `diverges at ${firstDivergence}`;
    print(`  ${name}: ${end}, ${wrongCells} wrong cells in ${steps} steps`);
  }
  print(`${seconds.toFixed(1)} s`);
}

function splitNumbers(option: string, text: string): number[] {
  return text.split(',').map((part) => {
    const value = /^\d*\.?\d+$/.test(part.trim()) ? Number(part) : Number.NaN;
    if (Number.isNaN(value)) {
      throw new InputError(`${option} needs numbers from 0, not '${part.trim()}'`);
    }
    return value;
  });
}
