import type { InferenceSession } from 'onnxruntime-common';
import { describe, expect, it } from 'vitest';
import { runInTurn } from './run-in-turn.js';
import type { Runtime } from './runtime.js';

const sleep = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

describe('runInTurn', () => {
  it('lets nothing begin before what came first is through, failures included', async () => {
    const log: string[] = [];
    const pretend = (name: string, milliseconds: number): Runtime => ({
      device: name,
      createSession: async () => {
        const run = async (): Promise<never> => {
          log.push(`${name} begins`);
          await sleep(milliseconds);
          log.push(`${name} ends`);
          if (name === 'first') throw new Error('first failed');
          return {} as never;
        };
        return { run } as unknown as InferenceSession;
      },
    });
    const [first, second] = await Promise.all(
      [pretend('first', 20), pretend('second', 1)].map((runtime) =>
        runInTurn(runtime).createSession(new Uint8Array()),
      ),
    );
    const failing = first!.run({});
    const after = second!.run({});
    await expect(failing).rejects.toThrow('first failed');
    await after;
    expect(log).toEqual(['first begins', 'first ends', 'second begins', 'second ends']);
  });

  it('lets messages in during a long row of runs', async () => {
    const busy: Runtime = {
      device: 'busy',
      createSession: async () =>
        ({
          run: async () => {
            for (const until = performance.now() + 5; performance.now() < until;);
            return {};
          },
        }) as unknown as InferenceSession,
    };
    const session = await runInTurn(busy).createSession(new Uint8Array());
    let runs = 0;
    let runsAtMessage = Infinity;
    setTimeout(() => (runsAtMessage = runs));
    for (; runs < 40; runs++) await session.run({});
    expect(runsAtMessage).toBeLessThan(20);
  });
});
