/** Puts shards together: checks every file, copies what lies elsewhere, closes the folder. */

import { InputError } from '@lifegpt/core';
import { copyFile, rename, rm, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathIn, targetIn } from '../folder-path.js';
import { explainWriting, temporaryPath } from '../output-file.js';
import type { MergeOptions } from '../shard/job-kind.js';
import { hashConfig, listFiles, type DatasetConfig, type DatasetFile } from './config.js';
import type { FileEntry } from './file-entry.js';
import {
  closeDatasetFolder,
  hashFile,
  openDatasetFolder,
  readDatasetConfig,
  readEntry,
  writeEntry,
} from './manifest.js';

/**
 * Merges shards.
 * @throws InputError when a file is missing in all folders, two folders hold different data sets, or
 * a file is not the one of its manifest; then the target has no card.
 */
export async function mergeDataset(options: MergeOptions): Promise<FileEntry[]> {
  const { folder, sources, signal, onProgress } = options;
  const config = await readCommonConfig(sources);
  const files = listFiles(config);
  const places = await Promise.all(files.map((file) => findFile(file, sources)));
  const gaps = files.filter((_, i) => places[i] === null);
  if (gaps.length > 0) {
    throw new InputError(
      `${gaps.length} of ${files.length} files are missing, the first is ${gaps[0]!.path}; ` +
        `finish the shards, or name all their folders`,
    );
  }
  for (const [i, place] of places.entries()) {
    signal.throwIfAborted();
    await checkFile(place!.source, place!.entry);
    onProgress?.(i + 1, files.length);
  }
  await openDatasetFolder(folder, config);
  for (const place of places) {
    signal.throwIfAborted();
    const { source, entry } = place!;
    if (resolve(source) === resolve(folder)) continue;
    const target = targetIn(folder, entry.path);
    try {
      await copyFile(pathIn(source, entry.path), temporaryPath(target));
      await rename(temporaryPath(target), target);
    } catch (error) {
      await rm(temporaryPath(target), { force: true }).catch(() => {});
      throw explainWriting(target, error, 'the files before it are there');
    }
    await writeEntry(folder, entry);
  }
  return (await closeDatasetFolder(folder, config))!;
}

async function readCommonConfig(sources: readonly string[]): Promise<DatasetConfig> {
  const configs = await Promise.all(sources.map(readDatasetConfig));
  const other = configs.findIndex((config) => hashConfig(config) !== hashConfig(configs[0]!));
  if (other >= 0) {
    throw new InputError(
      `${sources[0]} and ${sources[other]} hold different data sets (config ` +
        `${hashConfig(configs[0]!).slice(0, 12)} and ${hashConfig(configs[other]!).slice(0, 12)})`,
    );
  }
  return configs[0]!;
}

async function findFile(
  file: DatasetFile,
  sources: readonly string[],
): Promise<{ source: string; entry: FileEntry } | null> {
  for (const source of sources) {
    const entry = await readEntry(source, file);
    if (entry !== null) return { source, entry };
    const damaged = await stat(pathIn(source, file.path)).catch(() => null);
    if (damaged !== null) {
      throw new InputError(
        `${pathIn(source, file.path)} has ${damaged.size} bytes and no manifest entry that says so: ` +
          `it is damaged or not finished; generate its shard again`,
      );
    }
  }
  return null;
}

async function checkFile(source: string, entry: FileEntry): Promise<void> {
  const path = pathIn(source, entry.path);
  const found = await hashFile(path);
  if (found !== entry.sha256) {
    throw new InputError(
      `${path} is damaged: its SHA-256 is ${found}, its manifest says ${entry.sha256}; ` +
        `delete it and generate its shard again`,
    );
  }
}
