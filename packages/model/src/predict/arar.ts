/**
 * Long autoregressive runs of many boards: those of one size go through the model together, and a run
 * that comes back to a state it had before is not computed any further, since from there it repeats
 * itself. The truth knows no such shortcut: it is stepped to the end.
 */

import { compareGrids, createGrid, type Grid, type Rule, type Stepper } from '@lifegpt/core';
import type { Topology } from '@lifegpt/core';
import type { TokenChooser } from '../decode/choose.js';
import type { Decoder } from '../decode/decoder.js';
import type { LanguageModel } from '../network/language-model.js';
import { predictBatch } from './predict-batch.js';
import { checkTrainedFor } from '../network/trained-for.js';

/** A board to start from. */
export interface ArarStart {
  /** What the caller knows the board by, and what the noise of samples depends on. */
  readonly number: number;
  readonly state: Grid;
  readonly rule: Rule;
  readonly topology: Topology;
}

/** What to run. */
export interface ArarOptions {
  readonly model: LanguageModel;
  /** Boards of one size. */
  readonly starts: readonly ArarStart[];
  readonly steps: number;
  readonly decode: Decoder;
  /**
   * How tokens are chosen in a generation for the boards of these numbers; the most likely ones when
   * left out. Only those make a run a function of its state, so that it can be known to repeat.
   */
  readonly choose?: ((generation: number, numbers: readonly number[]) => TokenChooser) | undefined;
  readonly truth: Stepper;
  readonly signal?: AbortSignal | undefined;
  /** Called after each generation with the steps that boards have behind them, all together. */
  readonly onStep?: ((steps: number) => void) | undefined;
}

/** A finished run. */
export interface ArarRun {
  readonly number: number;
  readonly steps: number;
  /** Steps that the model was asked for; the others follow from the cycle. */
  readonly predictedSteps: number;
  /** From generation `start` on the run repeats every `period` generations; null if it was not seen to. */
  readonly cycle: { readonly start: number; readonly period: number } | null;
  /** The first generation with a wrong cell or a malformed answer; null when there is none. */
  readonly firstDivergence: number | null;
  /** Wrong cells over all steps. */
  readonly wrongCells: number;
  /** `[generation, wrong cells]` wherever their number changes; 0 before the first. */
  readonly errors: readonly (readonly [number, number])[];
  /** The predicted and the true state at the end. */
  readonly last: Grid;
  readonly lastTruth: Grid;
  /** The predicted state after so many generations. */
  readonly stateAt: (generation: number) => Grid;
}

/**
 * Runs boards of one size, and yields each when it is finished: the early ones are those that repeat
 * themselves soon.
 * @throws InputError when the model was not trained for a board.
 */
export async function* runArar(options: ArarOptions): AsyncGenerator<ArarRun> {
  const { model, starts, steps, decode, choose, truth, signal, onStep } = options;
  for (const { state, rule, topology } of starts) checkTrainedFor(model, state, rule, topology);
  let running = starts.map((start) => openRun(start, choose === undefined));
  let finishedSteps = 0;
  for (let generation = 1; running.length > 0; generation++) {
    const numbers = running.map(({ start }) => start.number);
    const states = running.map((run) => run.newest);
    const chosen = choose?.(generation, numbers);
    const { answers } = await predictBatch(model, states, {
      headers: running.map(({ start }) => start),
      decode,
      choose: chosen,
      signal,
    });
    const going: OpenRun[] = [];
    for (const [b, run] of running.entries()) {
      const { grid, malformedTokens } = answers[b]!;
      const repeats = run.add(grid, malformedTokens);
      if (!repeats && generation < steps) {
        going.push(run);
        continue;
      }
      finishedSteps += steps;
      yield finishRun(run, steps, truth);
    }
    running = going;
    onStep?.(finishedSteps + running.length * generation);
  }
}

/** A run under way: its states, packed, and where each of them occurred first. */
interface OpenRun {
  readonly start: ArarStart;
  newest: Grid;
  /** `[generation]`, from the start on. */
  readonly packed: string[];
  /** `[generation]`: malformed tokens of the answer that gave the state. */
  readonly malformed: number[];
  cycle: { start: number; period: number } | null;
  /** Takes the next state; true when it occurred before and all that follows is known. */
  add(grid: Grid, malformedTokens: number): boolean;
}

function openRun(start: ArarStart, isDeterministic: boolean): OpenRun {
  const first = packCells(start.state.cells);
  const seen = new Map([[first, 0]]);
  const run: OpenRun = {
    start,
    newest: start.state,
    packed: [first],
    malformed: [0],
    cycle: null,
    add(grid, malformedTokens) {
      const packed = packCells(grid.cells);
      const generation = run.packed.length;
      run.newest = grid;
      run.packed.push(packed);
      run.malformed.push(malformedTokens);
      if (!isDeterministic) return false;
      const before = seen.get(packed);
      if (before === undefined) {
        seen.set(packed, generation);
        return false;
      }
      run.cycle = { start: before, period: generation - before };
      return true;
    },
  };
  return run;
}

/** Holds a run against the truth, generation by generation to the end. */
function finishRun(
  { start, packed, malformed, cycle }: OpenRun,
  steps: number,
  truth: Stepper,
): ArarRun {
  const { state, rule, topology, number } = start;
  const { width, height } = state;
  /** Where the states of a generation are kept; those of a cycle stand at its first round. */
  const placeOf = (generation: number): number =>
    cycle === null || generation < packed.length
      ? generation
      : cycle.start + 1 + ((generation - cycle.start - 1) % cycle.period);
  const stateAt = (generation: number): Grid =>
    createGrid(width, height, unpackCells(packed[placeOf(generation)]!, width * height));
  let [trueState, wrongCells, wrongBefore]: [Grid, number, number] = [state, 0, 0];
  let firstDivergence: number | null = null;
  const errors: [number, number][] = [];
  for (let generation = 1; generation <= steps; generation++) {
    trueState = truth.step(trueState, rule, 1, topology);
    const wrong = compareGrids(stateAt(generation), trueState).wrongCells;
    if (wrong > 0 || malformed[placeOf(generation)]! > 0) firstDivergence ??= generation;
    if (wrong !== wrongBefore) errors.push([generation, wrong]);
    wrongBefore = wrong;
    wrongCells += wrong;
  }
  return {
    number,
    steps,
    predictedSteps: packed.length - 1,
    cycle,
    firstDivergence,
    wrongCells,
    errors,
    last: stateAt(steps),
    lastTruth: trueState,
    stateAt,
  };
}

const CELLS_A_LETTER = 16;

/** Cells as a short text, which a map takes as a key. */
function packCells(cells: Uint8Array): string {
  const letters = new Uint16Array(Math.ceil(cells.length / CELLS_A_LETTER));
  cells.forEach((cell, k) => {
    letters[Math.floor(k / CELLS_A_LETTER)]! |= cell << (k % CELLS_A_LETTER);
  });
  let text = '';
  for (const letter of letters) text += String.fromCharCode(letter);
  return text;
}

function unpackCells(packed: string, count: number): Uint8Array {
  return Uint8Array.from(
    { length: count },
    (_, k) => (packed.charCodeAt(Math.floor(k / CELLS_A_LETTER)) >> (k % CELLS_A_LETTER)) & 1,
  );
}
