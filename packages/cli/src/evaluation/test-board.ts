/** A board that a model is held against: its state, and what truly comes next. */

import {
  CONWAY,
  formatBoundedRule,
  parseRule,
  TORUS,
  type Grid,
  type Rule,
  type StateRow,
  type Stepper,
  type Topology,
} from '@lifegpt/core';
import { namePaperBoard } from './paper-boards.js';

/** A board whose next state the engine vouches for. */
export interface TestBoard {
  /** Number of the row, from 1. */
  readonly row: number;
  /** What people call it. */
  readonly name: string;
  readonly rule: Rule;
  readonly topology: Topology;
  readonly state: Grid;
  readonly nextState: Grid;
}

/** A row whose states are not what its rule makes of them. */
export interface Contradiction {
  readonly row: number;
  /** The first wrong state, from 2. */
  readonly state: number;
}

/** Reads a row as a test board; one that contradicts its rule is no truth to test against. */
export function readTestBoard(
  { states, rule: text }: StateRow,
  row: number,
  engine: Stepper,
): TestBoard | Contradiction {
  const { rule, bounds } = text === null ? { rule: CONWAY, bounds: null } : parseRule(text);
  const topology = bounds?.topology ?? TORUS;
  for (let k = 1; k < states.length; k++) {
    const truth = engine.step(states[k - 1]!, rule, 1, topology);
    if (Buffer.compare(truth.cells, states[k]!.cells) !== 0) return { row, state: k + 1 };
  }
  const state = states[0]!;
  const nextState = states[1] ?? engine.step(state, rule, 1, topology);
  const { width, height } = state;
  const name =
    namePaperBoard(state) ?? `row ${row}, ${formatBoundedRule(rule, { topology, width, height })}`;
  return { row, name, rule, topology, state, nextState };
}
