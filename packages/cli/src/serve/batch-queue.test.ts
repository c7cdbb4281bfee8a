import { CONWAY, TORUS } from '@lifegpt/core';
import { describe, expect, it } from 'vitest';
import { createAdmission, type Asker } from './admission.js';
import type { RequestFailure } from './failure.js';
import { createBatchQueue, type BatchRunner, type BoardQuestion } from './batch-queue.js';
import type { BatchAnswer, BoardBatch } from './inference-thread.js';

/** A runner whose batches end when the test says so; a board's answer is its own cells. */
function createRunner(
  threads = 1,
  cuts = (_batch: BoardBatch): boolean => false,
  secondsOf = (_batch: BoardBatch): number => 0,
) {
  const batches: BoardBatch[] = [];
  const ends: ((error?: Error) => void)[] = [];
  const signals: AbortSignal[] = [];
  let free = threads;
  let announce = (): void => {};
  const runner: BatchRunner = {
    countFree: () => free,
    onFree: (listener) => void (announce = listener),
    run: (batch, signal) =>
      new Promise<BatchAnswer>((resolve, reject) => {
        free--;
        signals.push(signal);
        batches.push(batch);
        ends.push((error) => {
          free++;
          const tokens = Int32Array.from(batch.states);
          const isDecided = batch.headers.map(() => true);
          const seconds = secondsOf(batch);
          const logProbs = batch.headers.map(() => null);
          const whole = { logProbs, tokens, forwardPasses: 2, minMargin: 1, seconds, isDecided };
          if (error === undefined) resolve({ ...whole, isCut: cuts(batch) });
          else reject(error);
          announce();
        });
      }),
  };
  return { runner, batches, ends, signals };
}

const question = (
  cells: number[],
  model = 'a',
  isSample = false,
  client = 'me',
  rest = 0,
): BoardQuestion => ({
  client,
  rest,
  model,
  plan: `${model} ${cells.length}`,
  width: cells.length,
  height: 1,
  cells: Uint8Array.from(cells),
  header: { rule: CONWAY, topology: TORUS },
  choice: isSample
    ? { sampling: { temperature: 1, seed: 1 }, given: new Int32Array(0), wantsLogProbs: false }
    : null,
});
const costOf = ({ width }: BoardQuestion): number => width;
const never = new AbortController().signal;
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

describe('createBatchQueue', () => {
  it('puts together what is of one model, size and kind, oldest first, up to the limit', async () => {
    const { runner, batches, ends } = createRunner();
    const queue = createBatchQueue(runner, { boardsABatch: () => 2, costOf });
    const asked = [
      question([1, 0, 0]),
      question([0, 1]),
      question([0, 1, 0], 'b'),
      question([0, 1, 0]),
      question([0, 0, 1]),
      question([1, 1, 1], 'a', true),
    ].map((q) => queue.ask(q, never));
    for (let k = 0; k < 5; k++) {
      await turn();
      expect(batches).toHaveLength(k + 1);
      ends[k]!();
    }
    expect(batches.map(({ states }) => [...states])).toEqual([
      [1, 0, 0, 0, 1, 0],
      [0, 1],
      [0, 1, 0],
      [0, 0, 1],
      [1, 1, 1],
    ]);
    const answers = await Promise.all(asked);
    expect(answers.map(({ tokens }) => [...tokens].join(''))).toEqual(
      ['100', '01', '010', '010', '001', '111'], // everybody has its own
    );
    expect(queue.countWaiting()).toBe(0);
  });

  it('forgets a board whose asker left, and fails a batch alone', async () => {
    const { runner, batches, ends } = createRunner();
    const queue = createBatchQueue(runner, { boardsABatch: () => 8, costOf });
    const first = queue.ask(question([1]), never);
    await turn();
    const leaving = new AbortController();
    const left = queue.ask(question([1, 1]), leaving.signal);
    const last = queue.ask(question([1, 1, 1]), never);
    await turn();
    expect(queue.countWaiting()).toBe(2);
    leaving.abort(new Error('left'));
    await expect(left).rejects.toThrow('left');
    ends[0]!(new Error('out of memory'));
    await expect(first).rejects.toThrow('out of memory');
    await turn();
    ends[1]!();
    expect([...(await last).tokens]).toEqual([1, 1, 1]);
    expect(batches).toHaveLength(2);
    await expect(queue.ask(question([1]), leaving.signal)).rejects.toThrow('left');
  });

  it('lets clients take turns, however much one of them asks', async () => {
    const { runner, batches, ends } = createRunner();
    const queue = createBatchQueue(runner, { boardsABatch: () => 1, costOf });
    const ask = (client: string, cells: number[]): void =>
      void queue.ask(question(cells, 'a', false, client), never);
    for (let k = 0; k < 50; k++) ask('greedy', [1, 1, 1, 1]);
    await turn();
    for (let k = 0; k < 6; k++) ask('honest', [0]);
    ask('other', [0, 0]);
    for (let k = 0; k < 9; k++) {
      ends[k]!();
      await turn();
    }
    const order = batches.map(({ states }) => states.join(''));
    // behind the one that ran, the small ones; and the large ones are not forgotten for them
    expect(order[0]).toBe('1111');
    expect(order.slice(1, 4).sort()).toEqual(['0', '0', '00']);
    expect(order.slice(4).filter((cells) => cells === '0')).toHaveLength(4);
    expect(order.slice(4, 8)).toContain('1111');
  });

  it('lets whoever asks for one state go before those who ask for many, and those who waited before him', async () => {
    const { runner, batches, ends } = createRunner();
    const queue = createBatchQueue(runner, { boardsABatch: () => 1, costOf });
    const ask = (client: string, cells: number[], rest: number): void =>
      void queue.ask(question(cells, 'a', false, client, rest), never);
    for (let k = 0; k < 6; k++) ask(`greedy ${k}`, [1, 1], 4);
    await turn();
    const served: number[] = [];
    for (let k = 0; k < 100 && served.at(-1) !== 2; k++) {
      ask(`honest ${k}`, [0], 0);
      await turn();
      ends[k]!();
      await turn();
      served.push(batches[k + 1]!.states.length);
    }
    expect(served.length).toBeGreaterThan(10);
    expect(served.at(-1)).toBe(2); // nobody is forgotten
  });

  it('makes no batch that the next client would wait for long, but of what has threads of its own', async () => {
    const isHeavy = ({ choice }: BoardQuestion): boolean => choice !== null;
    const sizes = [false, true].map(async (isSample) => {
      const { runner, batches } = createRunner();
      const queue = createBatchQueue(runner, { boardsABatch: () => 64, costOf, isHeavy });
      for (let k = 0; k < 20; k++) void queue.ask(question([1, 0], 'a', isSample), never);
      await turn();
      return batches[0]!.headers.length;
    });
    expect(await Promise.all(sizes)).toEqual([4, 20]);
  });

  it('goes by what boards turn out to cost, those that wait already too', async () => {
    const { runner, batches, ends } = createRunner();
    let costOfLarge = 1;
    const queue = createBatchQueue(runner, {
      boardsABatch: () => 1,
      costOf: ({ width }) => (width > 1 ? costOfLarge : 2),
      onDone: () => (costOfLarge = 100),
    });
    const ask = (client: string, cells: number[]): void =>
      void queue.ask(question(cells, 'a', false, client), never);
    for (let k = 0; k < 9; k++) ask(`greedy ${k}`, [1, 1]);
    await turn();
    for (let k = 0; k < 4; k++) ask('honest', [0]);
    for (let k = 0; k < 5; k++) {
      ends[k]!();
      await turn();
    }
    expect(batches.map(({ states }) => states.join(''))).toEqual(['11', '11', '0', '0', '0', '0']);
  });

  it('lets a client wait for what its boards took beyond what was expected', async () => {
    const { runner, batches, ends } = createRunner(1, undefined, ({ width }) =>
      width > 1 ? 0.1 : 0,
    );
    const queue = createBatchQueue(runner, { boardsABatch: () => 1, costOf: () => 1 });
    const ask = (client: string, cells: number[]): void =>
      void queue.ask(question(cells, 'a', false, client), never);
    ask('debtor', [1, 1]);
    await turn();
    for (let k = 0; k < 4; k++) ask('honest', [0]);
    ends[0]!();
    await turn();
    ask('debtor', [1, 1, 1]);
    for (let k = 1; k < 5; k++) {
      ends[k]!();
      await turn();
    }
    expect(batches.map(({ states }) => states.join(''))).toEqual(['11', '0', '0', '0', '0', '111']);
  });

  it('ends a batch that nobody wants any more, and not one that somebody does', async () => {
    const { runner, signals } = createRunner();
    const queue = createBatchQueue(runner, { boardsABatch: () => 8, costOf });
    const leaving = [new AbortController(), new AbortController()];
    const asked = leaving.map(({ signal }) => queue.ask(question([1]), signal).catch(() => 'left'));
    await turn();
    leaving[0]!.abort(new Error('left'));
    expect(signals[0]!.aborted).toBe(false);
    leaving[1]!.abort(new Error('left'));
    expect(signals[0]!.aborted).toBe(true);
    expect(await Promise.all(asked)).toEqual(['left', 'left']);
  });

  it('asks boards again one by one where together they took too many passes', async () => {
    const { runner, batches, ends } = createRunner(1, ({ headers }) => headers.length > 1);
    const queue = createBatchQueue(runner, { boardsABatch: () => 8, costOf });
    const asked = [[1], [0]].map((cells) => queue.ask(question(cells), never));
    for (let k = 0; k < 3; k++) {
      await turn();
      ends[k]!();
    }
    expect(batches.map(({ states }) => states.length)).toEqual([2, 1, 1]);
    expect((await Promise.all(asked)).map(({ tokens }) => [...tokens])).toEqual([[1], [0]]);
  });

  it('keeps samples of different clients apart', async () => {
    const { runner, batches, ends } = createRunner();
    const queue = createBatchQueue(runner, { boardsABatch: () => 8, costOf });
    for (const client of ['one', 'two', 'two']) {
      void queue.ask(question([1], 'a', true, client), never);
    }
    await turn();
    ends[0]!();
    await turn();
    expect(batches.map(({ states }) => states.length)).toEqual([1, 2]);
  });

  it('lets heavy work have some threads, and the rest the others', async () => {
    const { runner, batches, ends } = createRunner(2);
    const isHeavy = ({ choice }: BoardQuestion): boolean => choice !== null;
    const rooms = { boardsABatch: () => 1, costOf, isHeavy, mostHeavy: 1 };
    const queue = createBatchQueue(runner, rooms);
    const heavy = [1, 2].map((n) => queue.ask(question([n, 0], 'a', true), never));
    await turn();
    expect(batches).toHaveLength(1);
    const quick = queue.ask(question([3, 0], 'a', false, 'you'), never);
    await turn();
    expect(batches.map(({ states }) => states[0])).toEqual([1, 3]);
    ends[1]!();
    await quick;
    await turn();
    expect(batches).toHaveLength(2);
    ends[0]!();
    await turn();
    expect(batches.map(({ states }) => states[0])).toEqual([1, 3, 2]);
    ends[2]!();
    await Promise.all(heavy);
  });
});

describe('createAdmission', () => {
  const asker = (client = 'me'): Asker & { refused: RequestFailure[] } => {
    const refused: RequestFailure[] = [];
    return { client, signal: never, giveWay: (reason) => void refused.push(reason), refused };
  };

  it('lets in what there is room for, all of a request or nothing', () => {
    const { enter, countInside } = createAdmission(3);
    const leave = enter(2, asker());
    const again = () => enter(2, asker());
    expect(again).toThrow(/2 boards are under way, and 3 is the most; try again in 1 s/);
    expect(again).toThrow(expect.objectContaining({ status: 429, retryAfter: 1 }));
    expect(() => enter(4, asker())).toThrow(
      expect.objectContaining({ status: 400, retryAfter: null }),
    );
    leave();
    leave();
    expect(countInside()).toBe(0);
    enter(3, asker());
    expect(countInside()).toBe(3);
  });

  it('lets the client with the most give way to one with less, and to no equal', () => {
    const { enter, countInside } = createAdmission(6);
    const greedy = [1, 2, 3].map(() => asker('greedy'));
    greedy.forEach((one) => enter(2, one));
    enter(1, asker('honest'));
    expect(greedy.map(({ refused }) => refused.length)).toEqual([0, 0, 1]);
    expect(greedy[2]!.refused[0]).toMatchObject({ status: 429, retryAfter: 1 });
    expect(countInside()).toBe(5);
    enter(1, asker('honest'));
    expect(() => enter(2, asker('greedy'))).toThrow(/6 boards are under way/);
    expect(() => enter(4, asker('third'))).toThrow(/6 boards are under way/);
  });

  it('refuses more of a client that has more than its share, while others are here', () => {
    const { enter, checkShare } = createAdmission(8);
    enter(5, asker('greedy'));
    expect(() => checkShare('greedy')).not.toThrow();
    enter(1, asker('honest'));
    expect(() => checkShare('greedy')).toThrow(/6 boards are under way/);
    expect(() => checkShare('honest')).not.toThrow();
  });
});
