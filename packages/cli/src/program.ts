/** The commands of `lifegpt`, and what their ends mean as exit codes. */

import { escapeControls, InputError } from '@lifegpt/core';
import { Command, CommanderError } from 'commander';
import { showKnownNames } from './known-values.js';
import { OutputError } from './output-file.js';
import { createContext, type CommandContext, type Surroundings } from './context.js';
import { chooseHelpWidth, layOutHelp } from './terminal/help.js';
import { readOutline, restoreCommands } from './outline.js';
import { VERSION } from './version.js';

/** Adds a command to the program. */
type Register = (program: Command, context: CommandContext) => void;

/**
 * Every command, in the order of `lifegpt --help`. Each is loaded when it is asked for: what one of them needs (a server,
 * a queue, plots) is nothing that the others should wait for.
 */
const COMMANDS: Readonly<Record<string, () => Promise<Register>>> = {
  predict: async () => (await import('./commands/predict.js')).registerPredict,
  simulate: async () => (await import('./commands/simulate.js')).registerSimulate,
  dataset: async () => (await import('./commands/dataset.js')).registerDataset,
  train: async () => (await import('./commands/train.js')).registerTrain,
  eval: async () => (await import('./commands/eval.js')).registerEval,
  'eval-rules': async () => (await import('./commands/eval-rules.js')).registerEvalRules,
  'infer-rule': async () => (await import('./commands/infer-rule.js')).registerInferRule,
  certify: async () => (await import('./commands/certify.js')).registerCertify,
  compute: async () => (await import('./commands/compute.js')).registerCompute,
  extract: async () => (await import('./commands/extract.js')).registerExtract,
  ablate: async () => (await import('./commands/ablate.js')).registerAblate,
  merge: async () => (await import('./commands/merge.js')).registerMerge,
  inspect: async () => (await import('./commands/inspect.js')).registerInspect,
  model: async () => (await import('./commands/model.js')).registerModel,
  serve: async () => (await import('./commands/serve.js')).registerServe,
  queue: async () => (await import('./commands/queue.js')).registerQueue,
  bench: async () => (await import('./commands/bench.js')).registerBench,
  completion: async () => (await import('./commands/completion.js')).registerCompletion,
};

/** The hidden command that the shells' scripts ask. */
const COMPLETE = async (): Promise<Register> =>
  (await import('./commands/completion.js')).registerComplete;

/**
 * Registers what some words need: the command that the first of them names or, where they ask for help, complete or
 * name none, the outline of all.
 * @param given the arguments behind `lifegpt`
 */
async function registerCommands(
  program: Command,
  context: CommandContext,
  given: readonly string[],
): Promise<void> {
  const name = given[0] ?? '';
  const asksForHelp = given.some((word) => word === '--help' || word === '-h');
  const isNamed = Object.hasOwn(COMMANDS, name) && !asksForHelp;
  const outline = isNamed ? null : readOutline();
  if (outline === null) return loadCommands(program, context, isNamed ? [name] : undefined);
  restoreCommands(program, outline);
  if (name === 'complete') (await COMPLETE())(program, context);
}

/** Loads commands with their work, and registers them; all of them when none is named. */
export async function loadCommands(
  program: Command,
  context: CommandContext,
  names: readonly string[] = Object.keys(COMMANDS),
): Promise<void> {
  const registers = await Promise.all(names.map((name) => COMMANDS[name]!()));
  for (const register of registers) register(program, context);
  if (names.length > 1) (await COMPLETE())(program, context);
}

/** Exit codes of the command line. */
export const EXIT = { done: 0, failed: 1, badInput: 2, interrupted: 130 } as const;

/**
 * Runs the command line and returns its exit code; all that went wrong is on stderr by then.
 * @param given The arguments behind `lifegpt`.
 */
export async function runProgram(
  given: readonly string[],
  surroundings: Surroundings,
): Promise<number> {
  const { stdout, stderr, signal } = surroundings;
  let failed = false;
  let left = '';
  const context = createContext(
    surroundings,
    () => {
      failed = true;
    },
    (what) => {
      left = what;
    },
  );
  const width = chooseHelpWidth(stdout, surroundings.env);
  const program = new Command('lifegpt')
    .description('A transformer that computes cellular automata from text.')
    .version(VERSION)
    .option('--verbose', 'what ONNX Runtime itself logs, too')
    .hook('preAction', (root, command) => {
      if (root.opts()['verbose'] === true) process.env['LIFEGPT_VERBOSE'] = '1';
      refuseEmpty(command);
    })
    .exitOverride()
    .showHelpAfterError('(lifegpt --help and lifegpt <command> --help tell more)')
    .configureOutput({
      writeOut: (text) => void stdout.write(text),
      writeErr: (text) => void stderr.write(text),
      // on one line, whatever was typed
      outputError: (text, write) => {
        const line = text.trimEnd().replace(/\n\(Did you mean (.*)\?\)$/, '; did you mean $1?');
        write(`${escapeControls(line)}\n`);
      },
      getOutHelpWidth: () => width,
      getErrHelpWidth: () => width,
    })
    .configureHelp(layOutHelp(width));
  await registerCommands(program, context, given);
  showKnownNames(program);
  try {
    await program.parseAsync(given, { from: 'user' });
  } catch (error) {
    if (!signal.aborted) return explainError(error, context);
  }
  if (signal.aborted) {
    context.talk(left === '' ? 'interrupted' : `interrupted; ${left}`);
    return EXIT.interrupted;
  }
  return failed ? EXIT.failed : EXIT.done;
}

/** A variable of a script that is not set leaves an empty word; no option or argument means anything by it. */
function refuseEmpty(command: Command): void {
  const isEmpty = (value: unknown): boolean =>
    Array.isArray(value) ? value.includes('') : value === '';
  const option = command.options.find((one) => isEmpty(command.opts()[one.attributeName()]));
  const place = command.registeredArguments.findIndex((_, i) => isEmpty(command.processedArgs[i]));
  const name = option?.long ?? command.registeredArguments[place]?.name();
  if (name !== undefined && command.name() !== 'complete') {
    throw new InputError(`${name} needs a value, not an empty one`);
  }
}

/** The one place that maps errors to exit codes. */
function explainError(error: unknown, { talk: talkLine }: CommandContext): number {
  // what a parser quotes may go over lines
  const talk = (line: string): void => talkLine(line.replace(/\s*[\r\n]+\s*/g, ' '));
  if (error instanceof CommanderError) {
    // commander has written its message, or the help that was asked for, already
    return error.exitCode === 0 ? EXIT.done : EXIT.badInput;
  }
  if (error instanceof InputError) {
    talk(`error: ${error.message}`);
    return EXIT.badInput;
  }
  if (error instanceof OutputError) {
    talk(`error: ${error.message}`);
    return EXIT.failed;
  }
  if (isDiskError(error)) {
    talk(`error: ${error.message}; what was being written is gone, the rest is as it was`);
    return EXIT.failed;
  }
  talkLine(`error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  return EXIT.failed;
}

/** A full or failing disk: nothing that a trace would explain. */
function isDiskError(error: unknown): error is Error {
  return error instanceof Error && /\b(ENOSPC|EDQUOT|EFBIG|EIO|EROFS|EACCES)\b/.test(error.message);
}
