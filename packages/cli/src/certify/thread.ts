/** What a thread of `pool.ts` runs: it proves, or checks, the answer tokens that it is told to. */

import { openCertifier, openChecker } from '@lifegpt/model';
import { parentPort, workerData } from 'node:worker_threads';
import { openModelFolder } from '../model-argument.js';
import type { ProofJob, ThreadMessage } from './pool.js';

if (parentPort === null) throw new Error('thread.js runs as a worker thread');
const port = parentPort;
const { model, bounds, kind } = workerData as ProofJob;
const post = (message: ThreadMessage): void => port.postMessage(message);

const folder = await openModelFolder(model);
if (kind === 'prove') {
  const certifier = openCertifier(folder, bounds);
  port.on('message', ({ answer, enough }: { answer: number; enough: number }) => {
    const worst = certifier.prove(answer, enough);
    post({ answer, margin: worst.margin, worst });
  });
} else {
  const checker = openChecker(folder, bounds);
  port.on('message', ({ answer }: { answer: number }) => {
    post({ answer, margin: checker.check(answer), worst: null });
  });
}
