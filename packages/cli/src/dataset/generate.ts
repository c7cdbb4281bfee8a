/** Generates a data set, or a shard of it, on several threads; what is finished is not done again. */

import { InputError } from '@lifegpt/core';
import { rm } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { pathIn } from '../folder-path.js';
import { OutputError, temporaryPath } from '../output-file.js';
import { listFiles, type DatasetConfig, type DatasetFile } from './config.js';
import type { FileEntry } from './file-entry.js';
import {
  closeDatasetFolder,
  openDatasetFolder,
  readEntry,
  removeEmptyDataset,
} from './manifest.js';
import type { Shard } from '../shard/shard.js';

/** What a thread is told and tells; `generate-thread.ts` is the other end. */
export type ThreadMessage =
  | { readonly kind: 'rows'; readonly rows: number }
  | { readonly kind: 'done'; readonly entry: FileEntry }
  | { readonly kind: 'failed'; readonly message: string; readonly error: keyof typeof ERRORS };

/** Errors come from threads by their kind. */
const ERRORS = { input: InputError, output: OutputError, own: Error } as const;

/** What to generate, and where to. */
export interface GenerateOptions {
  readonly config: DatasetConfig;
  readonly folder: string;
  readonly shard: Shard;
  readonly threads: number;
  readonly signal: AbortSignal;
  readonly onProgress?: (rows: number, total: number) => void;
}

/** What came of it. */
export interface Generated {
  /** The shard's files, those from earlier runs among them. */
  readonly files: readonly FileEntry[];
  /** Files that were there already. */
  readonly found: number;
  /** All shards are finished: the folder has its card. */
  readonly isWhole: boolean;
}

/**
 * Generates a shard's files. When interrupted, finished files stay, and the next run goes on.
 * @throws InputError when the folder holds another data set, or the rows cannot be drawn.
 */
export async function generateDataset(options: GenerateOptions): Promise<Generated> {
  const { config, folder, shard, signal, onProgress } = options;
  const files = listFiles(config).filter(({ number }) => number % shard.count === shard.index);
  const isNew = await openDatasetFolder(folder, config);
  const total = files.reduce((sum, { rows }) => sum + rows, 0);
  const entries = await Promise.all(files.map((file) => readEntry(folder, file)));
  const missing = files.filter((_, i) => entries[i] === null);
  let rows = total - missing.reduce((sum, file) => sum + file.rows, 0);
  const report = (more: number): void => onProgress?.((rows += more), total);
  report(0);
  const written = await writeFiles(missing, options, report).catch(async (error: unknown) => {
    if (isNew && error instanceof InputError) await removeEmptyDataset(folder);
    throw error;
  });
  signal.throwIfAborted();
  const whole = await closeDatasetFolder(folder, config);
  const known = new Map([...entries, ...written].map((entry) => [entry?.number, entry]));
  return {
    files: files.map(({ number }) => known.get(number)!),
    found: files.length - missing.length,
    isWhole: whole !== null,
  };
}

/** Rows that are written sooner than another thread has started. */
const ROWS_A_THREAD = 5000;

/** Hands the files to threads, one after the other to whichever is free. */
async function writeFiles(
  files: readonly DatasetFile[],
  { config, folder, threads, signal }: GenerateOptions,
  onRows: (rows: number) => void,
): Promise<FileEntry[]> {
  const queue = [...files];
  const entries: FileEntry[] = [];
  const stop = new AbortController();
  const stopped = AbortSignal.any([signal, stop.signal]);

  async function runThread(): Promise<void> {
    const worker = new Worker(new URL('generate-thread.js', import.meta.url), {
      workerData: { config, folder },
    });
    try {
      for (let file = queue.shift(); file !== undefined && !stopped.aborted; file = queue.shift()) {
        const entry = await askThread(worker, file, onRows, stopped);
        if (entry === null) await rm(temporaryPath(pathIn(folder, file.path)), { force: true });
        else entries.push(entry);
      }
    } catch (error) {
      stop.abort();
      throw error;
    } finally {
      await worker.terminate();
    }
  }

  const rows = files.reduce((sum, file) => sum + file.rows, 0);
  const count = Math.min(threads, files.length, Math.ceil(rows / ROWS_A_THREAD));
  const ends = await Promise.allSettled(Array.from({ length: count }, runThread));
  const failure = ends.find((end) => end.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
  return entries;
}

/** Lets a thread write a file; null when it was stopped. */
async function askThread(
  worker: Worker,
  file: DatasetFile,
  onRows: (rows: number) => void,
  signal: AbortSignal,
): Promise<FileEntry | null> {
  const stopThread = (): void => void worker.terminate();
  signal.addEventListener('abort', stopThread, { once: true });
  try {
    return await new Promise((resolve, reject) => {
      worker.removeAllListeners();
      worker.on('message', (message: ThreadMessage) => {
        if (message.kind === 'rows') onRows(message.rows);
        else if (message.kind === 'done') resolve(message.entry);
        else reject(new ERRORS[message.error](message.message));
      });
      worker.on('error', reject);
      worker.on('exit', () => resolve(null));
      worker.postMessage(file);
    });
  } finally {
    signal.removeEventListener('abort', stopThread);
  }
}
