/** Files that are read whole: they have a size that is known to fit, and are files at all. */

import { InputError } from '@lifegpt/core';
import { constants, open } from 'node:fs/promises';
import type { Readable } from 'node:stream';

/** Bytes of a pattern, a picture or a text from stdin. */
export const LARGEST_TEXT = 2 ** 28;
/** Bytes of a JSON file. */
const LARGEST_JSON = 64 * 2 ** 20;

/**
 * Reads a whole file.
 * @param most bytes that it may have
 * @returns its bytes, or null when there is none
 * @throws InputError when it is larger, no file, or cannot be read
 */
export async function readBoundedFile(path: string, most: number): Promise<Buffer | null> {
  const fail = (reason: string): never => {
    throw new InputError(`cannot read ${path}: ${reason}`);
  };
  // not blocking: a pipe without a writer would keep the process waiting
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)).catch(
    (error: NodeJS.ErrnoException) => {
      if (NOT_THERE.includes(error.code ?? '')) return null;
      return fail(REASONS[error.code ?? ''] ?? error.message);
    },
  );
  if (file === null) return null;
  try {
    const found = await file.stat();
    if (found.isDirectory()) fail('it is a folder');
    if (!found.isFile()) fail('it is no file');
    if (found.size > most) {
      fail(`it has ${found.size} bytes, and ${most} is the most that such a file has`);
    }
    return await file.readFile();
  } finally {
    await file.close();
  }
}

/** Nothing of that name can be there, either. */
const NOT_THERE = ['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'];

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EISDIR: 'it is a folder',
  ELOOP: 'its links go in circles',
  EPERM: 'permission denied',
};

/** As `readBoundedFile`, for a file that has to be there. @throws InputError when it is not, too */
export async function readGivenFile(path: string, most: number): Promise<Buffer> {
  const bytes = await readBoundedFile(path, most);
  if (bytes === null) throw new InputError(`cannot read ${path}: there is no such file`);
  return bytes;
}

/** What is wrong with a file, from what a reader of its format throws: one that is cut off makes readers look past its end. */
export function explainDamage(error: unknown): string {
  return error instanceof RangeError ? 'it ends too early' : (error as Error).message;
}

/** Reads a stream to its end. @throws InputError when it is longer than `most` bytes */
export async function readBoundedStream(
  stream: Readable,
  name: string,
  most: number,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    const piece = Buffer.from(chunk as Uint8Array | string);
    bytes += piece.length;
    if (bytes > most) throw new InputError(`${name} has more than ${most} bytes`);
    chunks.push(piece);
  }
  return Buffer.concat(chunks);
}

/**
 * Reads a JSON file.
 * @returns its value, or undefined when there is no file
 * @throws InputError when it is not JSON, and as `readBoundedFile`
 */
export async function readJsonFile(path: string, most: number = LARGEST_JSON): Promise<unknown> {
  const bytes = await readBoundedFile(path, most);
  return bytes === null ? undefined : parseJson(bytes.toString('utf8'), path);
}

/** @throws InputError when the text is not JSON */
export function parseJson(text: string, source: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new InputError(`${source} is not JSON: ${(error as Error).message}`);
  }
}
