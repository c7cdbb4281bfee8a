/** Boards that wait for a thread; those of one model, size and kind go together. */

import type { PromptHeader } from '@lifegpt/core';
import type { SamplingOptions } from '@lifegpt/model';
import type { BatchAnswer, BoardBatch } from './inference-thread.js';

/** A board whose next state is asked for. */
export interface BoardQuestion {
  readonly model: string;
  readonly width: number;
  readonly height: number;
  readonly cells: Uint8Array;
  readonly header: PromptHeader;
  readonly sampling: SamplingOptions | null;
}

/** What runs batches: `InferencePool`, as far as the queue needs it. */
export interface BatchRunner {
  countFree(): number;
  run(batch: BoardBatch): Promise<BatchAnswer>;
  onFree(listener: () => void): void;
}

/** Boards in the order of their coming. */
export interface BatchQueue {
  /**
   * Asks for the answer of a board; its tokens are one board's.
   * @throws the signal's reason when it is aborted before the answer
   */
  ask(question: BoardQuestion, signal: AbortSignal): Promise<BatchAnswer>;
  /** Boards that wait. */
  countWaiting(): number;
}

interface Waiting {
  readonly question: BoardQuestion;
  readonly resolve: (answer: BatchAnswer) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Makes a queue.
 * @param boardsABatch how many boards of a model and size go together at most
 * @param onBatch called with the number of boards of each batch
 */
export function createBatchQueue(
  runner: BatchRunner,
  boardsABatch: (question: BoardQuestion) => number,
  onBatch: (boards: number) => void = () => {},
): BatchQueue {
  const waiting = new Set<Waiting>();

  function ask(question: BoardQuestion, signal: AbortSignal): Promise<BatchAnswer> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const giveUp = (): void => {
        waiting.delete(entry);
        reject(signal.reason);
      };
      const settle =
        <T>(end: (value: T) => void) =>
        (value: T): void => {
          signal.removeEventListener('abort', giveUp);
          end(value);
        };
      const entry = { question, resolve: settle(resolve), reject: settle(reject) };
      signal.addEventListener('abort', giveUp, { once: true });
      waiting.add(entry);
      // boards that come in the same turn of the event loop find each other
      setImmediate(dispatch);
    });
  }

  function dispatch(): void {
    while (waiting.size > 0 && runner.countFree() > 0) void runBatch(takeBatch());
  }

  /** The oldest board, and those behind it that can go with it. */
  function takeBatch(): Waiting[] {
    const [oldest] = waiting;
    const most = boardsABatch(oldest!.question);
    const key = keyOf(oldest!.question);
    const batch: Waiting[] = [];
    for (const entry of waiting) {
      if (batch.length === most) break;
      if (keyOf(entry.question) !== key) continue;
      waiting.delete(entry);
      batch.push(entry);
    }
    return batch;
  }

  async function runBatch(batch: readonly Waiting[]): Promise<void> {
    const { model, width, height } = batch[0]!.question;
    const cells = width * height;
    const states = new Uint8Array(batch.length * cells);
    batch.forEach(({ question }, b) => states.set(question.cells, b * cells));
    const headers = batch.map(({ question }) => question.header);
    const samplings = batch.map(({ question }) => question.sampling);
    onBatch(batch.length);
    try {
      const whole = await runner.run({ model, width, height, states, headers, samplings });
      const share = whole.tokens.length / batch.length;
      batch.forEach(({ resolve }, b) =>
        resolve({ ...whole, tokens: whole.tokens.slice(b * share, (b + 1) * share) }),
      );
    } catch (error) {
      batch.forEach(({ reject }) => reject(error));
    }
  }

  runner.onFree(dispatch);
  return { ask, countWaiting: () => waiting.size };
}

/** Samples keep to themselves: near-ties, frequent among them, cost their whole batch a slow pass. */
function keyOf({ model, width, height, sampling }: BoardQuestion): string {
  return `${model} ${height}x${width} ${sampling === null ? 'best' : 'sample'}`;
}
