/** Opens a shipped model, or one in a folder, on one thread of the CPU. */

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { loadModel, readModelFolder } from '@lifegpt/model';

const { InferenceSession } = createRequire(import.meta.resolve('lifegpt/package.json'))(
  'onnxruntime-node',
);
/** The folder of the models that ship. */
export const ZOO = resolve(import.meta.dirname, '../../packages/model/zoo');

const runtime = {
  device: 'cpu',
  createSession: (bytes) =>
    InferenceSession.create(bytes, {
      executionProviders: ['cpu'],
      intraOpNumThreads: 1,
      logSeverityLevel: 3,
    }),
};

/** @param {string} name of a shipped model, or a folder */
export async function openModel(name) {
  const shipped = resolve(ZOO, name);
  const folder = existsSync(shipped) ? shipped : resolve(name);
  return loadModel(await readModelFolder(name, (file) => readFile(resolve(folder, file))), runtime);
}
