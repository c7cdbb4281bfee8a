/** Models that ship, for tests. */

import { readFile } from 'node:fs/promises';
import { loadModel, readModelFolder, type ModelFolder } from '../src/folder/model-folder.js';
import type { LanguageModel } from '../src/network/language-model.js';
import { cpu } from './runtime.js';

/** Reads a folder of the zoo. */
export function readShippedFolder(name: string): Promise<ModelFolder> {
  return readModelFolder(name, (file) =>
    readFile(new URL(`../zoo/${name}/${file}`, import.meta.url)),
  );
}

/** Opens a folder of the zoo on the CPU. */
export async function readShippedModel(name: string): Promise<LanguageModel> {
  return loadModel(await readShippedFolder(name), cpu);
}
