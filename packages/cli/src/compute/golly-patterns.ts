/** The pattern collection that comes with Golly: read where it is installed. */

import { InputError } from '@lifegpt/core';
import { delimiter, dirname } from 'node:path';
import { stat } from 'node:fs/promises';
import { pathIn } from '../folder-path.js';
import { readTextFile } from '../text-file.js';

/** Where the collection lies, seen from the folder around that of Golly's program. */
const BESIDE_PROGRAMS = 'share/golly/Patterns';

/**
 * Reads a file of the collection.
 * @param file its path inside of the collection
 * @param collection the collection's folder, where it is not beside one of the folders of programs
 * @param programs the folders of programs, as PATH lists them
 * @throws InputError when it is not installed
 */
export async function readGollyPattern(
  file: string,
  collection: string | undefined,
  programs = '',
): Promise<string> {
  const roots =
    collection === undefined
      ? programs
          .split(delimiter)
          .filter((folder) => folder !== '')
          .map((folder) => pathIn(dirname(folder), BESIDE_PROGRAMS))
      : [collection];
  for (const root of roots) {
    const path = pathIn(root, file);
    const isThere = await stat(path).then(
      (found) => found.isFile(),
      () => false,
    );
    if (isThere) return readTextFile(path);
  }
  throw new InputError(
    collection === undefined
      ? `Golly's patterns are not installed: no ${BESIDE_PROGRAMS}/${file} beside any folder of PATH; ` +
          "install Debian's package golly, or name the folder with --patterns"
      : `there is no ${file} in ${collection}; --patterns names the folder Patterns of Golly's collection`,
  );
}
