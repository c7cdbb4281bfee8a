/**
 * What crosses between the engine and the model: two small interfaces, so that the model takes
 * truth and examples as arguments and never imports an engine.
 */

import type { Grid } from './grid.js';
import type { Rule } from './rule.js';
import type { Topology } from './topology.js';

/** The truth that a prediction is compared with: an engine. */
export interface Stepper {
  /**
   * The grid `generations` later (1 when left out), on a torus when no topology is given. The given
   * grid is not changed.
   */
  step(grid: Grid, rule: Rule, generations?: number, topology?: Topology): Grid;
}

/** Which examples to draw: a pure description, so that the same request gives the same data. */
export interface ExampleRequest {
  /** Root seed of the run. */
  readonly seed: number;
  /** Index of the batch in the run; another index gives other boards. */
  readonly index: number;
  /** Number of the first board in the batch, 0 when left out: long batches come in pieces. */
  readonly first?: number;
  /** Number of boards. */
  readonly boards: number;
  readonly width: number;
  readonly height: number;
  readonly rule: Rule;
  /** A torus when left out. */
  readonly topology?: Topology;
  /** Each board draws its order parameter p uniformly from this range; a cell lives with p. */
  readonly density: readonly [number, number];
}

/** Pairs of a random state and the state after it. */
export interface Examples {
  readonly boards: number;
  readonly width: number;
  readonly height: number;
  /** `[boards, height * width]`, each 0 or 1. */
  readonly states: Uint8Array;
  /** `[boards, height * width]`, the generation after `states`. */
  readonly nextStates: Uint8Array;
}

/** The source of training and test data. */
export interface ExampleSource {
  /** Draws a batch; bit-identical for the same request on every machine. */
  draw(request: ExampleRequest): Examples;
}
