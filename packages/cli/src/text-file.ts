/** Text that people hand over: from a file or stdin, packed by gzip or not, in UTF-8 or UTF-16. */

import { InputError } from '@lifegpt/core';
import { readFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';

/** @throws InputError when the file cannot be read or is no text. */
export async function readTextFile(path: string): Promise<string> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reasons: Record<string, string> = {
      ENOENT: 'there is no such file',
      EISDIR: 'it is a folder',
      EACCES: 'permission denied',
    };
    throw new InputError(`cannot read ${path}: ${reasons[code ?? ''] ?? String(error)}`);
  }
  return decodeText(bytes, path);
}

/** All of a stream. @throws InputError when it is no text */
export async function readTextStream(stream: Readable, source: string): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk as Uint8Array | string));
  return decodeText(Buffer.concat(chunks), source);
}

/** More than this a packed file does not hold; a wrong one should not fill the memory. */
const MAX_UNPACKED = 2 ** 29;

/** First bytes of files that are no text, and what they are. */
const FOREIGN: readonly (readonly [string, string])[] = [
  ['504b0304', 'a zip archive; unpack it'],
  ['425a68', 'packed by bzip2; unpack it'],
  ['fd377a58', 'packed by xz; unpack it'],
  ['28b52ffd', 'packed by zstd; unpack it'],
  ['89504e47', 'a PNG picture, not a pattern'],
  ['47494638', 'a GIF, not a pattern; lifegpt infer-rule reads the states in it'],
  ['50415231', 'a Parquet file; give it the extension .parquet'],
];

/** @throws InputError when the bytes are no text, naming what they are */
export function decodeText(bytes: Uint8Array, source: string): string {
  const start = Buffer.from(bytes.subarray(0, 4)).toString('hex');
  if (start.startsWith('1f8b')) return decodeText(unpack(bytes, source), source);
  const foreign = FOREIGN.find(([first]) => start.startsWith(first));
  if (foreign !== undefined) throw new InputError(`${source} is ${foreign[1]}`);
  if (start.startsWith('fffe')) return new TextDecoder('utf-16le').decode(bytes);
  if (start.startsWith('feff')) return new TextDecoder('utf-16be').decode(bytes);
  const zero = bytes.subarray(0, 4096).indexOf(0);
  if (zero >= 0) {
    throw new InputError(
      `${source} is no text: byte ${zero + 1} is 0, as in UTF-16 without its mark or in a program's own format; save it as UTF-8`,
    );
  }
  return new TextDecoder().decode(bytes);
}

function unpack(bytes: Uint8Array, source: string): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_UNPACKED });
  } catch (error) {
    throw new InputError(
      `${source} is packed by gzip and cannot be unpacked: ${(error as Error).message}`,
    );
  }
}
