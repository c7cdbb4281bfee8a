/** `lifegpt` that stays: commands go one after the other through one process, which saves most of them its start. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';

const WARM = resolve(import.meta.dirname, '../packages/cli/test/warm-lifegpt.mjs');

/**
 * Makes ready for commands; the first one starts the process.
 * @param {string} folder where it runs
 * @param {NodeJS.ProcessEnv} env its variables
 * @returns {{ run: (given: string[]) => Promise<{ code: number, stdout: string, stderr: string }>, stop: () => Promise<unknown> }}
 */
export function createWarm(folder, env) {
  let started = null;
  function start() {
    const stdio = ['pipe', 'inherit', 'inherit', 'pipe'];
    const child = spawn(process.execPath, [WARM], { cwd: folder, env, stdio });
    const answers = createInterface({ input: child.stdio[3] })[Symbol.asyncIterator]();
    return { child, answers, ended: once(child, 'exit') };
  }
  return {
    async run(given) {
      started ??= start();
      started.child.stdin.write(`${JSON.stringify({ folder, given })}\n`);
      const { value, done } = await started.answers.next();
      if (done) throw new Error(`the process ended under: lifegpt ${given.join(' ')}`);
      return JSON.parse(value);
    },
    async stop() {
      started?.child.stdin.end();
      await started?.ended;
    },
  };
}
