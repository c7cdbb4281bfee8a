/** Files that commands write: all of it or nothing, under a temporary name until it is complete. */

import { InputError } from '@lifegpt/core';
import type { Stats } from 'node:fs';
import { open, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, extname, join } from 'node:path';

/**
 * Checks before long work that its result can be written.
 * @param extensions Those that are understood, with their dots, in lower case.
 * @throws InputError when the extension is another, or the folder is not there.
 */
export async function checkOutputFile(path: string, extensions: readonly string[]): Promise<void> {
  const extension = extname(path).toLowerCase();
  if (!extensions.includes(extension)) {
    throw new InputError(
      `cannot write '${path}': its extension says the format, and has to be one of ${extensions.join(' ')}`,
    );
  }
  const folder = await findStats(dirname(path));
  if (folder === null || !folder.isDirectory()) {
    throw new InputError(`cannot write '${path}': there is no folder '${dirname(path)}'`);
  }
  if ((await findStats(path))?.isDirectory()) {
    throw new InputError(`cannot write '${path}': it is a folder`);
  }
}

/**
 * Writes a file in one step: whoever reads sees the old one or the new one, complete, and an
 * error leaves the old one as it was. A link is followed; a device or pipe is written to directly.
 */
export async function writeOutputFile(path: string, content: string | Uint8Array): Promise<void> {
  const existing = await findStats(path);
  if (existing !== null && !existing.isFile()) return writeFile(path, content);
  const target = existing === null ? path : await realpath(path);
  const temporary = temporaryPath(target);
  try {
    const file = await open(temporary, 'w', existing?.mode ?? 0o666);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Where a file is written until it is whole; processes of many machines may share the folder. */
export function temporaryPath(path: string): string {
  return join(dirname(path), `.${basename(path)}.${hostname()}-${process.pid}.tmp`);
}

async function findStats(path: string): Promise<Stats | null> {
  try {
    return await stat(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
