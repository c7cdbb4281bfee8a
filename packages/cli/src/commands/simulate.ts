/** `lifegpt simulate`: the engine alone, no model. */

import { countAlive, formatBoundedRule, formatCells, type Grid } from '@lifegpt/core';
import type { Command } from 'commander';
import { setImmediate } from 'node:timers/promises';
import type { CommandContext } from '../context.js';
import { loadEngine, loadThreadedEngine } from '../engine.js';
import { parseWholeNumber } from '../option-values.js';
import { readPatternArgument, type StartState } from '../pattern-argument.js';
import { checkPatternFile, writePatternFile } from '../pattern-file.js';
import { drawBoards } from '../terminal/board.js';
import { createProgress } from '../terminal/progress.js';

/** What `simulate --json` prints. */
export interface SimulateReport {
  /** Golly's notation with the board: `B3/S23:T32,32`. */
  readonly rule: string;
  readonly width: number;
  readonly height: number;
  readonly generation: number;
  /** Live cells. */
  readonly population: number;
  /** `width * height` letters 0 and 1, row-major. */
  readonly state: string;
}

interface SimulateOptions {
  readonly generations: number;
  readonly rule?: string;
  readonly row?: string;
  readonly out?: string;
  readonly json?: true;
}

/** Adds the command. */
export function registerSimulate(program: Command, context: CommandContext): void {
  program
    .command('simulate')
    .description('compute generations with the engine, without a model')
    .argument('<pattern>', 'built-in name, file (.rle .cells .lif .life .csv), or - for stdin')
    .requiredOption('-n, --generations <count>', 'generations to compute', (text) =>
      parseWholeNumber('-n', text, 0),
    )
    .option(
      '--rule <rule>',
      "rule and bounded grid, e.g. B3/S23:T32,32 or :K30*,20; wins over the file's",
    )
    .option('--row <row>', 'board of a .csv file, from 1')
    .option('--out <file>', 'write the last generation as .rle, .cells or .life (1.06)')
    .option('--json', 'print one JSON object instead of the board')
    .action((pattern: string, options: SimulateOptions) => simulate(pattern, options, context));
}

async function simulate(
  argument: string,
  options: SimulateOptions,
  context: CommandContext,
): Promise<void> {
  const { generations, out } = options;
  if (out !== undefined) await checkPatternFile(out);
  const start = await readPatternArgument(argument, options);
  for (const warning of start.warnings) context.talk(`warning: ${warning}`);
  const grid = await runGenerations(start, generations, context);
  const rule = formatBoundedRule(start.rule, start.bounds);

  if (out !== undefined) {
    const comments = [`Generation ${generations} of ${start.name}.`];
    await writePatternFile(out, { name: start.name, comments, rule, grid });
    context.talk(`wrote ${out}`);
  }
  const population = countAlive(grid);
  if (options.json) {
    const { width, height } = grid;
    const size = { width, height, generation: generations, population };
    const report: SimulateReport = { rule, ...size, state: formatCells(grid) };
    context.print(JSON.stringify(report));
  } else {
    const caption = `${start.name}, ${rule}, generation ${generations}, ${population} alive`;
    context.print(drawBoards([{ caption, grid }], context.terminal));
  }
}

/** Milliseconds of stepping in one go; between two goes Ctrl-C is heard. */
const GO_MILLISECONDS = 100;
/** From so many cells on several threads are worth their start. */
const CELLS_FOR_THREADS = 2 ** 20;

/** Steps in portions, so that a long run can be watched and interrupted. */
async function runGenerations(
  { grid: start, rule, bounds }: StartState,
  generations: number,
  context: Pick<CommandContext, 'signal' | 'progress'>,
): Promise<Grid> {
  const progress = createProgress(context.progress, 'simulate', generations, 'generations');
  const threads = start.cells.length >= CELLS_FOR_THREADS ? await loadThreadedEngine() : null;
  const engine = threads ?? (await loadEngine());
  let grid = start;
  let portion = 1;
  try {
    for (let done = 0; done < generations;) {
      context.signal.throwIfAborted();
      const next = Math.min(portion, generations - done);
      const began = performance.now();
      grid = await engine.step(grid, rule, next, bounds.topology);
      const took = performance.now() - began;
      portion = took < GO_MILLISECONDS ? 2 * portion : Math.max(1, Math.floor(portion / 2));
      done += next;
      progress.update(done);
      await setImmediate();
    }
  } finally {
    progress.finish();
    threads?.release();
  }
  return grid;
}
