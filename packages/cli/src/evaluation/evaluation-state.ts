/** What an evaluation has found so far. */

import type { ArarResult } from './simulate.js';
import type { Tally } from './tally.js';
import type { Contradiction } from './test-board.js';

/** One step each over the boards of a source, by every model, temperature and seed. */
export interface OneStepState {
  /** Batches that every tally holds. */
  batches: number;
  readonly contradictions: Contradiction[];
  readonly tallies: Tally[];
}

/** All that is finished. */
export interface EvaluationState {
  /** By source. */
  readonly oneStep: OneStepState[];
  readonly arar: ArarResult[];
  /** Seconds over all sittings. */
  seconds: number;
}
