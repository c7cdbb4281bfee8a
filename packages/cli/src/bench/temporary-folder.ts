/** A folder that lasts as long as a measurement, however the process ends. */

import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { pathIn } from '../folder-path.js';

/** Works in a new folder, which is gone afterwards; also when Ctrl-C is pressed twice. */
export async function withTemporaryFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(pathIn(tmpdir(), 'lifegpt-bench-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  try {
    return await work(folder);
  } finally {
    process.off('exit', remove);
    remove();
  }
}
