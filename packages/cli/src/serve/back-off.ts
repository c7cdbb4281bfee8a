/**
 * Clients that were told when to come again and come before wait until then, unread: to refuse them a thousand times a second
 * would take the time of those who wait their turn.
 */

import { setTimeout } from 'node:timers/promises';

/** What keeps those who come too early. */
export interface BackOff {
  /** Notes that a client was told to come again after so many seconds. */
  refuse(client: string, seconds: number): void;
  /** Lasts until a client may ask: for all but those who were refused a moment ago, not at all. */
  wait(client: string): Promise<void>;
  /** Lets everybody in, now and from now on. */
  end(): void;
}

/** Milliseconds between two requests of one client that waited. */
const SPACING = 5;
/** Milliseconds that one waits at most. */
const LONGEST_WAIT = 5000;
/** Clients that are remembered before those whose time has come are forgotten. */
const MOST_REMEMBERED = 10_000;

/** Makes one. @param now the time in milliseconds */
export function createBackOff(now: () => number = () => performance.now()): BackOff {
  /** When each client may ask again. */
  const times = new Map<string, number>();
  const ending = new AbortController();

  function forget(): void {
    for (const [client, time] of times) if (time <= now()) times.delete(client);
  }

  return {
    refuse(client, seconds) {
      if (times.size >= MOST_REMEMBERED) forget();
      times.set(client, Math.max(times.get(client) ?? 0, now() + 1000 * seconds));
    },
    async wait(client) {
      const time = times.get(client);
      if (time === undefined || ending.signal.aborted) return;
      if (time <= now()) return void times.delete(client);
      times.set(client, time + SPACING);
      const wait = Math.min(time - now(), LONGEST_WAIT);
      await setTimeout(wait, undefined, { signal: ending.signal }).catch(() => {});
    },
    end: () => ending.abort(),
  };
}
