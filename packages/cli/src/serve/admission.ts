/** How much is under way at most. What is let in is done; what is not is told when to come again. */

import { RequestFailure } from './failure.js';

/** Who asks. */
export interface Asker {
  /** Tells one client from others: its address. */
  readonly client: string;
  /** Aborted when the answer is not wanted any more. */
  readonly signal: AbortSignal;
  /** Makes room for another client: the request fails with this reason. */
  giveWay(reason: RequestFailure): void;
}

/** A door with a counter. */
export interface Admission {
  /**
   * Lets so many boards in, or none of them. Where there is no room, the client with the most boards inside gives way to
   * one that has fewer.
   * @returns what lets them out again
   * @throws RequestFailure 429 when there is no room
   */
  enter(boards: number, asker: Asker): () => void;
  /**
   * Refuses a client that has more than its share while others are here, before its request is read: to be refused has
   * to be cheap.
   * @throws RequestFailure 429
   */
  checkShare(client: string): void;
  /** Boards inside. */
  countInside(): number;
}

/** Seconds after which a refused client may try again: a full queue of small boards is done by then. */
const RETRY_AFTER = 1;

interface Entry {
  readonly boards: number;
  readonly asker: Asker;
}

/** Opens the door. @param most boards that may be inside at once */
export function createAdmission(most: number): Admission {
  const entries = new Map<string, Set<Entry>>();
  let inside = 0;

  const countOf = (client: string): number =>
    [...(entries.get(client) ?? [])].reduce((sum, { boards }) => sum + boards, 0);

  function leave(entry: Entry): void {
    const { client } = entry.asker;
    const own = entries.get(client);
    if (own?.delete(entry) !== true) return;
    if (own.size === 0) entries.delete(client);
    inside -= entry.boards;
  }

  const refusal = (): RequestFailure => {
    const message = `${inside} boards are under way, and ${most} is the most; try again in ${RETRY_AFTER} s`;
    return new RequestFailure(429, 'queue_full', message, RETRY_AFTER);
  };

  /** The latest request of the client with the most boards, if that is more than another one would have. */
  function findHeaviest(than: number): Entry | undefined {
    let heaviest: string | undefined;
    let weight = than;
    for (const client of entries.keys()) {
      const boards = countOf(client);
      if (boards > weight) [heaviest, weight] = [client, boards];
    }
    return heaviest === undefined ? undefined : [...entries.get(heaviest)!].at(-1);
  }

  return {
    enter(boards, asker) {
      if (boards > most) {
        const message = `${boards} boards in one request are more than this server takes (${most}); send fewer at once`;
        throw new RequestFailure(400, 'too_many_boards', message);
      }
      while (inside + boards > most) {
        const entry = findHeaviest(countOf(asker.client) + boards);
        if (entry === undefined) throw refusal();
        const reason = refusal();
        leave(entry);
        entry.asker.giveWay(reason);
      }
      inside += boards;
      const entry = { boards, asker };
      const own = entries.get(asker.client) ?? new Set();
      entries.set(asker.client, own.add(entry));
      return () => leave(entry);
    },
    checkShare(client) {
      const others = entries.size - (entries.has(client) ? 1 : 0);
      if (others > 0 && inside > most / 2 && countOf(client) > most / 4) throw refusal();
    },
    countInside: () => inside,
  };
}
