/** `lifegpt simulate`: the engine alone, no model. */

import { countAlive, formatBoundedRule, formatCells, InputError, type Grid } from '@lifegpt/core';
import type { Command } from 'commander';
import { addExamples } from '../command-examples.js';
import { setImmediate } from 'node:timers/promises';
import type { CommandContext } from '../context.js';
import { loadEngine, loadThreadedEngine } from '../engine.js';
import { writeGif } from '../gif.js';
import { parseWholeNumber, refuseIdle } from '../option-values.js';
import { checkOutputFile, describeUnwritten } from '../output-file.js';
import { PATTERN_ARGUMENT, readPatternArgument, type StartState } from '../pattern-argument.js';
import { RANDOM } from '../random-board.js';
import {
  checkPatternFile,
  WRITTEN_EXTENSIONS,
  WRITTEN_FORMATS,
  writePatternFile,
} from '../pattern-file.js';
import { findRepetition, type Repetition } from '../repetition.js';
import { drawBoards } from '../terminal/board.js';
import { countNoun, formatCount } from '../terminal/count.js';
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
  /** How the run repeats itself, with `--until-repeats`; null when it does not. */
  readonly repetition?: Repetition | null;
}

interface SimulateOptions {
  readonly generations?: number;
  readonly untilRepeats?: true;
  readonly rule?: string;
  readonly row?: string;
  readonly density?: string;
  readonly seed?: string;
  readonly out?: string;
  readonly format?: string;
  readonly gif?: string;
  readonly json?: true;
}

/** Generations within which a repetition is sought when none are given. */
const MOST_UNTIL_REPEATS = 100_000;

/** Adds the command. */
export function registerSimulate(program: Command, context: CommandContext): void {
  program
    .command('simulate')
    .description('compute generations with the engine, without a model')
    .argument('<pattern>', PATTERN_ARGUMENT)
    .option('-n, --generations <count>', 'generations to compute', (text) =>
      parseWholeNumber('-n', text, 0),
    )
    .option(
      '--until-repeats',
      'stop where the run repeats itself (within -n generations), and say how: period and displacement',
    )
    .option(
      '--rule <rule>',
      "rule and bounded grid, e.g. B3/S23:T32,32 or :K30*,20; wins over the file's",
    )
    .option('--row <row>', 'board of a .csv file, from 1')
    .option('--density <p>', 'of a random board: the probability of a live cell (0.5)')
    .option('--seed <number>', 'of a random board (1)')
    .option(
      '--out <file>',
      `write the last generation, as ${WRITTEN_EXTENSIONS.join(' ')}; - is stdout`,
    )
    .option(
      '--format <name>',
      `format of --out: ${WRITTEN_FORMATS.join(', ')}; the extension says it too`,
    )
    .option('--gif <file>', 'write an animation of all generations')
    .option('--json', 'print one JSON object instead of the board')
    .action((pattern: string, options: SimulateOptions) => simulate(pattern, options, context));
  addExamples(program, 'simulate', [
    ['acorn --rule B3/S23:T200,200 -n 5000', 'the engine alone, on a large torus'],
    [
      'glider --rule B36/S23:K30*,20 -n 12 --out later.rle',
      'HighLife on a Klein bottle, to a file',
    ],
    ['xp15_4r4z4r4 --until-repeats', 'an object of the Catagolue: what it is, and its period'],
    ['r-pentomino -n 100 --out - | lifegpt predict -', 'on to the transformer'],
  ]);
}

async function simulate(
  argument: string,
  options: SimulateOptions,
  context: CommandContext,
): Promise<void> {
  const { out, format, gif } = options;
  if (options.generations === undefined && options.untilRepeats === undefined) {
    throw new InputError(
      'say how many generations to compute by -n, --generations, or give --until-repeats',
    );
  }
  if (format !== undefined && out === undefined) {
    throw new InputError(`--format ${format} is for --out; give --out - for stdout, or a file`);
  }
  if (out === '-' && options.json === true) {
    throw new InputError('--out - and --json both print to stdout; leave one of them out');
  }
  refuseIdle(options, ['seed'], argument !== RANDOM, `the pattern ${RANDOM}`);
  if (out !== undefined) await checkPatternFile(out, format, [argument]);
  if (gif !== undefined) await checkOutputFile(gif, ['.gif'], [argument]);
  context.leave(describeUnwritten(out, gif));
  const start = await readPatternArgument(argument, options);
  for (const warning of start.warnings) context.talk(`warning: ${warning}`);
  const run = await runStart(start, options, context);
  const { grid, states, repetition } = run;
  const generation = start.generation + run.generation;
  const rule = formatBoundedRule(start.rule, start.bounds);

  if (out !== undefined) {
    const comments = [`Generation ${generation} of ${start.name}.`];
    const { width, height } = grid;
    const golly = {
      position: { x: -Math.floor(width / 2), y: -Math.floor(height / 2) },
      generation,
    };
    const pattern = {
      name: start.name,
      comments,
      rule,
      grid,
      ...(generation > 0 ? golly : {}),
    };
    const said = await writePatternFile(out, pattern, format, context.printData);
    if (said !== null) context.talk(said);
  }
  if (gif !== undefined) {
    await writeGif(gif, states!, null, context);
    context.talk(`wrote ${gif}`);
  }
  const population = countAlive(grid);
  const found = options.untilRepeats === undefined ? {} : { repetition };
  if (options.json) {
    const { width, height } = grid;
    const size = { width, height, generation, population };
    const report: SimulateReport = { rule, ...size, state: formatCells(grid), ...found };
    context.printJson(report);
  } else if (out !== '-') {
    const caption = `${start.name}, ${rule}, generation ${formatCount(generation)}, ${formatCount(population)} alive`;
    context.print(drawBoards([{ caption, grid }], context.terminal));
    if (repetition !== null) context.print(describeRepetition(repetition, start.generation));
  }
  if (options.untilRepeats !== undefined && repetition === null) {
    context.talk(
      `nothing repeats itself within ${countNoun(run.generation, 'generation')}; give more by -n`,
    );
    context.fail();
  }
}

/** Where a run ended. */
interface Run {
  readonly grid: Grid;
  /** Counted from the start. */
  readonly generation: number;
  /** All of them, when they are to be shown. */
  readonly states: readonly Grid[] | null;
  readonly repetition: Repetition | null;
}

async function runStart(
  start: StartState,
  { generations, untilRepeats, gif }: SimulateOptions,
  context: CommandContext,
): Promise<Run> {
  let end = generations ?? MOST_UNTIL_REPEATS;
  let [grid, repetition]: [Grid | null, Repetition | null] = [null, null];
  if (untilRepeats !== undefined) {
    const found = await seekRepetition(start, end, context);
    if (found !== null) ({ grid, repetition } = found);
    if (repetition !== null) end = repetition.since;
  }
  if (gif !== undefined) {
    // a cycle is shown once
    const last = repetition === null ? end : end + repetition.period - 1;
    const states = await listStates(start, last, context);
    return { grid: states[end]!, generation: end, states, repetition };
  }
  grid ??= await runGenerations(start, end, context);
  return { grid, generation: end, states: null, repetition };
}

async function seekRepetition(
  { grid, rule, bounds }: StartState,
  most: number,
  { signal, progress: style }: CommandContext,
): ReturnType<typeof findRepetition> {
  const engine = await loadEngine();
  const progress = createProgress(style, 'simulate', most, 'generations');
  try {
    return await findRepetition(
      grid,
      bounds,
      most,
      (state) => engine.step(state, rule, 1, bounds.topology),
      async (generation) => {
        if (generation % 256 !== 0) return;
        progress.update(generation);
        await setImmediate();
        signal.throwIfAborted();
      },
    );
  } finally {
    progress.finish();
  }
}

/** Cells of all frames of an animation. */
const MOST_SHOWN = 2 ** 28;

/** All states up to a generation. @throws InputError when they are too many to be shown */
async function listStates(
  { grid, rule, bounds }: StartState,
  generations: number,
  { signal, progress: stream }: CommandContext,
): Promise<Grid[]> {
  const { width, height } = grid;
  if ((generations + 1) * width * height > MOST_SHOWN) {
    throw new InputError(
      `${countNoun(generations + 1, 'state')} of ${width}x${height} cells are too many for an animation; give fewer by -n, or a smaller board`,
    );
  }
  const engine = await loadEngine();
  const states = [grid];
  const progress = createProgress(stream, 'simulate', generations, 'generations');
  for (let k = 0; k < generations; k++) {
    if (k % 64 === 0) {
      progress.update(k);
      await setImmediate();
      signal.throwIfAborted();
    }
    states.push(engine.step(states[k]!, rule, 1, bounds.topology));
  }
  progress.finish();
  return states;
}

function describeRepetition(
  { kind, period, displacement: [right, down], since }: Repetition,
  first: number,
): string {
  const from = `from generation ${formatCount(first + since)}`;
  if (kind === 'dead') return `nothing lives ${from}`;
  if (kind === 'still life') return `a still life ${from}`;
  if (kind === 'oscillator') return `an oscillator of period ${formatCount(period)} ${from}`;
  const columns = `${Math.abs(right)} ${right < 0 ? 'left' : 'right'}`;
  const rows = `${Math.abs(down)} ${down < 0 ? 'up' : 'down'}`;
  const moves = [...(right === 0 ? [] : [columns]), ...(down === 0 ? [] : [rows])].join(' and ');
  return `a spaceship ${from}: ${moves} in ${countNoun(period, 'generation')}`;
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
