/** A file that is written in pieces: under a temporary name until it is whole, hashed on the way. */

import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { explainWriting, temporaryPath } from '../output-file.js';

/** A file in the making. */
export interface HashedFile {
  readonly write: (bytes: Uint8Array) => void;
  /** Gives the file its name. */
  finish(): { bytes: number; sha256: string };
  /** Throws away what was written. */
  discard(): void;
}

/** Opens a file. @throws OutputError when the machine refuses, here and in each step */
export function openHashedFile(path: string): HashedFile {
  const temporary = temporaryPath(path);
  const explain = <T>(step: () => T): T => {
    try {
      return step();
    } catch (error) {
      throw explainWriting(
        path,
        error,
        'the files that are finished stay, and the same command goes on',
      );
    }
  };
  const file = explain(() => openSync(temporary, 'w'));
  const hash = createHash('sha256');
  let bytes = 0;
  return {
    write(piece) {
      explain(() => {
        for (let at = 0; at < piece.length;) at += writeSync(file, piece, at);
      });
      hash.update(piece);
      bytes += piece.length;
    },
    finish() {
      explain(() => {
        fsyncSync(file);
        closeSync(file);
        renameSync(temporary, path);
      });
      return { bytes, sha256: hash.digest('hex') };
    },
    discard() {
      closeSync(file);
      rmSync(temporary, { force: true });
    },
  };
}
