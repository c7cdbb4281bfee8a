/**
 * A kind of job that many machines share: what all of them have in common, whoever hands out the shards. A
 * job is plain data, so that a queue can carry it; a shard of it may be done by anyone, once or again.
 */

import type { CommandContext } from '../context.js';
import type { Shard } from './shard.js';

/** What a shard came to. */
export interface ShardDone {
  /** Rows, boards, sizes or trainings of the shard, those of earlier sittings among them. */
  readonly units: number;
  /** All shards are finished, and the folder is closed. */
  readonly isWhole: boolean;
}

/** A job that this machine can work on: its models and data are here. */
export interface OpenJob {
  /**
   * Does a shard; what is finished is not done again.
   * @param onUnits told now and then how many units of the shard are done
   */
  doShard(
    shard: Shard,
    context: CommandContext,
    onUnits?: (units: number) => void,
  ): Promise<ShardDone>;
  close(): Promise<void>;
}

/** Shards brought together. */
export interface MergedJob {
  /** What `--json` prints. */
  readonly json: string;
  /** What people read. */
  readonly lines: readonly string[];
  /** Everything in it is right, or proved; true where nothing of the sort is claimed. */
  readonly isExact: boolean;
  /** The job's own command fails when it is not exact. */
  readonly asksExactness: boolean;
}

/** What to merge. */
export interface MergeOptions {
  /** Where the whole goes; it may be one of the sources. */
  readonly folder: string;
  /** Folders of shards. */
  readonly sources: readonly string[];
  readonly signal: AbortSignal;
  readonly onProgress?: (pieces: number, total: number) => void;
}

/** A kind of job. */
export interface JobKind<Job extends object> {
  readonly name: string;
  /** What is counted, in the plural. */
  readonly unit: string;
  /**
   * Holds a job that a file or a queue names against what a job is.
   * @throws InputError naming the field that does not fit
   */
  checkJob(job: unknown, source: string): Job;
  /** Units in all, or null when nobody knows. */
  countUnits(job: Job): number | null;
  /** Shards beyond so many would have nothing to do. */
  countPieces(job: Job): number;
  /**
   * Makes the folder of the results, or goes on with it.
   * @throws InputError when it holds another job or other things, or cannot be written
   */
  prepareFolder(job: Job, folder: string): Promise<void>;
  /**
   * Opens a job on this machine, whose folder is prepared.
   * @throws InputError when a model or data are missing here, or are others than the job's
   */
  open(job: Job, folder: string, threads: number): Promise<OpenJob>;
  /**
   * Holds every piece against its hash, and brings all of them together.
   * @throws InputError when a piece is missing or damaged or another job's; then nothing is written
   */
  merge(options: MergeOptions): Promise<MergedJob>;
}
