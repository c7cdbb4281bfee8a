/** What a command gets from its surroundings: where to print, when to stop, how to fail. */

import { escapeControls } from '@lifegpt/core';
import { clearProgress } from './terminal/progress.js';
import { chooseStyle, type Output, type Style } from './terminal/style.js';
import { wrapLines } from './terminal/wrap.js';

/** The surroundings of a command. Its functions need no `this`. */
export interface CommandContext {
  /** Writes lines for people to stdout, ending with a new line; on a terminal they go over at blanks. */
  readonly print: (text: string) => void;
  /** Writes data to stdout as it is, ending with a new line, however wide a terminal is. */
  readonly printData: (text: string) => void;
  /** Writes a value as JSON, on one line. */
  readonly printJson: (value: unknown) => void;
  /** Writes a line of talk to stderr; on a terminal it goes over at blanks. */
  readonly talk: (line: string) => void;
  /** How stdout can be drawn on. */
  readonly terminal: Style;
  /** Where progress is shown: stderr. */
  readonly progress: Output;
  /** How this program is called, for advice that can be typed: through npx or by its name. */
  readonly program: string;
  /** The environment's variables. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted by Ctrl-C; long work looks at it now and then and throws its reason. */
  readonly signal: AbortSignal;
  /** Says what stays of the work if it is interrupted from now on, and how it goes on. */
  readonly leave: (what: string) => void;
  /** The command did its work, and the result is a failure: exit code 1. */
  readonly fail: () => void;
}

/** Streams and environment of a process. */
export interface Surroundings {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/**
 * Makes the context of a run.
 * @param fail Called when a command fails.
 * @param leave Called with what stays of the work if it is interrupted.
 */
export function createContext(
  { stdout, stderr, env, signal }: Surroundings,
  fail: () => void,
  leave: (what: string) => void = () => {},
): CommandContext {
  const terminal = chooseStyle(stdout, env);
  const { columns } = chooseStyle(stderr, env);
  const printData = (text: string): void => {
    clearProgress(stderr);
    stdout.write(text.endsWith('\n') ? text : `${text}\n`);
  };
  return {
    print: (text) => printData(wrapLines(text, terminal.columns)),
    printData,
    printJson: (value) => printData(JSON.stringify(value)),
    // what files and requests name may hold what a terminal would obey
    talk: (line) => {
      clearProgress(stderr);
      stderr.write(`${wrapLines(escapeControls(line), columns)}\n`);
    },
    terminal,
    progress: stderr,
    // npm says so to what npx runs
    program: env['npm_command'] === 'exec' ? 'npx lifegpt' : 'lifegpt',
    env,
    signal,
    leave,
    fail,
  };
}
