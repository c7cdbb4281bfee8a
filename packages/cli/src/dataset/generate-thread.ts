/** What a thread of `generate.ts` runs: it writes the files that it is told to. */

import { InputError } from '@lifegpt/core';
import { parentPort, workerData } from 'node:worker_threads';
import { loadEngine } from '../engine.js';
import { OutputError } from '../output-file.js';
import type { DatasetConfig, DatasetFile } from './config.js';
import type { ThreadMessage } from './generate.js';
import { writeEntry } from './manifest.js';
import { writeDatasetFile } from './write-file.js';

if (parentPort === null) throw new Error('generate-thread.js runs as a worker thread');
const port = parentPort;
const { config, folder } = workerData as { config: DatasetConfig; folder: string };
const post = (message: ThreadMessage): void => port.postMessage(message);

port.on('message', async (file: DatasetFile) => {
  try {
    const engine = await loadEngine();
    const onRows = (rows: number): void => post({ kind: 'rows', rows });
    const entry = writeDatasetFile(engine, config, file, folder, onRows);
    await writeEntry(folder, entry);
    post({ kind: 'done', entry });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    post({ kind: 'failed', message, error: nameKind(error) });
  }
});

function nameKind(error: unknown): 'input' | 'output' | 'own' {
  if (error instanceof InputError) return 'input';
  return error instanceof OutputError ? 'output' : 'own';
}
