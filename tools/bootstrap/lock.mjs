/** A lock between processes of one machine, so that two of them do not install or build at once. */

import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Runs `work` while holding the lock file; waits while a living process holds it.
 * @template T
 * @param {string} path
 * @param {(line: string) => void} say
 * @param {() => Promise<T>} work
 * @param {number} pollMilliseconds
 * @returns {Promise<T>}
 */
export async function withLock(path, say, work, pollMilliseconds = 500) {
  mkdirSync(dirname(path), { recursive: true });
  for (let waits = 0; !takeLock(path); waits++) {
    const holder = readHolder(path);
    if (holder !== null && !isAlive(holder)) {
      rmSync(path, { force: true }); // its holder was killed
      continue;
    }
    if (waits === 0)
      say(`waiting for process ${holder ?? '?'}, which works here and holds ${path}`);
    await sleep(pollMilliseconds);
  }
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

/** Linking a finished file makes lock and content appear in one step. */
function takeLock(path) {
  const own = `${path}.${process.pid}`;
  writeFileSync(own, `${process.pid}\n`);
  try {
    linkSync(own, path);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(own, { force: true });
  }
}

function readHolder(path) {
  try {
    return Number.parseInt(readFileSync(path, 'utf8'), 10);
  } catch {
    return null; // given back in between
  }
}

function isAlive(processId) {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM'; // it lives, and belongs to somebody else
  }
}
