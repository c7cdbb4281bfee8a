/** One process a run: who works in a folder says so in a file, which others read before they touch anything. */

import { checkShape, InputError, shapes } from '@lifegpt/core';
import { open, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { readBoundedFile } from './bounded-file.js';
import { targetIn } from './folder-path.js';
import { explainWriting } from './output-file.js';

const LOCK = '.lock';
/** Milliseconds between two signs of life. */
const SIGN = 5000;
/** Milliseconds without a sign after which the process of another machine counts as dead. */
const SILENCE = 20_000;

interface Owner {
  readonly host: string;
  readonly pid: number;
}

const OWNER = shapes.record<Owner>({
  host: shapes.text(256),
  pid: shapes.wholeNumber(1),
});

/**
 * Takes a run for this process. What a killed one left is taken over: on this machine at once, from another one when it
 * gives no sign of life.
 * @param folder of the run, which exists
 * @returns what gives it back
 * @throws InputError when another process works on it
 * @throws OutputError when the folder cannot be written
 */
export async function lockRun(folder: string): Promise<() => Promise<void>> {
  const path = targetIn(folder, LOCK);
  while (!(await takeLock(path))) {
    const owner = await readOwner(path);
    if (owner !== null && (await isAlive(path, owner))) {
      throw new InputError(
        `another process works on ${folder} (process ${owner.pid} on ${owner.host}); ` +
          `wait for it, or end it first; if there is none, remove ${path}`,
      );
    }
    await rm(path, { force: true });
  }
  const signs = setInterval(() => {
    const now = new Date();
    void utimes(path, now, now).catch(() => {});
  }, SIGN);
  signs.unref();
  return async () => {
    clearInterval(signs);
    await rm(path, { force: true });
  };
}

async function takeLock(path: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx');
    const owner: Owner = { host: hostname(), pid: process.pid };
    await file.writeFile(`${JSON.stringify(owner)}\n`).finally(() => file.close());
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw explainWriting(path, error, 'nothing was done');
  }
}

/** Whose lock it is; null where it is gone, or nobody's. */
async function readOwner(path: string): Promise<Owner | null> {
  const bytes = await readBoundedFile(path, 4096);
  try {
    return checkShape(OWNER, JSON.parse(bytes?.toString('utf8') ?? ''), path);
  } catch {
    return null;
  }
}

async function isAlive(path: string, { host, pid }: Owner): Promise<boolean> {
  if (host === hostname()) return pid !== process.pid && isRunning(pid);
  const before = await lastSign(path);
  if (Date.now() - before > SILENCE) return false;
  for (let waited = 0; waited < SILENCE; waited += SIGN / 5) {
    await setTimeout(SIGN / 5);
    const now = await lastSign(path);
    if (now === 0) return false;
    if (now !== before) return true;
  }
  return false;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // somebody else's
  }
}

/** When the lock was last touched; 0 when it is gone. */
const lastSign = (path: string): Promise<number> =>
  stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
