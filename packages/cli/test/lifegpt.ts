/** Runs `lifegpt` as a process in a folder of its own: what a user and a script see. */

import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { resolve } from 'node:path';

const MAIN = resolve(import.meta.dirname, '../bin/lifegpt.js');

/** How a run ended. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs to the end.
 * @param fileBlocks blocks of 512 bytes that a file may have
 * @param env variables besides those of this process
 */
export function runLifegpt(
  folder: string,
  given: readonly string[],
  input = '',
  fileBlocks?: number,
  env: Readonly<Record<string, string>> = {},
): Outcome {
  const limit = fileBlocks === undefined ? '' : `ulimit -f ${fileBlocks}; `;
  const words = ['-c', `${limit}exec "$@"`, 'sh', process.execPath, MAIN, ...given];
  const { status, stdout, stderr } = spawnSync('sh', words, {
    cwd: folder,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    input,
  });
  return { code: status ?? -1, stdout, stderr };
}

/** An answer whose seconds are taken out: what two runs of the same have in common. */
export const withoutTimes = (text: string): string =>
  text.replace(/"seconds": ?[\d.e-]+/g, '"seconds":0').replace(/[\d.]+ s$/m, '');

/** Starts and leaves it running. */
export function startLifegpt(folder: string, given: readonly string[]): ChildProcess {
  return spawn(process.execPath, [MAIN, ...given], { cwd: folder, stdio: 'ignore' });
}
