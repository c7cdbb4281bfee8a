// The kernels for several threads in one shared memory, each with a band of rows. They meet once a
// generation; each writes by itself the halo that it reads.

import { stepRows, writeHalo } from './large-grid';
import { setRule } from './rule';

export { packCells, unpackCells, stepConwayRows, stepAnyRows, stepTableRows } from './large-grid';

// Looks at the counter so often before a thread goes to sleep.
const SPINS: i32 = 65536;

/**
 * As `stepGrid`, for the rows `first` to `last` (from 1) of one thread; all threads call it with the
 * same arguments but these.
 * @param notes room for the notes of a block, for this thread alone
 * @param barrier a word that was 0 before the first thread came
 */
export function stepBand(
  grid: usize, spare: usize, width: i32, height: i32, stride: usize, halo: usize,
  generations: i32, rule: usize, notes: usize, first: i32, last: i32, barrier: usize, threads: i32,
): usize {
  const kernel = setRule(rule);
  let arrivals = 0;
  let from = grid;
  let to = spare;
  for (let i = 0; i < generations; i++) {
    meet(barrier, (arrivals += threads));
    writeHalo(from, width, height, stride, halo, first, last);
    stepRows(kernel, from, to, width, stride, first, last, notes);
    const other = from;
    from = to;
    to = other;
  }
  return from;
}

/** Waits until `arrivals` threads have come in all; the counter wraps around, and so does the test. */
function meet(barrier: usize, arrivals: i32): void {
  if (atomic.add<i32>(barrier, 1) + 1 == arrivals) {
    atomic.notify(barrier, -1);
    return;
  }
  for (let spin = 0; spin < SPINS; spin++) {
    if (atomic.load<i32>(barrier) - arrivals >= 0) return;
  }
  let found = atomic.load<i32>(barrier);
  while (found - arrivals < 0) {
    atomic.wait<i32>(barrier, found, -1);
    found = atomic.load<i32>(barrier);
  }
}
