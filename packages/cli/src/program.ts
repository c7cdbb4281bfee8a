/** The commands of `lifegpt`, and what their ends mean as exit codes. */

import { InputError } from '@lifegpt/core';
import { Command, CommanderError } from 'commander';
import { createRequire } from 'node:module';
import { registerAblate } from './commands/ablate.js';
import { addExamples } from './command-examples.js';
import { registerBench } from './commands/bench.js';
import { registerCertify } from './commands/certify.js';
import { registerCompletion } from './commands/completion.js';
import { registerDataset } from './commands/dataset.js';
import { registerEval } from './commands/eval.js';
import { registerEvalRules } from './commands/eval-rules.js';
import { addMergeCommand } from './commands/merge.js';
import { registerInferRule } from './commands/infer-rule.js';
import { registerModel } from './commands/model.js';
import { registerPredict } from './commands/predict.js';
import { registerQueue } from './commands/queue.js';
import { registerServe } from './commands/serve.js';
import { registerSimulate } from './commands/simulate.js';
import { registerTrain } from './commands/train.js';
import { createContext, type CommandContext, type Surroundings } from './context.js';

/** Every command is registered here, in the order of `lifegpt --help`. */
export function registerCommands(program: Command, context: CommandContext): void {
  registerPredict(program, context);
  registerSimulate(program, context);
  registerDataset(program, context);
  registerTrain(program, context);
  registerEval(program, context);
  registerEvalRules(program, context);
  registerCertify(program, context);
  registerInferRule(program, context);
  registerAblate(program, context);
  addMergeCommand(program, context);
  registerModel(program, context);
  registerServe(program, context);
  registerQueue(program, context);
  registerBench(program, context);
  registerCompletion(program, context);
  addExamples(program);
}

const { version } = createRequire(import.meta.url)('../package.json') as { version: string };

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
  const context = createContext(surroundings, () => {
    failed = true;
  });
  const program = new Command('lifegpt')
    .description('A transformer that computes cellular automata from text.')
    .version(version)
    .exitOverride()
    .showHelpAfterError('(lifegpt --help and lifegpt <command> --help tell more)')
    .configureOutput({
      writeOut: (text) => void stdout.write(text),
      writeErr: (text) => void stderr.write(text),
    });
  registerCommands(program, context);
  try {
    await program.parseAsync(given, { from: 'user' });
  } catch (error) {
    if (!signal.aborted) return explainError(error, context);
  }
  if (signal.aborted) {
    context.talk('interrupted');
    return EXIT.interrupted;
  }
  return failed ? EXIT.failed : EXIT.done;
}

/** The one place that maps errors to exit codes. */
function explainError(error: unknown, { talk }: CommandContext): number {
  if (error instanceof CommanderError) {
    // commander has written its message, or the help that was asked for, already
    return error.exitCode === 0 ? EXIT.done : EXIT.badInput;
  }
  if (error instanceof InputError) {
    talk(`error: ${error.message}`);
    return EXIT.badInput;
  }
  if (isDiskError(error)) {
    talk(`error: ${error.message}; what was being written is gone, the rest is as it was`);
    return EXIT.failed;
  }
  talk(`error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  return EXIT.failed;
}

/** A full or failing disk: nothing that a trace would explain. */
function isDiskError(error: unknown): error is Error {
  return error instanceof Error && /\b(ENOSPC|EDQUOT|EFBIG|EIO|EROFS|EACCES)\b/.test(error.message);
}
