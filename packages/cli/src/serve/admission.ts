/** How much is under way at most. What is let in is done; what is not is told when to come again. */

import { RequestFailure } from './failure.js';

/** A door with a counter. */
export interface Admission {
  /**
   * Lets so many boards in, or none of them.
   * @returns what lets them out again
   * @throws RequestFailure 429 when there is no room
   */
  enter(boards: number): () => void;
  /** Boards inside. */
  countInside(): number;
}

/** Seconds after which a refused client may try again: a full queue of small boards is done by then. */
const RETRY_AFTER = 1;

/** Opens the door. @param most boards that may be inside at once */
export function createAdmission(most: number): Admission {
  let inside = 0;
  return {
    enter(boards) {
      if (boards > most) {
        const message = `${boards} boards in one request are more than this server takes (${most}); send fewer at once`;
        throw new RequestFailure(400, 'too_many_boards', message);
      }
      if (inside + boards > most) {
        const message = `${inside} boards are under way, and ${most} is the most; try again in ${RETRY_AFTER} s`;
        throw new RequestFailure(429, 'queue_full', message, RETRY_AFTER);
      }
      inside += boards;
      return () => void (inside -= boards);
    },
    countInside: () => inside,
  };
}
