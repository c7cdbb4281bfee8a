/** Reads observed states: a data file, an animated GIF, or a folder of RLE frames. */

import { InputError, parseStatesCsv, PATTERN_EXTENSIONS, type StateRow } from '@lifegpt/core';
import { readdir, stat } from 'node:fs/promises';
import { extname } from 'node:path';
import type { Readable } from 'node:stream';
import { LARGEST_TEXT, readGivenFile } from '../bounded-file.js';
import { DATA_EXTENSIONS, readStateRows } from '../dataset/state-reader.js';
import type { Alive } from './gif-colors.js';
import { readGif } from './read-gif.js';
import type { Observation } from './reading.js';
import { readRleFrames } from './rle-frames.js';
import { readTextStream } from '../text-file.js';
import { observeRows } from './state-rows.js';

/** What goes with an observation. */
export interface ObservationOptions {
  /** Row of a data file, from 1; all rows when left out. */
  readonly row?: number | undefined;
  /** Which colour of a GIF lives; found when left out. */
  readonly alive?: Alive | undefined;
}

/**
 * Reads an observation.
 * @param path a data file, a .gif, a folder with .rle files, or `-` for a CSV from stdin
 * @throws InputError when it is none of these, damaged, or has no two successive states.
 */
export async function readObservation(
  path: string,
  options: ObservationOptions,
  stdin: Readable = process.stdin,
): Promise<Observation> {
  const extension = extname(path).toLowerCase();
  const isData = path === '-' || DATA_EXTENSIONS.includes(extension);
  if (options.row !== undefined && !isData) {
    throw new InputError(`--row chooses a row of a data file, and ${path} is none; leave it out`);
  }
  if (options.alive !== undefined && extension !== '.gif') {
    throw new InputError(`--alive names a colour of a GIF, and ${path} is none; leave it out`);
  }
  if (path === '-')
    return observeRows(
      parseStatesCsv(await readTextStream(stdin, 'stdin'), path),
      path,
      options.row,
    );
  const found = await stat(path).catch(() => null);
  if (found === null) throw new InputError(`cannot read ${path}: there is no such file or folder`);
  if (found.isDirectory()) return readRleFrames(path, await readdir(path));
  if (isData) {
    const rows: StateRow[] = [];
    for await (const row of readStateRows(path)) rows.push(row);
    return observeRows(rows, path, options.row);
  }
  if (extension === '.gif') {
    return readGif(await readGivenFile(path, LARGEST_TEXT), path, options.alive);
  }
  if (PATTERN_EXTENSIONS.includes(extension)) {
    throw new InputError(
      `${path} is one pattern, and a rule shows in a state and the next; give a folder of .rle frames, a data file (${DATA_EXTENSIONS.join(' ')}) or a .gif`,
    );
  }
  throw new InputError(
    `${path} is no observation; give a data file (${DATA_EXTENSIONS.join(' ')}), a .gif, or a folder of .rle frames`,
  );
}
