/** What a model writes when something inside it, or in its text, is changed: as Jacobi decoding does it, on the workbench. */

import { createGrid, type Grid } from '@lifegpt/core';
import { isLocationConfig } from '../network/location-config.js';
import type { Edit } from './traced-network.js';
import type { Question, Trace, Workbench } from './workbench.js';

/** How far an answer has come. */
export interface ChangedWriting {
  /** The answer; cells that the present pass has not written are as in the one before. */
  readonly grid: Grid;
  /** Passes over the whole answer, the present one among them. */
  readonly passes: number;
  /** Cells that the present pass has written. */
  readonly written: number;
  /** Whether this pass is over and changed nothing, so that writing one by one gives the same. */
  readonly isSettled: boolean;
  /** Of the cells that were written last: logits alone. */
  readonly trace: Trace;
}

/** Passes after which an answer that still changes is given up. */
const MOST_PASSES = 8;
/** Numbers of heads' windows between two looks at how far it has come. */
const WINDOW_NUMBERS = 2 ** 22;

/**
 * Writes pass after pass over the whole answer, until nothing changes or the passes are too many.
 * @param question its answer is the first guess
 * @throws InputError as `Workbench.run` does
 */
export async function* writeChanged(
  bench: Workbench,
  question: Pick<Question, 'state' | 'header' | 'answer' | 'tokens'>,
  edits: readonly Edit[],
): AsyncGenerator<ChangedWriting> {
  const { config } = bench.folder;
  const count = question.state.cells.length;
  // where tokens have places cells can be asked for one by one; in a line all are read in any case
  const size = isLocationConfig(config)
    ? Math.max(1, Math.floor(WINDOW_NUMBERS / (config.n_head * count)))
    : count;
  let { answer } = question;
  for (let passes = 1; passes <= MOST_PASSES; passes++) {
    const { width, height } = answer;
    const next = answer.cells.slice();
    for (let from = 0; from < count; from += size) {
      const written = Math.min(count, from + size);
      const cells = Array.from({ length: written - from }, (_, i) => from + i);
      const trace = await bench.run({ ...question, answer, cells, places: [] }, edits);
      for (const cell of cells) next[cell] = trace.board.cells[cell]!;
      const isSettled = written === count && next.every((cell, k) => cell === answer.cells[k]);
      yield { grid: createGrid(width, height, next.slice()), passes, written, isSettled, trace };
      if (isSettled) return;
    }
    answer = createGrid(width, height, next);
  }
}
