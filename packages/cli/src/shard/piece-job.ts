/** A kind of job whose results are plain data, piece by piece: shards, their ends, and merging. */

import { InputError } from '@lifegpt/core';
import { join } from 'node:path';
import type { CommandContext } from '../context.js';
import { writeOutputFile } from '../output-file.js';
import type { JobKind, MergedJob, MergeOptions, ShardDone } from './job-kind.js';
import {
  describeJob,
  openPieceFolder,
  readPiece,
  readStoredJob,
  shortName,
  writePiece,
  type Piece,
  type StoredJob,
} from './piece-folder.js';
import type { Shard } from './shard.js';

/** What does the pieces of a job on this machine. */
export interface PieceWorker<Result> {
  /** @param onUnits told now and then how many units of the piece are done */
  doPiece(
    index: number,
    context: CommandContext,
    onUnits: (units: number) => void,
  ): Promise<Result>;
  close(): Promise<void>;
}

/** All pieces together. */
export interface Combined extends Omit<MergedJob, 'json'> {
  readonly json: object;
  /** Contents of files that go into the folder, by their names, besides `result.json`. */
  readonly files: Readonly<Record<string, string>>;
}

/** What tells a kind of job from others. */
export interface PieceJob<Job extends object, Result> extends Pick<
  JobKind<Job>,
  'name' | 'unit' | 'countUnits'
> {
  listPieces(job: Job): readonly Piece[];
  /** Units of a finished piece. */
  countDone(result: Result): number;
  /** Names in the folder that are the job's besides the usual ones. */
  listFiles(job: Job): readonly string[];
  openWorker(job: Job, folder: string): Promise<PieceWorker<Result>>;
  combine(job: Job, results: readonly Result[]): Combined;
}

/** A kind of job, and what its own command needs besides. */
export interface PieceJobKind<Job extends object, Result> extends JobKind<Job> {
  /** The finished pieces' results. */
  readFinished(job: Job, folder: string): Promise<Result[]>;
}

const RESULT = 'result.json';

/** Makes a kind of job. */
export function definePieceJob<Job extends object, Result>(
  definition: PieceJob<Job, Result>,
): PieceJobKind<Job, Result> {
  const { name, unit, countUnits, listPieces, listFiles, combine } = definition;

  async function readAll(job: Job, folder: string): Promise<Result[] | null> {
    const results: Result[] = [];
    // from the end: while shards are missing it is mostly the last ones, so one look tells
    for (const piece of listPieces(job).toReversed()) {
      const found = await readPiece(folder, piece);
      if (found === null) return null;
      results.push(found.result as Result);
    }
    return results.reverse();
  }

  async function closeFolder(
    job: Job,
    folder: string,
    results: readonly Result[],
  ): Promise<MergedJob> {
    const { files, json, ...merged } = combine(job, results);
    const text = JSON.stringify(json);
    for (const [file, content] of Object.entries({ ...files, [RESULT]: `${text}\n` })) {
      await writeOutputFile(join(folder, file), content);
    }
    return { ...merged, json: text };
  }

  async function doShard(
    job: Job,
    folder: string,
    worker: PieceWorker<Result>,
    shard: Shard,
    context: CommandContext,
    onUnits: (units: number) => void = () => {},
  ): Promise<ShardDone> {
    let units = 0;
    for (const [index, piece] of listPieces(job).entries()) {
      if (index % shard.count !== shard.index) continue;
      context.signal.throwIfAborted();
      const known = await readPiece(folder, piece);
      const before = units;
      const result =
        known === null
          ? await worker.doPiece(index, context, (more) => onUnits(before + more))
          : (known.result as Result);
      if (known === null) await writePiece(folder, piece, result);
      units += definition.countDone(result);
      onUnits(units);
    }
    const all = await readAll(job, folder).catch((error: unknown) => {
      if (error instanceof InputError) return null; // another shard's piece: merging tells
      throw error;
    });
    if (all !== null) await closeFolder(job, folder, all);
    return { units, isWhole: all !== null };
  }

  async function merge(options: MergeOptions): Promise<MergedJob> {
    const { folder, sources, signal, onProgress } = options;
    const stored = await readCommonJob(sources);
    const job = stored.job as Job;
    const pieces = listPieces(job);
    const results: Result[] = [];
    const gaps: string[] = [];
    for (const [i, piece] of pieces.entries()) {
      signal.throwIfAborted();
      const found = await findPiece(piece, sources);
      if (found === null) gaps.push(piece.name);
      else results.push(found.result as Result);
      onProgress?.(i + 1, pieces.length);
    }
    if (gaps.length > 0) {
      throw new InputError(
        `${gaps.length} of ${pieces.length} pieces are missing, the first is ${gaps[0]}; ` +
          `finish the shards, or name all their folders`,
      );
    }
    const described = describeJob(name, job, pieces);
    await openPieceFolder(folder, described, [...listFiles(job), RESULT]);
    for (const [i, piece] of pieces.entries()) {
      if ((await readPiece(folder, piece)) === null) await writePiece(folder, piece, results[i]);
    }
    return closeFolder(job, folder, results);
  }

  return {
    name,
    unit,
    countUnits,
    countPieces: (job) => listPieces(job).length,
    prepareFolder: (job, folder) =>
      openPieceFolder(folder, describeJob(name, job, listPieces(job)), [...listFiles(job), RESULT]),
    async open(job, folder) {
      const worker = await definition.openWorker(job, folder);
      return {
        doShard: (shard, context, onUnits) => doShard(job, folder, worker, shard, context, onUnits),
        close: worker.close,
      };
    },
    merge,
    async readFinished(job, folder) {
      const found = await Promise.all(listPieces(job).map((piece) => readPiece(folder, piece)));
      return found.flatMap((piece) => (piece === null ? [] : [piece.result as Result]));
    },
  };
}

async function readCommonJob(sources: readonly string[]): Promise<StoredJob> {
  const jobs: StoredJob[] = [];
  for (const source of sources) {
    const stored = await readStoredJob(source);
    if (stored === null) throw new InputError(`${source} holds no job: it has no job.json`);
    jobs.push(stored);
  }
  const other = jobs.findIndex(({ job_sha256: hash }) => hash !== jobs[0]!.job_sha256);
  if (other >= 0) {
    throw new InputError(
      `${sources[0]} and ${sources[other]} hold different jobs (${shortName(jobs[0]!)} and ${shortName(jobs[other]!)})`,
    );
  }
  return jobs[0]!;
}

async function findPiece(
  piece: Piece,
  sources: readonly string[],
): Promise<{ result: unknown } | null> {
  for (const source of sources) {
    const found = await readPiece(source, piece);
    if (found !== null) return found;
  }
  return null;
}
