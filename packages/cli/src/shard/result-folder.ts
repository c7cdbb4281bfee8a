/** A folder of results that begins with one file, which says what the others are of. */

import { InputError } from '@lifegpt/core';
import { readdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { explainWriting, makeFolder, writeOutputFile } from '../output-file.js';

/**
 * Refuses a folder that holds something else than a job's files, or that cannot be read.
 * @param isOwn whether a name is one of the job's; other shards may be opening the folder at this moment
 * @param missing what the folder would have to hold instead, for the message
 * @throws InputError naming what is there
 */
export async function refuseForeignFiles(
  folder: string,
  isOwn: (name: string) => boolean,
  missing: string,
): Promise<void> {
  const found = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw explainWriting(folder, error, 'nothing was done');
  });
  const others = found.filter((name) => !isOwn(name));
  if (others.length > 0) {
    throw new InputError(
      `${folder} holds other things (${others.slice(0, 3).join(', ')}) and no ${missing}; give an empty or a new folder`,
    );
  }
}

/** Writes the file, and the folder around it. @throws OutputError when it cannot be written */
export async function writeFirstFile(path: string, text: string): Promise<void> {
  await makeFolder(dirname(path));
  await writeOutputFile(path, text);
}
