/** `lifegpt` as a process of its own, timed, with the most memory that it took. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../bin/lifegpt.js', import.meta.url));

/**
 * Runs it to its end.
 * @throws Error when it fails
 */
export async function measureProcess(
  given: readonly string[],
  signal: AbortSignal,
): Promise<{ seconds: number; peakMegabytes: number | null }> {
  const began = performance.now();
  const child = spawn(process.execPath, [MAIN, ...given], { stdio: 'ignore', signal });
  let code: number | null | undefined;
  child.once('exit', (exit) => (code = exit));
  child.once('error', () => (code ??= null));
  let peak = 0;
  while (code === undefined) {
    peak = Math.max(peak, await readPeakMemory(child.pid!));
    await setTimeout(10);
  }
  signal.throwIfAborted();
  if (code !== 0) throw new Error(`lifegpt ${given.join(' ')} ended with ${code}`);
  const seconds = (performance.now() - began) / 1000;
  return { seconds, peakMegabytes: peak === 0 ? null : peak / 1024 };
}

/**
 * Runs another program to its end.
 * @param input what it reads from stdin
 * @returns what it wrote
 * @throws Error when there is none, or it fails
 */
export async function runProgram(
  program: string,
  given: readonly string[],
  signal: AbortSignal,
  input = '',
): Promise<string> {
  const child = spawn(program, given, { stdio: ['pipe', 'pipe', 'ignore'], signal });
  const ended = once(child, 'close') as Promise<[number | null]>;
  child.stdin.on('error', () => {}); // one that reads nothing
  child.stdin.end(input);
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  const [code] = await ended;
  if (code !== 0) throw new Error(`${program} ended with ${code}`);
  return output;
}

/** The most resident memory so far in KiB, as Linux counts it; 0 elsewhere. */
async function readPeakMemory(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0);
}
