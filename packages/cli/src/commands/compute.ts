/** `lifegpt compute`: machines made of Life, run by the transformer and held against the engine in every generation. */

import { type Grid } from '@lifegpt/core';
import {
  checkBoard,
  encodeSafetensors,
  hashBytes,
  loadModel,
  type ModelFolder,
} from '@lifegpt/model';
import type { Command } from 'commander';
import { addExamples } from '../command-examples.js';
import { openAdder, readSum } from '../compute/adder-machine.js';
import { readGollyPattern } from '../compute/golly-patterns.js';
import { cutView } from '../compute/machine-frames.js';
import { runMachine } from '../compute/machine-run.js';
import {
  readMachineState,
  writeMachineState,
  type MachineState,
} from '../compute/machine-state.js';
import { MachineError, type Machine, type MachineReading } from '../compute/machine.js';
import { LARGEST_NUMBER, openPrimeSieve, SIEVE_FILE } from '../compute/prime-sieve.js';
import { openTuringMachine, TURING_FILE, TURING_STEPS } from '../compute/turing-machine.js';
import type { CommandContext } from '../context.js';
import { loadEngine } from '../engine.js';
import { writeGif } from '../gif.js';
import { DEFAULT_MODEL, openModelFolder } from '../model-argument.js';
import { parseWholeNumber } from '../option-values.js';
import { checkOutputFile, makeFolder } from '../output-file.js';
import { lockRun } from '../run-lock.js';
import { createRuntime } from '../runtime.js';
import { refuseForeignFiles } from '../shard/result-folder.js';
import { countNoun, formatCount } from '../terminal/count.js';
import { createProgress, formatDuration } from '../terminal/progress.js';

interface ComputeFlags {
  readonly model: string;
  readonly device: string;
  readonly out?: string;
  readonly gif?: string;
  readonly json?: boolean;
}

interface TuringFlags extends ComputeFlags {
  readonly steps: string;
  readonly patterns?: string;
}

interface PrimesFlags extends ComputeFlags {
  readonly to: string;
  readonly patterns?: string;
}

const PATTERNS = '--patterns <folder>';
const PATTERNS_HELP = 'the folder Patterns of Golly’s collection, where it is elsewhere';

/** Adds the commands. */
export function registerCompute(program: Command, context: CommandContext): void {
  const group = program
    .command('compute')
    .description('run machines made of Life: computers inside of the transformer');
  addOptions(group.command('add'))
    .description('add two numbers that fly in as gliders; their sum flies out')
    .argument('<a>', 'a whole number from 0')
    .argument('<b>', 'another')
    .option('--out <folder>', 'keep where the run stands, and go on from there')
    .action((a: string, b: string, flags: ComputeFlags) => runAdd(a, b, flags, context));
  addOptions(group.command('turing'))
    .description(
      'run Rendell’s Turing machine, 11,040 generations a step; it doubles a row of ones',
    )
    .option('--steps <count>', `how many of its ${TURING_STEPS} steps to see`, '1')
    .option(
      '--patterns <folder>',
      'the folder Patterns of Golly’s collection, where it is elsewhere',
    )
    .option('--out <folder>', 'keeps where the run stands, and goes on from there', 'runs/turing')
    .action((flags: TuringFlags) => runTuring(flags, context));
  addOptions(group.command('primes'))
    .description('run a prime sieve of Golly’s collection: a spaceship for every prime from 3')
    .option('--to <number>', `the largest number that is tested, to ${LARGEST_NUMBER}`, '31')
    .option(PATTERNS, PATTERNS_HELP)
    .option('--out <folder>', 'keep where the run stands, and go on from there')
    .action((flags: PrimesFlags) => runPrimes(flags, context));
  addExamples(group, 'add', [
    ['13 29', 'two numbers fly in as gliders, their sum flies out'],
    ['5 3 --gif adder.gif', 'as an animation'],
  ]);
  addExamples(group, 'turing', [
    ['', 'a step of Rendell’s Turing machine, from Golly’s collection'],
    ['--steps 17 --out runs/turing', 'until it halts; interrupted, the same command goes on'],
  ]);
  addExamples(group, 'primes', [['--to 61', 'a spaceship for every prime']]);
}

async function runPrimes(flags: PrimesFlags, context: CommandContext): Promise<void> {
  const largest = parseWholeNumber('--to', flags.to, 3, LARGEST_NUMBER);
  const text = await readGollyPattern(SIEVE_FILE, flags.patterns, context.env['PATH']);
  const end = await runToEnd(await openPrimeSieve(text, SIEVE_FILE, largest), flags, context);
  if (end === null) return;
  const primes = end.readings
    .filter(({ value }) => value.startsWith('prime '))
    .map(({ value }) => Number(value.slice('prime '.length)));
  if (flags.json === true) context.printJson({ primes, ...report(end) });
  else context.print(`${primes.join(' ')}\n${describe(end)}`);
}

function addOptions(command: Command): Command {
  return command
    .option('--model <name>', 'a shipped model, or a model folder', DEFAULT_MODEL)
    .option('--device <name>', 'auto, cpu, webgpu, cuda or wasm', 'auto')
    .option('--gif <file>', 'write an animation')
    .option('--json', 'print one JSON object');
}

async function runAdd(
  first: string,
  second: string,
  flags: ComputeFlags,
  context: CommandContext,
): Promise<void> {
  const [a, b] = [parseWholeNumber('a', first, 0), parseWholeNumber('b', second, 0)];
  const end = await runToEnd(openAdder(a, b), flags, context);
  if (end === null) return;
  const sum = readSum(end.readings.map(({ value }) => value));
  if (flags.json === true) context.printJson({ a, b, sum, ...report(end) });
  else context.print(`${a} + ${b} = ${sum}\n${describe(end)}`);
}

async function runTuring(flags: TuringFlags, context: CommandContext): Promise<void> {
  const steps = parseWholeNumber('--steps', flags.steps, 1, TURING_STEPS);
  const text = await readGollyPattern(TURING_FILE, flags.patterns, context.env['PATH']);
  const machine = await openTuringMachine(text, TURING_FILE, steps);
  const end = await runToEnd(machine, flags, context);
  if (end === null) return;
  if (flags.json === true) {
    const seen = end.readings.map(({ generation, text: step }) => ({ generation, step }));
    context.printJson({ machine: 'turing', steps: seen, ...report(end) });
  } else context.print(describe(end));
}

/** Runs a machine, prints what is read as it happens, and keeps its state. @returns null when it failed */
async function runToEnd(
  machine: Machine,
  flags: ComputeFlags,
  context: CommandContext,
): Promise<MachineState | null> {
  const { talk, print, progress, signal } = context;
  const { out, gif } = flags;
  const runtime = await createRuntime(flags.device);
  const folder = await openModelFolder(flags.model);
  checkBoard(folder, machine.grid, { kind: 'plane' });
  if (out !== undefined) {
    await refuseForeignFiles(out, isOfMachineRun, 'run of a machine');
    await makeFolder(out);
  }
  if (gif !== undefined) await checkOutputFile(gif, ['.gif']);
  const model = await loadModel(folder, runtime);
  const modelName = `${model.name} (weights ${(await hashWeights(folder)).slice(0, 8)})`;
  const { width, height } = machine.grid;
  const unlock = out === undefined ? null : await lockRun(out);
  const showReading = ({ generation, text }: MachineReading): void => {
    bar.finish();
    if (flags.json !== true) print(`generation ${formatCount(generation)}: ${text}`);
  };
  const bar = createProgress(progress, 'compute', machine.generations, 'generations');
  context.leave(
    out === undefined
      ? 'nothing is kept; with --out <folder> the same command would go on from here'
      : `where it stands is kept in ${out}, and the same command goes on`,
  );
  const frames: Grid[] = [];
  try {
    const state = out === undefined ? null : await readMachineState(out, machine.name, modelName);
    talk(
      `${machine.name}: a plane of ${width}x${height} cells, model ${modelName} on ${model.device}`,
    );
    if (state !== null) {
      talk(`going on at generation ${formatCount(state.generation)} of ${out}`);
      state.readings.forEach(showReading);
    }
    bar.update(state?.generation ?? 0);
    const end = await runMachine({
      machine,
      model,
      modelName,
      engine: await loadEngine(),
      state,
      signal,
      onReading: showReading,
      onGeneration: (counts, grid) => {
        const { generation, computed, kept } = counts;
        if (gif !== undefined && generation % machine.view.every === 0) {
          frames.push(cutView(grid, machine.view));
        }
        bar.update(generation, `${formatShare(kept, computed + kept)} of all tokens kept`);
      },
      ...(out === undefined ? {} : { save: (now) => writeMachineState(out, now) }),
    });
    if (out !== undefined) talk(`wrote ${out}/machine.json`);
    if (gif !== undefined && frames.length > 0) {
      const cellPixels = machine.view.shrink > 1 ? 1 : 2;
      await writeGif(gif, frames, null, context, { delay: 60, cellPixels });
      talk(`wrote ${gif}`);
    }
    return end;
  } catch (error) {
    if (!(error instanceof MachineError)) throw error;
    talk(`error: ${error.message}`);
    context.fail();
    return null;
  } finally {
    bar.finish();
    await unlock?.();
  }
}

/** Its state, its lock, and what it was about to write. */
const isOfMachineRun = (name: string): boolean =>
  name === 'machine.json' || /^\.(lock|.*\.tmp)$/.test(name);

/** Other weights under the same name are another model: a run is not to go on with them. */
const hashWeights = ({ tensors }: ModelFolder): Promise<string> =>
  hashBytes(encodeSafetensors({ tensors, metadata: {} }));

const formatShare = (part: number, whole: number): string =>
  `${((100 * part) / Math.max(1, whole)).toFixed(2)} %`;

/** What `--json` says of every run. A run that differs from the engine in a cell has no end. */
function report({ generation, computed, kept, seconds, minMargin, forwardPasses }: MachineState) {
  const tokens = { computed, kept };
  return { generations: generation, tokens, wrongCells: 0, forwardPasses, seconds, minMargin };
}

/** The closing line. */
function describe({ generation, computed, kept, seconds, minMargin, model }: MachineState): string {
  return (
    `exact: 0 wrong cells in ${countNoun(generation, 'generation')}; ${model} computed ${countNoun(computed, 'token')} and kept ${formatCount(kept)} ` +
    `(${formatShare(kept, computed + kept)}), smallest margin ${minMargin.toFixed(1)} nats, ${formatDuration(seconds)} of model time`
  );
}
