/**
 * A data set's folder: `config.json` says what it is, `data/` holds its files, and `manifest/` an
 * entry for each finished one. An entry is written after its file, so a file without one is not
 * finished. When all are there, `dataset.json` and the card `README.md` close the folder.
 */

import { checkShape, InputError, shapes, showValue } from '@lifegpt/core';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm, rmdir, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { pathIn, targetIn } from '../folder-path.js';
import { readBoundedFile, readJsonFile } from '../bounded-file.js';
import { makeFolder, removeLeftovers, writeOutputFile } from '../output-file.js';
import { refuseForeignFiles, writeFirstFile } from '../shard/result-folder.js';
import { formatCard } from './card.js';
import {
  hashConfig,
  listFiles,
  readDatasetConfigOf,
  SPLITS,
  type DatasetConfig,
  type DatasetFile,
} from './config.js';
import type { FileEntry } from './file-entry.js';
import type { Dropped } from './rows.js';

/** A folder's config, with the hash that names it. */
interface StoredConfig {
  readonly config_sha256: string;
  readonly config: DatasetConfig;
}

const { record, wholeNumber } = shapes;

const SHA256 = shapes.text(64, /^[0-9a-f]{64}$/, 'a SHA-256 in hexadecimal');

const STORED = record<{ config_sha256: string; config: unknown }>({
  config_sha256: SHA256,
  config: (value) => value,
});

const ENTRY = record<FileEntry>({
  number: wholeNumber(0),
  split: shapes.oneOf(...SPLITS),
  rows: wholeNumber(1),
  path: shapes.text(256),
  bytes: wholeNumber(1),
  sha256: SHA256,
  dropped: record<Dropped>({ duplicates: wholeNumber(0), otherSplits: wholeNumber(0) }),
});

/**
 * Opens a folder for a data set, or makes it.
 * @returns whether it is new
 * @throws InputError when it holds another one, or other things.
 */
export async function openDatasetFolder(folder: string, config: DatasetConfig): Promise<boolean> {
  const stored = await readStoredConfig(folder);
  const hash = hashConfig(config);
  if (stored === null) {
    const isOwn = (name: string): boolean => /^(\.?config\.json|data$|manifest$)/.test(name);
    await refuseForeignFiles(folder, isOwn, 'data set');
    const text = `${JSON.stringify({ config_sha256: hash, config }, null, 2)}\n`;
    await writeFirstFile(targetIn(folder, 'config.json'), text);
  } else if (stored.config_sha256 !== hash) {
    throw new InputError(
      `${folder} holds another data set (config ${stored.config_sha256.slice(0, 12)}, not ${hash.slice(0, 12)}); ` +
        `give another folder, or the options of ${pathIn(folder, 'config.json')}`,
    );
  }
  for (const part of ['data', 'manifest']) await makeFolder(targetIn(folder, part));
  return stored === null;
}

/** Takes away what `openDatasetFolder` made, where nothing came of it: the folder is free for another data set. */
export async function removeEmptyDataset(folder: string): Promise<void> {
  try {
    for (const part of ['data', 'manifest']) await rmdir(targetIn(folder, part));
    await rm(targetIn(folder, 'config.json'));
    await rmdir(folder);
  } catch {
    // a file is finished, or something else is there: it stays
  }
}

/** Whether a folder holds a data set, whole or not. @throws InputError when it is damaged */
export async function isDatasetFolder(folder: string): Promise<boolean> {
  return (await readStoredConfig(folder)) !== null;
}

/** The config of a folder. @throws InputError when there is none, or it is damaged. */
export async function readDatasetConfig(folder: string): Promise<DatasetConfig> {
  const stored = await readStoredConfig(folder);
  if (stored === null) throw new InputError(`${folder} is no data set: it has no config.json`);
  return stored.config;
}

async function readStoredConfig(folder: string): Promise<StoredConfig | null> {
  const path = pathIn(folder, 'config.json');
  const found = await readJsonFile(path);
  if (found === undefined) return null;
  if ((found as Partial<StoredConfig> | null)?.config_sha256 === undefined) {
    throw new InputError(`${path} is not the one of a data set; give another folder`);
  }
  const { config_sha256: hash, config: value } = checkShape(STORED, found, path);
  const config = readDatasetConfigOf(value, `${path}: config`);
  if (hashConfig(config) !== hash) {
    throw new InputError(`${path} was changed: its hash is not that of its config`);
  }
  return { config_sha256: hash, config };
}

/** Bytes of an entry in the manifest. */
const LARGEST_ENTRY = 64 * 1024;

const entryPath = (folder: string, file: DatasetFile): string =>
  pathIn(folder, `manifest/${basename(file.path)}.json`);

/** Records a finished file. */
export async function writeEntry(folder: string, entry: FileEntry): Promise<void> {
  await writeOutputFile(
    targetIn(folder, `manifest/${basename(entry.path)}.json`),
    `${JSON.stringify(entry, null, 2)}\n`,
  );
}

/**
 * The entry of a file, or null when the file is not finished.
 * @throws InputError when the entry is another file's, or none
 */
export async function readEntry(folder: string, file: DatasetFile): Promise<FileEntry | null> {
  const place = entryPath(folder, file);
  const bytes = await readBoundedFile(place, LARGEST_ENTRY);
  if (bytes === null) return null;
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    return null; // cut off in the middle: the file is written again
  }
  const entry = checkShape(ENTRY, value, place);
  for (const field of ['number', 'split', 'rows', 'path'] as const) {
    if (entry[field] === file[field]) continue;
    throw new InputError(
      `${place}: "${field}" is ${showValue(entry[field])}, but the data set's file has ${showValue(file[field])}; ` +
        `delete the entry and generate its shard again`,
    );
  }
  const size = await stat(pathIn(folder, file.path)).then(
    (found) => found.size,
    () => -1,
  );
  return size === entry.bytes ? entry : null;
}

/** SHA-256 of a file. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/**
 * Closes a folder when all its files are finished.
 * @returns their entries, or null while some are missing
 */
export async function closeDatasetFolder(
  folder: string,
  config: DatasetConfig,
): Promise<FileEntry[] | null> {
  const files: FileEntry[] = [];
  // from the end: while shards are missing it is mostly the last ones, so one look tells
  for (const file of listFiles(config).reverse()) {
    const entry = await readEntry(folder, file);
    if (entry === null) return null;
    files.push(entry);
  }
  files.reverse();
  for (const part of ['data', 'manifest']) await removeLeftovers(targetIn(folder, part));
  const dataset = { config_sha256: hashConfig(config), config, files };
  await writeOutputFile(targetIn(folder, 'dataset.json'), `${JSON.stringify(dataset, null, 2)}\n`);
  await writeOutputFile(targetIn(folder, 'README.md'), formatCard(config, files));
  return files;
}
