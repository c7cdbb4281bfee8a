/** Runs `lifegpt serve` as a process of its own, for the tests that strain it. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

const MAIN = resolve(import.meta.dirname, '../../packages/cli/bin/lifegpt.js');

/**
 * Starts the service on a free port of loopback.
 * @param {string[]} given more options of `lifegpt serve`
 * @returns {Promise<{ url: string, pid: number, isAlive: () => boolean, stop: () => Promise<string> }>}
 *   `stop` ends it and hands over what was on stderr.
 */
export async function startService(given = []) {
  const child = spawn(process.execPath, [MAIN, 'serve', '--port', '0', '--json', ...given]);
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
  const ended = once(child, 'exit');
  const [line] = await Promise.race([once(child.stdout.setEncoding('utf8'), 'data'), ended]);
  if (typeof line !== 'string') throw new Error(`lifegpt serve did not start: ${stderr}`);
  return {
    url: JSON.parse(line).url,
    pid: child.pid,
    isAlive: () => child.exitCode === null && child.signalCode === null,
    async stop() {
      child.kill('SIGTERM');
      await ended;
      return stderr;
    },
  };
}

/** The figures that the service gives Prometheus, by name and labels. */
export async function readMetrics(url) {
  const text = await (await fetch(`${url}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.lastIndexOf(' ');
      return [line.slice(0, at), Number(line.slice(at + 1))];
    }),
  );
}
