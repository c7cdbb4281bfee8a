/**
 * What a running automaton shows of its rule, by counting: for each of the 18 cases of a life-like rule
 * (a cell's state and its number of live neighbours), how often the cell was dead and how often alive
 * in the next state.
 */

import { InputError } from './input-error.js';
import type { Grid } from './grid.js';
import { RULE_BITS } from './rule-bits.js';
import { locateCell, type BoundedGrid, type Topology } from './topology.js';

/** A case's name in the notation of rules: `B3` is case 3, `S2` case 11. */
export function nameRuleCase(ruleCase: number): string {
  return `${ruleCase < 9 ? 'B' : 'S'}${ruleCase % 9}`;
}

/** How the borders of observed boards are joined; `unknown` for a view of a larger board. */
export type Borders = Topology | 'unknown';

/** Where a cell was seen, all from 0. */
export interface Place {
  readonly run: number;
  /** The earlier state of the pair. */
  readonly frame: number;
  readonly row: number;
  readonly column: number;
}

/** Two cells of one case whose next states differ: no life-like rule does that. */
export interface Contradiction {
  readonly ruleCase: number;
  /** The first cell, in reading order, that contradicts one before it. */
  readonly place: Place;
  /** Its next state. */
  readonly next: 0 | 1;
  /** The first cell of the same case with the other next state. */
  readonly earlier: Place;
}

/** The counts of an observation. */
export interface Transitions {
  /** `[18, 2]`: cells by case and next state. */
  readonly counts: Float64Array;
  /** Pairs of a state and the next. */
  readonly pairs: number;
  readonly contradiction: Contradiction | null;
}

/**
 * Counts the transitions of all runs.
 * @param runs successive states, each run of one size; a run's last state and the next run's first are no pair
 * @param borders of every run; where they are `unknown`, the outermost cells are not counted
 * @throws InputError when the states of a run differ in size.
 */
export function countTransitions(
  runs: readonly (readonly Grid[])[],
  borders: Borders,
): Transitions {
  const counts = new Float64Array(2 * RULE_BITS);
  const first: Place[] = [];
  let contradiction: Contradiction | null = null;
  let pairs = 0;
  const rim = borders === 'unknown' ? 1 : 0;
  const topology: Topology = borders === 'unknown' ? { kind: 'plane' } : borders;
  const counters = new Map<string, NeighbourCounter>();
  for (const [run, states] of runs.entries()) {
    const { width, height } = states[0] ?? { width: 0, height: 0 };
    const odd = states.findIndex((state) => state.width !== width || state.height !== height);
    if (odd >= 0) {
      const { width: oddWidth, height: oddHeight } = states[odd]!;
      throw new InputError(
        `state ${odd + 1} has ${oddWidth}x${oddHeight} cells, but state 1 has ${width}x${height}; a run has one size`,
      );
    }
    const size = `${width}x${height}`;
    const count = counters.get(size) ?? createNeighbourCounter({ topology, width, height });
    counters.set(size, count);
    for (let frame = 0; frame + 1 < states.length; frame++) {
      pairs++;
      const { cells } = states[frame]!;
      const next = states[frame + 1]!.cells;
      const neighbours = count(cells);
      for (let row = rim; row < height - rim; row++) {
        for (let column = rim; column < width - rim; column++) {
          const k = row * width + column;
          const ruleCase = 9 * cells[k]! + neighbours[k]!;
          const at = 2 * ruleCase + next[k]!;
          if (counts[at]!++ > 0) continue;
          first[at] = { run, frame, row, column };
          const earlier = first[at ^ 1];
          if (contradiction === null && earlier !== undefined) {
            contradiction = { ruleCase, place: first[at], next: next[k] as 0 | 1, earlier };
          }
        }
      }
    }
  }
  return { counts, pairs, contradiction };
}

/** Live neighbours of every cell, `[height * width]`; the array is used again by the next call. */
export type NeighbourCounter = (cells: Uint8Array) => Uint8Array;

/** Makes the counter of a board: the cells go into a frame one cell wider on each side. */
export function createNeighbourCounter(bounds: BoundedGrid): NeighbourCounter {
  const { width, height } = bounds;
  const stride = width + 2;
  const framed = new Uint8Array(stride * (height + 2));
  const counts = new Uint8Array(width * height);
  const rim: [at: number, cell: number][] = [];
  for (let row = -1; row <= height; row++) {
    const isEnd = row === -1 || row === height;
    for (let column = -1; column <= width; column += isEnd ? 1 : width + 1) {
      const cell = locateCell(bounds, row, column);
      if (cell >= 0) rim.push([(row + 1) * stride + column + 1, cell]);
    }
  }
  return (cells) => {
    for (let row = 0; row < height; row++) {
      framed.set(cells.subarray(row * width, (row + 1) * width), (row + 1) * stride + 1);
    }
    for (const [at, cell] of rim) framed[at] = cells[cell]!;
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        const at = (row + 1) * stride + column + 1;
        const [above, below] = [at - stride, at + stride];
        counts[row * width + column] =
          framed[above - 1]! +
          framed[above]! +
          framed[above + 1]! +
          framed[at - 1]! +
          framed[at + 1]! +
          framed[below - 1]! +
          framed[below]! +
          framed[below + 1]!;
      }
    }
    return counts;
  };
}
