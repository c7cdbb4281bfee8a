/** A file that is written in pieces: under a temporary name until it is whole, hashed on the way. */

import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { temporaryPath } from '../output-file.js';

/** A file in the making. */
export interface HashedFile {
  readonly write: (bytes: Uint8Array) => void;
  /** Gives the file its name. */
  finish(): { bytes: number; sha256: string };
  /** Throws away what was written. */
  discard(): void;
}

/** Opens a file. Errors of the disk are thrown as Node's. */
export function openHashedFile(path: string): HashedFile {
  const temporary = temporaryPath(path);
  const file = openSync(temporary, 'w');
  const hash = createHash('sha256');
  let bytes = 0;
  return {
    write(piece) {
      for (let at = 0; at < piece.length;) at += writeSync(file, piece, at);
      hash.update(piece);
      bytes += piece.length;
    },
    finish() {
      fsyncSync(file);
      closeSync(file);
      renameSync(temporary, path);
      return { bytes, sha256: hash.digest('hex') };
    },
    discard() {
      closeSync(file);
      rmSync(temporary, { force: true });
    },
  };
}
