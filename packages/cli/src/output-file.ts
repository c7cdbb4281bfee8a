/** Files that commands write: all of it or nothing, under a temporary name until it is complete. */

import { InputError, showValue } from '@lifegpt/core';
import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import {
  access,
  constants,
  mkdir,
  open,
  readdir,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, extname, resolve } from 'node:path';
import { pathIn } from './folder-path.js';

/**
 * The machine refused to write: a full disk, a folder without permission. No fault of the input, so commands end with
 * exit code 1, all of them.
 */
export class OutputError extends Error {
  override readonly name = 'OutputError';
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EBUSY: 'it is in use',
  EDQUOT: 'the quota is used up',
  EEXIST: 'there is something of that name',
  EFBIG: 'the file would be larger than is allowed',
  EIO: 'the disk failed',
  EISDIR: 'it is a folder',
  ELOOP: 'its links go in circles',
  EMFILE: 'too many files are open',
  ENAMETOOLONG: 'the name is too long',
  ENODEV: 'there is no such device',
  ENOENT: 'nothing can be made there',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a part of the path is no folder',
  ENXIO: 'there is no such device',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ETXTBSY: 'it is in use',
};

/**
 * What an error of the file system means, in one line.
 * @param left what is left of the work
 * @returns an `OutputError`, or the error itself where it is of another kind
 */
export function explainWriting(path: string, error: unknown, left = KEPT): unknown {
  const code = (error as NodeJS.ErrnoException | null)?.code ?? '';
  const reason = REASONS[code];
  if (reason === undefined || error instanceof InputError) return error;
  return new OutputError(`cannot write ${path}: ${reason} (${code}); ${left}`);
}

/** What becomes of files that an interrupted command was to write; those that were not asked for, and stdout, are left out. */
export function describeUnwritten(...files: readonly (string | undefined)[]): string {
  const named = files.filter((file) => file !== undefined && file !== '-');
  if (named.length === 0) return '';
  return `${named.join(' and ')} ${named.length === 1 ? 'was' : 'were'} not written`;
}

/** What an interrupted `writeOutputFile` leaves. */
const KEPT = 'what was there before is as it was';

/**
 * Checks before long work that its result can be written, by beginning to.
 * @param extensions Those that are understood, with their dots, in lower case.
 * @param inputs files that the work reads, as they are named: none of them may be the target
 * @throws InputError when the extension is another, the name cannot be a file's, or it is one of the inputs.
 * @throws OutputError when there is no such folder, or the machine refuses to write there.
 */
export async function checkOutputFile(
  path: string,
  extensions: readonly string[],
  inputs: readonly string[] = [],
): Promise<void> {
  const extension = extname(path).toLowerCase();
  if (!extensions.includes(extension)) {
    throw new InputError(
      `cannot write '${path}': its extension says the format, and has to be one of ${extensions.join(' ')}`,
    );
  }
  // oxlint-disable-next-line no-control-regex -- these are what is refused
  if (/[\u0000-\u001f\u007f\\]/.test(basename(path))) {
    throw new InputError(
      `cannot write ${showValue(path)}: control characters and \\ have no place in the name of a file`,
    );
  }
  const target = await realpath(path).catch(() => null);
  for (const input of inputs) {
    if (target === null || target !== (await realpath(input).catch(() => null))) continue;
    throw new InputError(
      `cannot write ${path}: it is read as well, and would be lost; name another file`,
    );
  }
  const folder = await findStats(dirname(path)).catch(() => null);
  if (folder === null || !folder.isDirectory()) {
    throw new OutputError(
      `cannot write ${path}: there is no folder ${dirname(path)}; make it, or name another; ${NOTHING}`,
    );
  }
  try {
    const found = await findStats(path);
    if (found?.isDirectory()) throw Object.assign(new Error('folder'), { code: 'EISDIR' });
    if (found !== null && !found.isFile()) await access(path, constants.W_OK);
    else await tryFile(temporaryPath(target ?? path));
  } catch (error) {
    throw explainWriting(path, error, NOTHING);
  }
}

const NOTHING = 'nothing was done';

/** Makes a folder, and those around it, and tries to write into it. @throws OutputError when that fails */
export async function makeFolder(path: string): Promise<void> {
  try {
    await makeParents(resolve(path));
    await tryFolder(path);
  } catch (error) {
    throw explainWriting(path, error, NOTHING);
  }
}

/** Node's own recursive `mkdir` never ends where folders cannot be made, as in /proc. */
async function makeParents(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const found = await stat(path).catch(() => null);
    if (found?.isDirectory()) return;
    if (found !== null) throw Object.assign(new Error('no folder'), { code: 'ENOTDIR' });
    const above = dirname(path);
    if (code !== 'ENOENT' || (await stat(above).catch(() => null)) !== null) throw error;
    await makeParents(above);
    await mkdir(path).catch((again: NodeJS.ErrnoException) => {
      if (again.code !== 'EEXIST') throw again;
    });
  }
}

const tryFolder = (folder: string): Promise<void> =>
  tryFile(temporaryPath(pathIn(folder, 'probe')));

/** Writes a byte and takes it away: permission, a full disk, a read-only one and a name that is too long all show. */
async function tryFile(probe: string): Promise<void> {
  try {
    await writeFile(probe, '\n');
  } finally {
    await rm(probe, { force: true }).catch(() => {});
  }
}

/**
 * Writes a file in one step: whoever reads sees the old one or the new one, complete, and an
 * error leaves the old one as it was. A link is followed; a device or pipe is written to directly.
 * @throws OutputError when the machine refuses
 */
export async function writeOutputFile(path: string, content: string | Uint8Array): Promise<void> {
  await writeOutputFiles({ [path]: content });
}

/**
 * Writes files that belong together: no one gets its name before all are on the disk, so that a full disk leaves the
 * old ones, all of them.
 * @param files contents by their paths; they get their names in this order
 * @throws OutputError when the machine refuses
 */
export async function writeOutputFiles(
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<void> {
  const written: { temporary: string; target: string }[] = [];
  let current = '';
  try {
    for (const [path, content] of Object.entries(files)) {
      current = path;
      const existing = await findStats(path);
      if (existing?.isDirectory()) throw Object.assign(new Error('folder'), { code: 'EISDIR' });
      if (existing !== null && !existing.isFile()) {
        await writeFile(path, content);
        continue;
      }
      const target = existing === null ? path : await realpath(path);
      const temporary = temporaryPath(target);
      written.push({ temporary, target });
      await writeSynced(temporary, content, existing?.mode ?? 0o666);
    }
    for (const { temporary, target } of written) {
      current = target;
      await rename(temporary, target);
    }
  } catch (error) {
    for (const { temporary } of written) await rm(temporary, { force: true }).catch(() => {});
    throw explainWriting(current, error);
  }
}

async function writeSynced(
  path: string,
  content: string | Uint8Array,
  mode: number,
): Promise<void> {
  const file = await open(path, 'w', mode);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Letters of a name beyond which there may be no room for what is put around it. */
const LONG = 100;

/** Where a file is written until it is whole; processes of many machines may share the folder. */
export function temporaryPath(path: string): string {
  const name = basename(path);
  const mark = name.length > LONG ? createHash('sha256').update(name).digest('hex') : name;
  return pathIn(dirname(path), `.${mark}.${hostname()}-${process.pid}.tmp`);
}

/** Takes away what killed runs left in a folder where nobody writes any more; one that is not there is left so. */
export async function removeLeftovers(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  const left = names.filter((name) => name.startsWith('.') && name.endsWith('.tmp'));
  for (const name of left) await rm(pathIn(folder, name), { force: true });
}

async function findStats(path: string): Promise<Stats | null> {
  try {
    return await stat(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
