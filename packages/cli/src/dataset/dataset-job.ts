/** A data set as a job that many machines share; its pieces are its files. */

import { listFiles, readDatasetConfigOf, type DatasetConfig } from './config.js';
import { generateDataset } from './generate.js';
import type { FileEntry } from './file-entry.js';
import { openDatasetFolder } from './manifest.js';
import { mergeDataset } from './merge.js';
import type { JobKind } from '../shard/job-kind.js';
import { countNoun, formatCount } from '../terminal/count.js';

/** What some files hold together. */
export interface DatasetTotals {
  readonly files: number;
  readonly rows: number;
  readonly bytes: number;
  readonly duplicates: number;
  readonly otherSplits: number;
}

/** Sums up files. */
export function sumEntries(entries: readonly FileEntry[]): DatasetTotals {
  const sum = (value: (entry: FileEntry) => number): number =>
    entries.reduce((total, entry) => total + value(entry), 0);
  return {
    files: entries.length,
    rows: sum(({ rows }) => rows),
    bytes: sum(({ bytes }) => bytes),
    duplicates: sum(({ dropped }) => dropped.duplicates),
    otherSplits: sum(({ dropped }) => dropped.otherSplits),
  };
}

/** Totals as people read them. */
export function describeTotals(totals: DatasetTotals): string {
  const { files, rows, bytes, duplicates, otherSplits } = totals;
  return (
    `${countNoun(rows, 'row')} in ${countNoun(files, 'file')}, ${formatBytes(bytes)}; ` +
    `dropped ${countNoun(duplicates, 'duplicate')} and ${countNoun(otherSplits, 'board')} of other splits`
  );
}

const formatBytes = (bytes: number): string =>
  bytes < 1e6 ? `${formatCount(Math.ceil(bytes / 1000))} kB` : `${(bytes / 1e6).toFixed(1)} MB`;

/** Data sets as jobs. */
export const datasetKind: JobKind<DatasetConfig> = {
  name: 'dataset',
  unit: 'rows',
  checkJob: readDatasetConfigOf,
  countUnits: ({ rows }) => rows.train + rows.validation + rows.test,
  countPieces: (config) => listFiles(config).length,
  prepareFolder: async (config, folder) => void (await openDatasetFolder(folder, config)),
  async open(config, folder, threads) {
    return {
      async doShard(shard, { signal }, onUnits) {
        const onProgress = onUnits ?? (() => {});
        const job = { config, folder, shard, threads, signal, onProgress };
        const { files, isWhole } = await generateDataset(job);
        return { units: sumEntries(files).rows, isWhole };
      },
      close: async () => {},
    };
  },
  async merge(options) {
    const totals = sumEntries(await mergeDataset(options));
    return {
      json: JSON.stringify({ out: options.folder, ...totals }),
      lines: [`${describeTotals(totals)}; every file has the hash of its manifest`],
      isExact: true,
      asksExactness: false,
    };
  },
};
