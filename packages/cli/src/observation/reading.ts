/** What a file of observed states says, before a rule is sought: one way to read it, or several. */

import type { Alignment, Grid, Topology } from '@lifegpt/core';

/** One way to read the observed states. */
export interface Reading {
  /** What was decided in reading, for people: `alive #1f2937, cells of 8 pixels`; null when nothing was. */
  readonly remark: string | null;
  /** The colour that lives, where that had to be decided; null where it is known. */
  readonly alive: string | null;
  /** Successive states, a run of one size each; every run has at least two. */
  readonly runs: readonly (readonly Grid[])[];
  /** How the borders are joined, as the file says; null when it does not say. */
  readonly topology: Topology | null;
  /** The board is cut out of the unbounded plane, and nothing lives outside. */
  readonly isUnbounded: boolean;
  /** The frames as they were read, when they do not say where they lie; else null. */
  readonly frames: readonly Grid[] | null;
  /** How such frames were placed; null for others. */
  readonly alignment: Alignment | null;
}

/** An observation. */
export interface Observation {
  /** At least one; where several explain themselves by a rule, the first is the likeliest. */
  readonly readings: readonly Reading[];
  /** Where a state stands in the input, for messages. */
  readonly nameState: (run: number, frame: number) => string;
}
