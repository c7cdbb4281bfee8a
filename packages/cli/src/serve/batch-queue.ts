/**
 * Boards that wait for a thread; those of one plan and kind go together. Clients share the threads as if
 * each had a part of its own: a clock runs with the work done for each of them, a board starts on it where its client's
 * last one ends, and the board goes first whose request would end first (weighted fair queueing, Demers et al. 1989). So who
 * asks for much waits behind itself, and who asks for little hardly waits.
 */

import type { PromptHeader } from '@lifegpt/core';
import { kindOfChoice, type BoardChoice } from './choose-apart.js';
import type { BatchAnswer, BoardBatch } from './inference-thread.js';

/** A board whose next state is asked for. */
export interface BoardQuestion {
  /** Who asks. */
  readonly client: string;
  readonly model: string;
  readonly width: number;
  readonly height: number;
  readonly cells: Uint8Array;
  readonly header: PromptHeader;
  /** What is wanted besides the most likely tokens, if anything. */
  readonly choice: BoardChoice | null;
  /** The plan that it goes by (`keyOfPlan`); only boards of one go together. */
  readonly plan: string;
  /** How many boards of its kind the same request asks for after it. */
  readonly rest: number;
}

/** What one board came to. */
export interface BoardAnswer extends Omit<BatchAnswer, 'isDecided' | 'isCut' | 'logProbs'> {
  /** False where a near-tie, or too many passes, leave it to the sequential reference. */
  readonly isDecided: boolean;
  /** As in `ApartChooser`, where they were wanted. */
  readonly logProbs: Float32Array | null;
}

/** What runs batches: `InferencePool`, as far as the queue needs it. */
export interface BatchRunner {
  countFree(): number;
  /** @param signal stops it between two passes */
  run(batch: BoardBatch, signal: AbortSignal): Promise<BatchAnswer>;
  onFree(listener: () => void): void;
}

/** How a queue deals with boards. */
export interface QueueOptions {
  /** How many boards of a plan go together at most. */
  readonly boardsABatch: (question: BoardQuestion) => number;
  /** What a board costs its client: milliseconds that it is expected to take. */
  readonly costOf: (question: BoardQuestion) => number;
  /** What holds a thread for long; the rest does not wait for more of it than `mostHeavy` at once. */
  readonly isHeavy?: (question: BoardQuestion) => boolean;
  readonly mostHeavy?: number;
  /** Token by token, as the sequential reference does it. */
  readonly isSequential?: boolean;
  /** Called with the number of boards of each batch. */
  readonly onBatch?: (boards: number) => void;
  /** Called with one of a batch's boards, their number, and the seconds that they took. */
  readonly onDone?: (question: BoardQuestion, boards: number, seconds: number) => void;
}

/** Boards in the order of their clients' turns. */
export interface BatchQueue {
  /**
   * Asks for the answer of a board; its tokens are one board's.
   * @throws the signal's reason when it is aborted before the answer
   */
  ask(question: BoardQuestion, signal: AbortSignal): Promise<BoardAnswer>;
  /** Boards that wait. */
  countWaiting(): number;
}

interface Waiting {
  readonly question: BoardQuestion;
  /** Where it starts on the clock; it ends, and its request, where the cost, as it is known by then, says. */
  readonly start: number;
  /** It went with others once, and the passes were too many: next time by itself. */
  isAlone: boolean;
  hasLeft: boolean;
  readonly resolve: (answer: BoardAnswer) => void;
  readonly reject: (error: unknown) => void;
}

/** Makes a queue. */
export function createBatchQueue(runner: BatchRunner, options: QueueOptions): BatchQueue {
  const { boardsABatch, costOf, isSequential = false } = options;
  const { isHeavy = () => false, mostHeavy = Infinity } = options;
  const { onBatch = () => {}, onDone = () => {} } = options;
  const waiting = new Set<Waiting>();
  /** Those under way, with what tells their batch that one of them left. */
  const running = new Map<Waiting, () => void>();
  /** Where the clock stands, and where each client's last board ends on it. */
  let clock = 0;
  /** Heavy batches under way. */
  let heavy = 0;
  const ends = new Map<string, number>();

  function takeTurn(question: BoardQuestion): number {
    const start = Math.max(clock, ends.get(question.client) ?? 0);
    ends.set(question.client, start + costOf(question));
    return start;
  }
  /** Where its request ends. */
  const endOf = ({ start, question }: Waiting): number =>
    start + costOf(question) * (1 + question.rest);

  /** The clock goes on by each client's part of the work, and does not stand still before the first start. */
  function runClock(batch: readonly Waiting[]): void {
    const clients = new Set<string>();
    let first = Infinity;
    for (const entries of [waiting, batch]) {
      for (const { question, start } of entries) {
        clients.add(question.client);
        first = Math.min(first, start);
      }
    }
    const work = batch.reduce((sum, { question }) => sum + costOf(question), 0);
    clock = Math.max(clock + work / clients.size, first);
  }

  function ask(question: BoardQuestion, signal: AbortSignal): Promise<BoardAnswer> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const giveUp = (): void => {
        entry.hasLeft = true;
        waiting.delete(entry);
        running.get(entry)?.();
        reject(signal.reason);
      };
      const ending =
        <T>(end: (value: T) => void) =>
        (value: T): void => {
          signal.removeEventListener('abort', giveUp);
          end(value);
        };
      const entry: Waiting = {
        question,
        start: takeTurn(question),
        isAlone: false,
        hasLeft: false,
        resolve: ending(resolve),
        reject: ending(reject),
      };
      signal.addEventListener('abort', giveUp, { once: true });
      waiting.add(entry);
      // boards that come in the same turn of the event loop find each other
      setImmediate(dispatch);
    });
  }

  function dispatch(): void {
    while (runner.countFree() > 0) {
      const batch = takeBatch();
      if (batch.length === 0) break;
      void runBatch(batch);
    }
    if (waiting.size === 0 && running.size === 0) ends.clear();
    if (ends.size > MOST_REMEMBERED) {
      for (const [client, end] of ends) if (end <= clock) ends.delete(client);
    }
  }

  /** The board whose turn it is, and those that can go with it, by their turns; none where what waits is to wait. */
  function takeBatch(): Waiting[] {
    const isFull = heavy >= mostHeavy;
    const ready = [...waiting].filter(({ question }) => !(isFull && isHeavy(question)));
    const first = findFirst(ready);
    if (first === undefined) return [];
    const most = first.isAlone ? 1 : boardsABatch(first.question);
    const fits = ({ question, isAlone }: Waiting): boolean =>
      !isAlone && canGoTogether(question, first.question);
    const together =
      most === 1
        ? [first]
        : ready
            .filter(fits)
            .sort((a, b) => endOf(a) - endOf(b))
            .slice(0, most);
    const batch =
      isHeavy(first.question) && !isContended(ready, first)
        ? together
        : cutBatch(together, costOf(first.question));
    for (const entry of batch) waiting.delete(entry);
    runClock(batch);
    return batch;
  }

  function findFirst(ready: readonly Waiting[]): Waiting | undefined {
    let [first, least]: [Waiting | undefined, number] = [undefined, Infinity];
    for (const entry of ready) {
      const end = endOf(entry);
      if (end < least) [first, least] = [entry, end];
    }
    return first;
  }

  /** What boards took beyond what was expected, a plan of their size above all, is their clients' debt. */
  function settle(batch: readonly Waiting[], took: number): void {
    for (const { question } of batch) {
      const debt = took - costOf(question);
      const known = ends.get(question.client);
      if (debt > 0 && known !== undefined) ends.set(question.client, known + debt);
    }
  }

  async function runBatch(batch: readonly Waiting[]): Promise<void> {
    const { model, width, height } = batch[0]!.question;
    const cells = width * height;
    const states = new Uint8Array(batch.length * cells);
    batch.forEach(({ question }, b) => states.set(question.cells, b * cells));
    const headers = batch.map(({ question }) => question.header);
    const choices = batch.map(({ question }) => question.choice);
    const stop = new AbortController();
    let left = batch.length;
    for (const entry of batch) {
      running.set(entry, () => {
        if (--left === 0) stop.abort(new Error('nobody wants the answer any more'));
      });
    }
    onBatch(batch.length);
    const weight = isHeavy(batch[0]!.question) ? 1 : 0;
    heavy += weight;
    try {
      const { plan } = batch[0]!.question;
      const asked = { model, plan, width, height, states, headers, choices, isSequential };
      const { isDecided, isCut, logProbs, ...whole } = await runner.run(asked, stop.signal);
      onDone(batch[0]!.question, batch.length, whole.seconds);
      settle(batch, (1000 * whole.seconds) / batch.length);
      if (isCut && batch.length > 1) return tryAlone(batch);
      const share = whole.tokens.length / batch.length;
      batch.forEach(({ resolve }, b) =>
        resolve({
          ...whole,
          isDecided: isDecided[b]!,
          logProbs: logProbs[b]!,
          tokens: whole.tokens.slice(b * share, (b + 1) * share),
        }),
      );
    } catch (error) {
      batch.forEach(({ reject }) => reject(error));
    } finally {
      for (const entry of batch) running.delete(entry);
      heavy -= weight;
      if (weight > 0) setImmediate(dispatch); // another heavy one may have waited for this one alone
    }
  }

  /** One board may have kept the others from their answers. */
  function tryAlone(batch: readonly Waiting[]): void {
    for (const entry of batch) {
      if (entry.hasLeft) continue;
      entry.isAlone = true;
      waiting.add(entry);
    }
    setImmediate(dispatch);
  }

  runner.onFree(dispatch);
  return { ask, countWaiting: () => waiting.size };
}

/** Cost of a batch, which is what the next client may have to wait for. */
const MOST_COST = 8;

/** As many of a batch's boards, all of one cost, as the next client may wait for. */
const cutBatch = (batch: readonly Waiting[], cost: number): Waiting[] =>
  batch.slice(0, Math.max(1, Math.floor(MOST_COST / cost)));

/** Whether other clients wait already; a heavy batch makes nobody else wait. */
const isContended = (ready: readonly Waiting[], first: Waiting): boolean =>
  ready.some(({ question }) => question.client !== first.question.client);

/** Clients whose turns are remembered before those of the past are forgotten. */
const MOST_REMEMBERED = 10_000;

/** Whoever wants more than best tokens keeps to his own: near-ties, frequent in samples, are nobody else's trouble. */
function canGoTogether(a: BoardQuestion, b: BoardQuestion): boolean {
  const kind = kindOfChoice(a.choice);
  return (
    a.plan === b.plan &&
    kind === kindOfChoice(b.choice) &&
    (kind === 'best' || a.client === b.client)
  );
}
