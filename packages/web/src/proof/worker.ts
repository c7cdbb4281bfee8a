/** Proves a model in a worker of its own, so that a game goes on beside it. */

import {
  certify,
  countClasses,
  cutMargin,
  proveClasses,
  readModelFolder,
  stateClaim,
} from '@lifegpt/model';
import { createDownloader } from '../worker/download.js';
import type { ProofMessage, ProvedClass } from './messages.js';

/** The page is told each time that so many classes are through. */
const CLASSES_A_MESSAGE = 32;

const post = (message: ProofMessage): void => self.postMessage(message);

async function prove(name: string): Promise<void> {
  const download = createDownloader(new URL('.', self.location.href));
  const folder = await readModelFolder(name, (file) =>
    download(`models/${name}/${file}`, () => undefined),
  );
  const total = countClasses(folder);
  const classes: ProvedClass[] = [];
  const began = performance.now();
  const steps = proveClasses(folder);
  let step = steps.next();
  for (; step.done !== true; step = steps.next()) {
    const { cells, bound } = step.value;
    const { counts, table } = bound.forms;
    const margins = { counts: cutMargin(counts.margin), table: cutMargin(table.margin) };
    classes.push({ topology: cells.topology, distances: cells.distances, margins });
    if (classes.length % CLASSES_A_MESSAGE === 0) {
      post({ kind: 'progress', done: classes.length, total });
    }
  }
  const certified = certify(name, NO_HASHES, step.value);
  const topologies = certified.topologies.map(({ topology, classes: count, forms }) => ({
    topology,
    classes: count,
    counts: cutMargin(forms.counts.margin),
    table: cutMargin(forms.table.margin),
  }));
  const seconds = (performance.now() - began) / 1000;
  post({ kind: 'proof', claim: stateClaim(certified), topologies, classes, seconds });
}

/** The claim does not name the files. */
const NO_HASHES = { 'config.json': '', 'model.safetensors': '', 'tokenizer.json': '' };

self.addEventListener('message', ({ data }: MessageEvent<string>) => {
  prove(data).catch((error: unknown) =>
    post({ kind: 'failure', reason: (error as Error).message }),
  );
});
