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

/** A client that is inside. */
interface Guest {
  /** Of all its entries. */
  boards: number;
  readonly entries: Set<Entry>;
}

/** Opens the door. @param most boards that may be inside at once */
export function createAdmission(most: number): Admission {
  const guests = new Map<string, Guest>();
  let inside = 0;

  const countOf = (client: string): number => guests.get(client)?.boards ?? 0;

  function add(entry: Entry): void {
    const { client } = entry.asker;
    const guest = guests.get(client) ?? { boards: 0, entries: new Set() };
    guests.set(client, guest);
    guest.entries.add(entry);
    guest.boards += entry.boards;
    inside += entry.boards;
  }

  function leave(entry: Entry): void {
    const { client } = entry.asker;
    const guest = guests.get(client);
    if (guest?.entries.delete(entry) !== true) return;
    guest.boards -= entry.boards;
    inside -= entry.boards;
    if (guest.entries.size === 0) guests.delete(client);
  }

  const refusal = (): RequestFailure => {
    const message = `${inside} boards are under way, and ${most} is the most; try again in ${RETRY_AFTER} s`;
    return new RequestFailure(429, 'queue_full', message, RETRY_AFTER);
  };

  /** The latest request of the client with the most boards, if that is more than another one would have. */
  function findHeaviest(than: number): Entry | undefined {
    let [heaviest, weight]: [Guest | undefined, number] = [undefined, than];
    for (const guest of guests.values()) {
      if (guest.boards > weight) [heaviest, weight] = [guest, guest.boards];
    }
    return heaviest && [...heaviest.entries].at(-1);
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
      const entry = { boards, asker };
      add(entry);
      return () => leave(entry);
    },
    checkShare(client) {
      const others = guests.size - (guests.has(client) ? 1 : 0);
      if (others > 0 && inside > most / 2 && countOf(client) > most / 4) throw refusal();
    },
    countInside: () => inside,
  };
}
