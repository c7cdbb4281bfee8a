/** A kind of job whose results are plain data, piece by piece: shards, their ends, and merging. */

import { InputError } from '@lifegpt/core';
import { targetIn } from '../folder-path.js';
import type { CommandContext } from '../context.js';
import { removeLeftovers, writeOutputFile } from '../output-file.js';
import { countNoun, formatCount } from '../terminal/count.js';
import type { JobKind, MergedJob, MergeOptions, ShardDone } from './job-kind.js';
import {
  describeJob,
  openPieceFolder,
  pathOfPiece,
  PIECES,
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
  /** @throws InputError as `JobKind.checkJob` */
  checkJob(job: unknown, source: string): Job;
  listPieces(job: Job): readonly Piece[];
  /** Holds what a file has as a piece's result against what it can be. @throws InputError */
  checkResult(result: unknown, source: string, job: Job): Result;
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

  async function readResult(
    job: Job,
    folder: string,
    piece: Piece,
  ): Promise<{ result: Result } | null> {
    const found = await readPiece(folder, piece);
    if (found === null) return null;
    const source = pathOfPiece(folder, piece);
    return { result: definition.checkResult(found.result, source, job) };
  }

  async function readAll(job: Job, folder: string): Promise<Result[] | null> {
    const results: Result[] = [];
    // from the end: while shards are missing it is mostly the last ones, so one look tells
    for (const piece of listPieces(job).toReversed()) {
      const found = await readResult(job, folder, piece);
      if (found === null) return null;
      results.push(found.result);
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
    // all pieces are finished, so nobody writes one
    for (const part of [PIECES, ...listFiles(job)]) await removeLeftovers(targetIn(folder, part));
    for (const [file, content] of Object.entries({ ...files, [RESULT]: `${text}\n` })) {
      await writeOutputFile(targetIn(folder, file), content);
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
      const known = await readResult(job, folder, piece);
      const before = units;
      const result =
        known === null
          ? await worker.doPiece(index, context, (more) => onUnits(before + more))
          : known.result;
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
    const job = definition.checkJob(stored.job, `the job of ${sources[0]}`);
    const pieces = listPieces(job);
    const named = Object.keys(stored.pieces).length;
    if (named !== pieces.length) {
      throw new InputError(
        `job.json of ${sources[0]} was changed: it names ${countNoun(named, 'piece')}, and its job has ${formatCount(pieces.length)}`,
      );
    }
    const results: Result[] = [];
    const gaps: string[] = [];
    for (const [i, piece] of pieces.entries()) {
      signal.throwIfAborted();
      const found = await findResult(job, piece, sources);
      if (found === null) gaps.push(piece.name);
      else results.push(found.result);
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

  async function findResult(
    job: Job,
    piece: Piece,
    sources: readonly string[],
  ): Promise<{ result: Result } | null> {
    for (const source of sources) {
      const found = await readResult(job, source, piece);
      if (found !== null) return found;
    }
    return null;
  }

  return {
    name,
    unit,
    countUnits,
    checkJob: definition.checkJob,
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
      const found = await Promise.all(
        listPieces(job).map((piece) => readResult(job, folder, piece)),
      );
      return found.flatMap((piece) => (piece === null ? [] : [piece.result]));
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
