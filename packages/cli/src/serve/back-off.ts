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
  /** When each client may ask again, and how many of its requests wait for that. */
  const refused = new Map<string, { time: number; waiting: number }>();
  const ending = new AbortController();

  function forget(): void {
    for (const [client, { time }] of refused) if (time <= now()) refused.delete(client);
  }

  return {
    refuse(client, seconds) {
      if (refused.size >= MOST_REMEMBERED) forget();
      const { time, waiting } = refused.get(client) ?? { time: 0, waiting: 0 };
      refused.set(client, { time: Math.max(time, now() + 1000 * seconds), waiting });
    },
    async wait(client) {
      const own = refused.get(client);
      if (own === undefined || ending.signal.aborted) return;
      if (own.time <= now()) return void refused.delete(client);
      const wait = Math.min(own.time - now() + SPACING * own.waiting++, LONGEST_WAIT);
      await setTimeout(wait, undefined, { signal: ending.signal }).catch(() => {});
    },
    end: () => ending.abort(),
  };
}
