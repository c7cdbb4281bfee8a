/**
 * Paths below a folder. Names of files come from manifests, recipes, jobs and Redis as well as from this program, so
 * every path is put together here: nothing that a file or a network names leads out of its folder.
 */

import { InputError, showValue } from '@lifegpt/core';
import { lstatSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';

/** Bytes of a file's name that all file systems take. */
const LONGEST_NAME = 255;

/**
 * The path of something in a folder.
 * @param name a file's name, or several with slashes between them
 * @throws InputError when the name leads out of the folder, or is none
 */
export function pathIn(folder: string, name: string): string {
  const parts = name.split('/');
  if (!parts.every(isPlain)) {
    throw new InputError(
      `${showValue(name)} is no path in ${folder}: it has to stay in the folder, without .. and without control characters`,
    );
  }
  return join(folder, ...parts);
}

// oxlint-disable-next-line no-control-regex -- these are what is refused
const UNFIT = /[\u0000-\u001f\u007f\\]/;

const isPlain = (part: string): boolean =>
  part !== '' &&
  part !== '.' &&
  part !== '..' &&
  !UNFIT.test(part) &&
  Buffer.byteLength(part) <= LONGEST_NAME;

/**
 * The same for something that is to be written: no part of it below the folder may be a symbolic link, which could
 * lead anywhere. The folder itself may be one, since whoever named it meant what it points at.
 * @throws InputError at a link, and as `pathIn`
 */
export function targetIn(folder: string, name: string): string {
  const path = pathIn(folder, name);
  const parts = name.split('/');
  for (let depth = 1; depth <= parts.length; depth++) {
    const below = join(folder, ...parts.slice(0, depth));
    if (lstatSync(below, { throwIfNoEntry: false })?.isSymbolicLink() === true) {
      throw new InputError(
        `${below} is a symbolic link, and could lead out of ${folder}; remove it, or name the folder that it leads to`,
      );
    }
  }
  return path;
}

/**
 * A folder that somebody else names, as a queue does: it has to lie in one that this process was told.
 * @throws InputError when it lies elsewhere
 */
export function folderBelow(root: string, named: string): string {
  const name = relative(resolve(root), resolve(root, named));
  if (name === '') return resolve(root);
  return targetIn(resolve(root), name.split(sep).join('/'));
}
