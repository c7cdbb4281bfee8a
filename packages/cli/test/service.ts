/** Runs `lifegpt serve` as a process: what a client sees. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

const MAIN = resolve(import.meta.dirname, '../bin/lifegpt.js');

/** A running `lifegpt serve`. */
export interface TestService {
  readonly url: string;
  readonly pid: number;
  /** Sends SIGTERM; the exit code and what was on stderr. */
  stop(): Promise<{ code: number | null; stderr: string }>;
  /** Sends a JSON body. */
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
}

/** Starts the service on a free port and waits until it listens. */
export async function startService(
  given: readonly string[] = [],
  env: Record<string, string> = {},
): Promise<TestService> {
  const child = spawn(process.execPath, [MAIN, 'serve', '--port', '0', '--json', ...given], {
    env: { ...process.env, ...env },
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = once(child, 'exit') as Promise<[number | null]>;
  const first = await Promise.race([once(child.stdout.setEncoding('utf8'), 'data'), ended]);
  if (typeof first[0] !== 'string') throw new Error(`lifegpt serve ended: ${stderr}`);
  const { url } = JSON.parse(first[0]) as { url: string };
  return {
    url,
    pid: child.pid!,
    async stop() {
      child.kill('SIGTERM');
      const [code] = await ended;
      return { code, stderr };
    },
    post: (path, body, headers = {}) =>
      fetch(`${url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
  };
}
