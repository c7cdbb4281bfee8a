/** Child processes: run, wait, hand back the exit code. */

import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/**
 * Runs a program to its end and returns its exit code (128 + n when signal n ended it).
 * @param {string} program
 * @param {string[]} given Arguments.
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, stdout?: 'inherit' | 'stderr', signal?: AbortSignal }} options
 *   `stdout: 'stderr'` sends the program's output to stderr, where talk belongs; `signal` ends the program.
 * @returns {Promise<number>}
 */
export async function runCommand(program, given, { cwd, env, stdout = 'inherit', signal } = {}) {
  // Ctrl-C reaches the child as well; it ends itself, and its end is waited for here.
  const ignore = () => {};
  process.on('SIGINT', ignore);
  try {
    return await new Promise((settle, fail) => {
      const child = spawn(program, given, {
        cwd,
        env,
        signal,
        stdio: ['inherit', stdout === 'stderr' ? 2 : 'inherit', 'inherit'],
      });
      child.on('error', (error) => {
        if (error.name !== 'AbortError') fail(new Error(`cannot run ${program}: ${error.message}`));
      });
      child.on('close', (code, by) => settle(code ?? 128 + constants.signals[by]));
    });
  } finally {
    process.off('SIGINT', ignore);
  }
}
