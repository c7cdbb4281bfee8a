/** The generations of one run, so that one can step back; the oldest go when memory is short. */

import { countAlive, type Grid } from '@lifegpt/core';
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
  /** A generation's, in the mean. */
  readonly seconds: number;
  /** Of the state; null for the one that the run began with. */
  readonly hash: number | null;
  /** After how many generations this state came back, null where it was not seen before. */
  readonly period: number | null;
}

/** A run, and where one stands in it. */
export interface Timeline {
  current(): Moment;
  /** The state that the current one was computed from; null where it was dropped or is not the one before. */
  previous(): Moment | null;
  /** All kept moments up to the current one. */
  past(): readonly Moment[];
  /** Adds what was computed from the current one and goes to it. */
  append(next: PlayedGeneration): Moment;
  /** Goes on to the next kept moment; says whether there was one. */
  forward(): boolean;
  /** Goes back to the kept moment before; says whether there was one. */
  back(): boolean;
  /** Goes back to the start, where it is kept; says whether it is. */
  rewind(): boolean;
  /** Bytes of the kept boards. */
  bytes(): number;
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
      hash: null,
      period: null,
    },
  ];
  /** The moments in which a state was last seen, by its hash. */
  const seen = new Map<number, Moment>();
  let at = 0;

  function findPeriod({ hash, grid: state }: PlayedGeneration, generation: number): number | null {
    const before = seen.get(hash);
    const cameBack =
      before !== undefined &&
      before.generation < generation &&
      before.grid.cells.every((cell, k) => cell === state.cells[k]);
    return cameBack ? generation - before.generation : null;
  }

  return {
    current: () => moments[at]!,
    previous() {
      const before = moments[at - 1];
      return before?.generation === moments[at]!.generation - 1 ? before : null;
    },
    past: () => moments.slice(0, at + 1),
    append(next) {
      const before = moments[at]!;
      const generation = before.generation + next.generations;
      const moment: Moment = {
        generation,
        grid: next.grid,
        truth: next.truth,
        wrongCells: next.wrongCells,
        wrongSoFar: before.wrongSoFar + next.wrongSum,
        firstDivergence: before.firstDivergence ?? next.firstWrong,
        population: next.population,
        forwardPasses: next.forwardPasses,
        tokens: next.tokens,
        seconds: next.seconds / next.generations,
        hash: next.hash,
        period: findPeriod(next, generation),
      };
      moments.splice(at + 1, moments.length, moment);
      seen.set(next.hash, moment);
      if (moments.length > most) {
        const { hash } = moments.shift()!;
        const [first] = moments;
        if (hash !== null && seen.get(hash)!.generation < first!.generation) seen.delete(hash);
      }
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
    rewind() {
      if (moments[0]!.generation !== 0) return false;
      at = 0;
      return true;
    },
    bytes: () =>
      moments.reduce(
        (sum, { grid: own, truth }) => sum + own.cells.length * (own === truth ? 1 : 2),
        0,
      ),
  };
}
