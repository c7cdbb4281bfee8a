/**
 * Turns of the event loop for large requests: what comes in a crowd has half of the loop at most, so that whoever asks for
 * little is read in between.
 */

import { performance } from 'node:perf_hooks';
import { setImmediate, setTimeout } from 'node:timers/promises';

/** Milliseconds over which it is looked how busy the loop is. */
const WINDOW = 20;
/** Busier than this it has no time to spare. */
const MOST_BUSY = 0.5;
/** Milliseconds that then lie between two turns. */
const PAUSE = 4;

/** Makes turns: each call is answered after those before it, in another round of the loop, and later while that is busy. */
export function createTurns(): () => Promise<void> {
  let last = Promise.resolve();
  let mark = performance.eventLoopUtilization();
  let isBusy = false;
  async function take(): Promise<void> {
    const { active, idle, utilization } = performance.eventLoopUtilization(mark);
    if (active + idle > WINDOW) {
      isBusy = utilization > MOST_BUSY;
      mark = performance.eventLoopUtilization();
    }
    await (isBusy ? setTimeout(PAUSE) : setImmediate());
  }
  return () => (last = last.then(take));
}
