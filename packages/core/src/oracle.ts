/**
 * What crosses between the engine and the model: two small interfaces, so that the model takes
 * truth and examples as arguments and never imports an engine.
 */

import type { Grid } from './grid.js';
import type { LifeRule } from './rule.js';

/** The truth that a prediction is compared with: an engine on a torus. */
export interface Stepper {
  /** The grid `generations` later (1 when left out). The given grid is not changed. */
  step(grid: Grid, rule: LifeRule, generations?: number): Grid;
}

/** Which examples to draw: a pure description, so that the same request gives the same data. */
export interface ExampleRequest {
  /** Root seed of the run. */
  readonly seed: number;
  /** Index of the batch in the run; another index gives other boards. */
  readonly index: number;
  /** Number of boards. */
  readonly boards: number;
  readonly width: number;
  readonly height: number;
  readonly rule: LifeRule;
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
