/** The `--model` option: a shipped model's name, or a model folder. */

import { readdir } from 'node:fs/promises';
import { InputError, shapes } from '@lifegpt/core';
import { hashBytes, readModelFolder, type ModelFile, type ModelFolder } from '@lifegpt/model';
import { readBoundedFile } from './bounded-file.js';
import { pathIn } from './folder-path.js';
import { refuseTwice } from './option-values.js';
import { listModels, ZOO } from './shipped-folder.js';

/** The model that is used when none is named. */
export const DEFAULT_MODEL = 'life';

/** Several models as every command takes them: between commas. @throws InputError at one that is named twice */
export function splitModels(text: string): string[] {
  const models = text.split(',').map((name) => name.trim());
  refuseTwice('--model', models);
  return models;
}

/** Bytes that the files of a model have at most. */
const LARGEST: Readonly<Record<ModelFile, number>> = {
  'config.json': 2 ** 20,
  'tokenizer.json': 2 ** 26,
  'model.safetensors': 2 ** 31 + 2 ** 24,
};

/** The folder of a model. @throws InputError when there is neither such a model nor such a folder. */
export async function findModelFolder(nameOrFolder: string): Promise<string> {
  const shipped = listModels();
  if (shipped.includes(nameOrFolder)) return pathIn(ZOO, nameOrFolder);
  const isFolder = await readdir(nameOrFolder).then(
    (files) => files.includes('config.json'),
    () => false,
  );
  if (isFolder) return nameOrFolder;
  if (nameOrFolder.split(',').every((name) => shipped.includes(name.trim()))) {
    throw new InputError(`'${nameOrFolder}' names several models, and this takes one; choose one`);
  }
  const nearest = shapes.findNearest(nameOrFolder, shipped);
  throw new InputError(
    `'${nameOrFolder}' is neither a shipped model (${shipped.join(', ')}) nor a folder with a config.json` +
      (nearest === null ? '' : `; did you mean ${nearest}?`),
  );
}

/** What lies in a model's folder from its training: nothing that a command writes may take its place. */
export async function listModelFiles(nameOrFolder: string): Promise<string[]> {
  const folder = await findModelFolder(nameOrFolder);
  const names = [...Object.keys(LARGEST), 'training.json', 'recipe.json', 'README.md'];
  return names.map((name) => pathIn(folder, name));
}

/**
 * Reads and checks a model.
 * @throws InputError as `findModelFolder` and `readModelFolder`.
 */
export async function openModelFolder(nameOrFolder: string): Promise<ModelFolder> {
  return (await openHashedModel(nameOrFolder)).folder;
}

/** A model, and the SHA-256 of each of its files. */
export interface HashedModel {
  readonly folder: ModelFolder;
  readonly hashes: Readonly<Record<ModelFile, string>>;
}

/** As `openModelFolder`, with what the very bytes hash to that the model was read from. */
export async function openHashedModel(nameOrFolder: string): Promise<HashedModel> {
  const path = await findModelFolder(nameOrFolder);
  const hashes: Partial<Record<ModelFile, string>> = {};
  const folder = await readModelFolder(nameOrFolder, async (file) => {
    const bytes = await readBoundedFile(pathIn(path, file), LARGEST[file]);
    if (bytes === null) {
      throw new InputError(`${pathIn(nameOrFolder, file)} is missing; a model folder needs it`);
    }
    hashes[file] = await hashBytes(bytes);
    return bytes;
  });
  return { folder, hashes: hashes as HashedModel['hashes'] };
}
