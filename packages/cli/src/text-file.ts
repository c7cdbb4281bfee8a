/** Text that people hand over: from a file or stdin, packed by gzip or not, in UTF-8 or UTF-16. */

import { InputError } from '@lifegpt/core';
import type { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { LARGEST_TEXT, readBoundedFile, readBoundedStream, readGivenFile } from './bounded-file.js';

/** @throws InputError when the file cannot be read, is too large or is no text. */
export async function readTextFile(path: string): Promise<string> {
  return decodeText(await readGivenFile(path, LARGEST_TEXT), path);
}

/** All of a stream. @throws InputError when it is too long or is no text */
export async function readTextStream(stream: Readable, source: string): Promise<string> {
  return decodeText(await readBoundedStream(stream, source, LARGEST_TEXT), source);
}

/** First bytes of files that are no text, and what they are. */
const FOREIGN: readonly (readonly [string, string])[] = [
  ['1f8b', 'packed by gzip twice; unpack it'],
  ['504b0304', 'a zip archive; unpack it'],
  ['425a68', 'packed by bzip2; unpack it'],
  ['fd377a58', 'packed by xz; unpack it'],
  ['28b52ffd', 'packed by zstd; unpack it'],
  ['89504e47', 'a PNG picture, not a pattern'],
  ['47494638', 'a GIF, not a pattern; lifegpt infer-rule reads the states in it'],
  ['50415231', 'a Parquet file; give it the extension .parquet'],
];

/** @throws InputError when the bytes are no text, naming what they are */
function decodeText(bytes: Uint8Array, source: string): string {
  return decodeUnpacked(isPacked(bytes) ? unpack(bytes, source) : bytes, source);
}

/** What is packed by gzip, of a file that is and whose name does not say so; else null. @throws as `decodeText` */
export async function readPackedText(path: string): Promise<string | null> {
  const bytes = await readBoundedFile(path, LARGEST_TEXT).catch(() => null);
  return bytes !== null && isPacked(bytes) ? decodeText(bytes, path) : null;
}

const isPacked = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

function decodeUnpacked(bytes: Uint8Array, source: string): string {
  const start = Buffer.from(bytes.subarray(0, 4)).toString('hex');
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
    return gunzipSync(bytes, { maxOutputLength: LARGEST_TEXT });
  } catch (error) {
    throw new InputError(
      `${source} is packed by gzip and cannot be unpacked: ${(error as Error).message}`,
    );
  }
}
