import { describe, expect, it } from 'vitest';
import { connectWorker, serveCalls, type CallPort, type Handlers } from './calls.js';
import type { PlayedGeneration } from './messages.js';
import { FIRST_KNOBS } from './train/knobs.js';

/** A worker without a thread: messages go as they do between threads, one task later. */
function pretendWorker(handlers: Partial<Handlers>): {
  worker: Worker;
  fail(reason: string): void;
} {
  const page = new EventTarget();
  const inside = new EventTarget();
  let isAlive = true;
  const send = (to: EventTarget, data: unknown): void =>
    void setTimeout(() => isAlive && to.dispatchEvent(new MessageEvent('message', { data })));
  const port: CallPort = {
    addEventListener: (type, listener) => inside.addEventListener(type, listener as EventListener),
    postMessage: (data) => send(page, structuredClone(data)),
  };
  serveCalls(port, handlers as Handlers);
  const worker = Object.assign(page, {
    postMessage: (data: unknown) => send(inside, structuredClone(data)),
    terminate: () => void (isAlive = false),
  });
  return {
    worker: worker as unknown as Worker,
    fail: (reason) =>
      void page.dispatchEvent(Object.assign(new Event('error'), { message: reason })),
  };
}

const requestOf = (seed: number) =>
  ({ knobs: { ...FIRST_KNOBS, seed }, resume: false, isKept: true }) as const;
const request = requestOf(1);
const nobody = (): void => undefined;

describe('a call', () => {
  it('brings its events in order and then its result, apart from other calls', async () => {
    const { worker } = pretendWorker({
      train: async ({ knobs: { seed } }, { emit }) => {
        for (let step = 1; step <= 3; step++) emit({ step: step * seed } as never);
        return { step: 3 * seed } as never;
      },
    });
    const caller = connectWorker(worker, nobody);
    const seen: string[] = [];
    const results = await Promise.all(
      [1, 10].map((seed) =>
        caller.call('train', requestOf(seed), {
          onEvent: ({ step }) => seen.push(`${seed}: ${step}`),
        }),
      ),
    );
    expect(results.map(({ step }) => step)).toEqual([3, 30]);
    expect(seen).toEqual(['1: 1', '1: 2', '1: 3', '10: 10', '10: 20', '10: 30']);
  });

  it('fails with the message of what was thrown', async () => {
    const { worker } = pretendWorker({
      simulate: async () => {
        throw new RangeError('too many cells');
      },
    });
    const call = connectWorker(worker, nobody).call('simulate', {} as never);
    await expect(call).rejects.toThrow('too many cells');
  });

  it('is told when it is not wanted any more, before it began or while it runs', async () => {
    const { worker } = pretendWorker({
      train: async (_, { signal }) => {
        while (!signal.aborted) await new Promise((resolve) => setTimeout(resolve));
        return { step: 7 } as never;
      },
    });
    const caller = connectWorker(worker, nobody);
    const early = caller.call('train', request, { signal: AbortSignal.abort() });
    expect((await early).step).toBe(7);
    const controller = new AbortController();
    const late = caller.call('train', request, { signal: controller.signal });
    setTimeout(() => controller.abort(), 20);
    expect((await late).step).toBe(7);
  });

  it('fails when the worker dies or is ended', async () => {
    const never = (): Promise<PlayedGeneration> => new Promise(() => undefined);
    const dying = pretendWorker({ simulate: never });
    const reasons: string[] = [];
    const caller = connectWorker(dying.worker, (reason) => reasons.push(reason));
    const call = caller.call('simulate', {} as never);
    dying.fail('out of memory');
    await expect(call).rejects.toThrow('the worker stopped (out of memory)');
    expect(reasons).toEqual(['the worker stopped (out of memory)']);
    const ended = connectWorker(pretendWorker({ simulate: never }).worker, nobody);
    const other = ended.call('simulate', {} as never);
    ended.stop('the device was changed');
    await expect(other).rejects.toThrow('the device was changed');
  });
});
