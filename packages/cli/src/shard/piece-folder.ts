/**
 * The folder of a job whose results are plain data: `job.json` says what it is, and `pieces/` has a file for
 * each finished piece, with the hash of what was asked and of what came of it.
 */

import { checkShape, InputError, shapes } from '@lifegpt/core';
import { createHash } from 'node:crypto';
import { readBoundedFile, readJsonFile } from '../bounded-file.js';
import { pathIn, targetIn } from '../folder-path.js';
import { makeFolder, writeOutputFile } from '../output-file.js';
import { refuseForeignFiles, writeFirstFile } from './result-folder.js';

/** A part of a job that is finished or not. */
export interface Piece {
  /** Fits into the name of a file. */
  readonly name: string;
  /** All that decides its result. */
  readonly spec: object;
}

/** What `job.json` holds. */
export interface StoredJob {
  readonly kind: string;
  readonly job_sha256: string;
  /** SHA-256 of each piece's spec. */
  readonly pieces: Readonly<Record<string, string>>;
  readonly job: object;
}

interface StoredPiece {
  readonly spec_sha256: string;
  readonly result_sha256: string;
  readonly result: unknown;
}

const JOB = 'job.json';
/** The folder of finished pieces. */
export const PIECES = 'pieces';

/** Bytes of a finished piece. */
const LARGEST_PIECE = 256 * 2 ** 20;

const { record, table, text } = shapes;

const STORED = record<StoredJob>({
  kind: text(64),
  job_sha256: text(64),
  pieces: table(text(64), 1_000_000),
  job: (value, place) =>
    typeof value === 'object' && value !== null
      ? value
      : shapes.failShape(value, place, 'the description of a job'),
});

/** Describes a job as its folder keeps it. */
export function describeJob(kind: string, job: object, pieces: readonly Piece[]): StoredJob {
  return {
    kind,
    job_sha256: hashJson([kind, job]),
    pieces: Object.fromEntries(pieces.map(({ name, spec }) => [name, hashJson(spec)])),
    job,
  };
}

/** SHA-256 of a value's JSON. */
export function hashJson(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}

/** The hash of what somebody else wrote, or null where it has none. */
function hashForeign(value: unknown): string | null {
  try {
    return hashJson(value);
  } catch {
    return null; // nested deeper than anything that was written here
  }
}

/**
 * Opens a folder for a job, or makes it. A job may grow: a folder whose pieces are all pieces of the new job
 * becomes the new job's.
 * @param own names of the job's own files in it
 * @throws InputError when it holds another job or other things, or cannot be written
 */
export async function openPieceFolder(
  folder: string,
  described: StoredJob,
  own: readonly string[],
): Promise<void> {
  const stored = await readStoredJob(folder);
  if (stored === null) {
    const isOwn = (name: string): boolean =>
      [JOB, PIECES, ...own].includes(name) || name.startsWith(`.${JOB}.`);
    await refuseForeignFiles(folder, isOwn, 'job');
  } else if (stored.job_sha256 === described.job_sha256) return;
  else if (!contains(described, stored)) {
    throw new InputError(
      `${folder} holds another job (${shortName(stored)}, not ${shortName(described)}); ` +
        `give another folder, or the options of ${pathIn(folder, JOB)}`,
    );
  }
  await writeFirstFile(targetIn(folder, JOB), `${JSON.stringify(described, null, 2)}\n`);
}

/** How a job is called in messages. */
export function shortName({ kind, job_sha256: hash }: StoredJob): string {
  return `${kind} ${hash.slice(0, 12)}`;
}

const contains = (larger: StoredJob, smaller: StoredJob): boolean =>
  larger.kind === smaller.kind &&
  Object.entries(smaller.pieces).every(([name, hash]) => larger.pieces[name] === hash);

/** The job of a folder, or null when there is none. @throws InputError when it was changed */
export async function readStoredJob(folder: string): Promise<StoredJob | null> {
  const path = pathIn(folder, JOB);
  const found = await readJsonFile(path);
  if (found === undefined) return null;
  const stored = checkShape(STORED, found, path);
  if (hashForeign([stored.kind, stored.job]) !== stored.job_sha256) {
    throw new InputError(`${path} was changed: its hash is not that of its job`);
  }
  return stored;
}

/** Where a piece is, or would be. */
export const pathOfPiece = (folder: string, { name }: Piece): string =>
  pathIn(folder, `${PIECES}/${name}.json`);

/** Writes a finished piece; whoever reads sees all of it or nothing. */
export async function writePiece(folder: string, piece: Piece, result: unknown): Promise<void> {
  const stored: StoredPiece = {
    spec_sha256: hashJson(piece.spec),
    result_sha256: hashJson(result),
    result,
  };
  await makeFolder(targetIn(folder, PIECES));
  await writeOutputFile(
    targetIn(folder, `${PIECES}/${piece.name}.json`),
    `${JSON.stringify(stored)}\n`,
  );
}

/**
 * Reads a piece.
 * @returns its result, or null when it is not finished
 * @throws InputError when the file is damaged, or another job's
 */
export async function readPiece(folder: string, piece: Piece): Promise<{ result: unknown } | null> {
  const path = pathOfPiece(folder, piece);
  const bytes = await readBoundedFile(path, LARGEST_PIECE);
  if (bytes === null) return null;
  let stored: Partial<StoredPiece> | null;
  try {
    stored = JSON.parse(bytes.toString('utf8')) as Partial<StoredPiece> | null;
  } catch {
    stored = null;
  }
  if (stored?.result === undefined || hashForeign(stored.result) !== stored.result_sha256) {
    throw new InputError(
      `${path} is damaged: what it holds has not the hash that it names; delete it and do its shard again`,
    );
  }
  if (stored.spec_sha256 !== hashJson(piece.spec)) {
    throw new InputError(`${path} is a piece of another job; delete it and do its shard again`);
  }
  return { result: stored.result };
}
