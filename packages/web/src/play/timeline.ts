/** The generations of one run, so that one can step back; the oldest go when memory is short. */

import { compareGrids, countAlive, type Grid } from '@lifegpt/core';
import type { PlayedGeneration } from '../messages.js';

/** One generation of a run. */
export interface Moment {
  readonly generation: number;
  readonly grid: Grid;
  readonly truth: Grid;
  /** Wrong cells in this generation, and in all from 1 to this one. */
  readonly wrongCells: number;
  readonly wrongSoFar: number;
  /** The first generation with a wrong cell, null when none is up to here. */
  readonly firstDivergence: number | null;
  readonly population: number;
  readonly forwardPasses: number;
  readonly tokens: number;
  readonly seconds: number;
}

/** A run, and where one stands in it. */
export interface Timeline {
  current(): Moment;
  /** The state that the current one was computed from; null at the start or where it was dropped. */
  previous(): Moment | null;
  /** All kept moments up to the current one. */
  past(): readonly Moment[];
  /** Adds the generation after the current one and goes to it. */
  append(next: PlayedGeneration): Moment;
  /** Goes a generation on where it is known already; says whether it was. */
  forward(): boolean;
  /** Goes a generation back where it is kept; says whether it did. */
  back(): boolean;
}

/** Bytes that the kept boards may take. */
const MEMORY = 64 * 2 ** 20;

/** Starts a run from a board. */
export function startTimeline(grid: Grid, memory = MEMORY): Timeline {
  const most = Math.max(2, Math.floor(memory / (2 * grid.cells.length)));
  const moments: Moment[] = [
    {
      generation: 0,
      grid,
      truth: grid,
      wrongCells: 0,
      wrongSoFar: 0,
      firstDivergence: null,
      population: countAlive(grid),
      forwardPasses: 0,
      tokens: 0,
      seconds: 0,
    },
  ];
  let at = 0;
  return {
    current: () => moments[at]!,
    previous: () => moments[at - 1] ?? null,
    past: () => moments.slice(0, at + 1),
    append({ grid: next, truth, forwardPasses, tokens, seconds }) {
      const before = moments[at]!;
      const generation = before.generation + 1;
      const { wrongCells } = compareGrids(next, truth);
      const moment: Moment = {
        generation,
        grid: next,
        truth,
        wrongCells,
        wrongSoFar: before.wrongSoFar + wrongCells,
        firstDivergence: before.firstDivergence ?? (wrongCells > 0 ? generation : null),
        population: countAlive(next),
        forwardPasses,
        tokens,
        seconds,
      };
      moments.splice(at + 1, moments.length, moment);
      if (moments.length > most) moments.shift();
      at = moments.length - 1;
      return moment;
    },
    forward() {
      if (at + 1 >= moments.length) return false;
      at++;
      return true;
    },
    back() {
      if (at === 0) return false;
      at--;
      return true;
    },
  };
}
