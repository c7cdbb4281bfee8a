/** Threads that prove the answer tokens of one size, one after the other to whichever is free. */

import type { BoundedGrid } from '@lifegpt/core';
import type { WorstCase } from '@lifegpt/model';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

/** What is to be done. */
export interface ProofJob {
  /** A shipped model's name, or a folder. */
  readonly model: string;
  readonly bounds: BoundedGrid;
  readonly kind: 'prove' | 'check';
}

/** What a thread says of an answer token; `thread.ts` is the other end. */
export interface ThreadMessage {
  readonly answer: number;
  readonly margin: number;
  /** Null where the job is a check. */
  readonly worst: WorstCase | null;
}

/** Answer tokens below which one thread is faster than the start of several. */
const FEW_TOKENS = 40;

/**
 * Goes through all answer tokens of a size.
 * @returns the one with the smallest margin
 * @throws the signal's reason when it is aborted
 */
export async function findWorstAnswer(
  job: ProofJob,
  answerTokens: number,
  signal: AbortSignal,
  onAnswer: () => void,
): Promise<ThreadMessage> {
  const count = answerTokens < FEW_TOKENS ? 1 : Math.min(availableParallelism(), answerTokens);
  let next = 0;
  let worst: ThreadMessage | null = null;

  async function runThread(): Promise<void> {
    const worker = new Worker(new URL('thread.js', import.meta.url), { workerData: job });
    try {
      while (next < answerTokens) {
        signal.throwIfAborted();
        const message = await ask(worker, next++, worst?.margin ?? Infinity, signal);
        if (worst === null || !(message.margin >= worst.margin)) worst = message;
        onAnswer();
      }
    } finally {
      await worker.terminate();
    }
  }

  await Promise.all(Array.from({ length: count }, runThread));
  return worst!;
}

/** `enough` lets a thread leave margins inexact that are larger than one that was found. */
async function ask(
  worker: Worker,
  answer: number,
  enough: number,
  signal: AbortSignal,
): Promise<ThreadMessage> {
  const stop = new AbortController();
  try {
    return await new Promise((resolve, reject) => {
      const whenAborted = (): void => reject(signal.reason as Error);
      signal.addEventListener('abort', whenAborted, { signal: stop.signal });
      worker.removeAllListeners();
      worker.on('message', resolve);
      worker.on('error', reject);
      worker.postMessage({ answer, enough });
    });
  } finally {
    stop.abort();
  }
}
