/** Runs `lifegpt` in a folder of its own: what a user and a script see. */

import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const MAIN = resolve(import.meta.dirname, '../bin/lifegpt.js');
const WARM = resolve(import.meta.dirname, 'warm-lifegpt.mjs');

/** How a run ended. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs to the end. Where a run needs something of its own from the system (a stdin, a limit, variables) it is a process; others
 * go one after the other through one that stays, which saves a second each.
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
  const isPlain = input === '' && fileBlocks === undefined && Object.keys(env).length === 0;
  if (isPlain && !given.includes('-')) return askWarm(folder, given);
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

/** Runs it for so long at most: a command that is at its work then is interrupted. */
export const runBriefly = (
  folder: string,
  given: readonly string[],
  milliseconds: number,
): Outcome => askWarm(folder, given, milliseconds);

/** The ends of two named pipes: to the process that stays, and from it. */
let pipes: { readonly to: number; readonly from: number } | undefined;

/** Starts the process that stays; it ends when this one does. Named pipes, because they can be read without a turn of the event loop. */
function startWarm(): { to: number; from: number } {
  const folder = mkdtempSync(join(tmpdir(), 'lifegpt-warm-'));
  const [requests, answers] = [join(folder, 'requests'), join(folder, 'answers')];
  spawnSync('mkfifo', [requests, answers]);
  const words = ['-c', 'exec "$1" "$2" <"$3" 3>"$4"', 'sh', process.execPath, WARM];
  spawn('sh', [...words, requests, answers], { stdio: ['ignore', 'inherit', 'inherit'] }).unref();
  const opened = { to: openSync(requests, 'w'), from: openSync(answers, 'r') };
  rmSync(folder, { recursive: true });
  return opened;
}

function askWarm(folder: string, given: readonly string[], milliseconds?: number): Outcome {
  pipes ??= startWarm();
  writeSync(pipes.to, `${JSON.stringify({ folder, given, milliseconds })}\n`);
  const pieces: Buffer[] = [];
  const piece = Buffer.alloc(65_536);
  while (pieces.at(-1)?.at(-1) !== 10) {
    const length = readSync(pipes.from, piece);
    if (length === 0) throw new Error(`the process ended under: lifegpt ${given.join(' ')}`);
    pieces.push(Buffer.from(piece.subarray(0, length)));
  }
  return JSON.parse(Buffer.concat(pieces).toString('utf8')) as Outcome;
}

/** An answer whose seconds are taken out: what two runs of the same have in common. */
export const withoutTimes = (text: string): string =>
  text.replace(/"seconds": ?[\d.e-]+/g, '"seconds":0').replace(/[\d.]+ s$/m, '');

/** Starts and leaves it running. */
export function startLifegpt(folder: string, given: readonly string[]): ChildProcess {
  return spawn(process.execPath, [MAIN, ...given], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}
