/**
 * Runs a machine in a model, generation after generation, each from the model's own last state. Beside it the engine runs from the same
 * start, and every generation is held against it, every cell; the model never sees the engine.
 */

import { CONWAY, type Grid, type Stepper } from '@lifegpt/core';
import { predictNear, type LanguageModel } from '@lifegpt/model';
import { MachineError, type Machine, type MachineReading } from './machine.js';
import type { MachineCounts, MachineState } from './machine-state.js';

/** What to run. */
export interface MachineRunOptions {
  readonly machine: Machine;
  readonly model: LanguageModel;
  /** Names the model and its weights, as the state does. */
  readonly modelName: string;
  /** The truth. */
  readonly engine: Stepper;
  /** Where to go on from; the machine's start when left out. */
  readonly state?: MachineState | null;
  /** Keeps where the run stands: now and then, at each reading, at its end and when it is interrupted. */
  readonly save?: (state: MachineState) => Promise<void>;
  readonly onReading?: (reading: MachineReading) => void;
  /** Called after each generation; the grid is the truth, and the model's. */
  readonly onGeneration?: (counts: MachineCounts, grid: Grid) => void;
  readonly signal?: AbortSignal;
}

/** Milliseconds between two savings. */
const SAVE_EVERY = 30_000;

/**
 * Runs a machine to its end.
 * @returns where it ended
 * @throws MachineError at the first generation in which a cell differs from the truth, or where the machine is in no known state
 * @throws the signal's reason when it is interrupted, after saving
 */
export async function runMachine(options: MachineRunOptions): Promise<MachineState> {
  const { machine, model, engine, signal } = options;
  let state: MachineState = options.state ?? startState(machine, options.modelName);
  const save = async (): Promise<void> => options.save?.(state);
  const last = machine.generations;
  const stops = new Set(machine.stops);
  if (state.generation >= last) return state;

  let saved = performance.now();
  const started = state.generation;
  try {
    for await (const step of predictNear({
      model,
      rule: CONWAY,
      topology: machine.topology,
      grid: state.grid,
      generations: last - started,
      ...(signal === undefined ? {} : { signal }),
    })) {
      const grid = engine.step(state.grid, CONWAY, 1, machine.topology);
      const generation = started + step.generation;
      compare(step.grid, grid, step.malformedTokens, generation);
      state = {
        ...state,
        grid,
        generation,
        computed: state.computed + step.computed,
        kept: state.kept + step.kept,
        forwardPasses: state.forwardPasses + step.forwardPasses,
        minMargin: Math.min(state.minMargin, step.minMargin),
        seconds: state.seconds + step.seconds,
      };
      if (stops.has(generation)) {
        const reading = machine.read(step.grid, generation);
        state = { ...state, readings: [...state.readings, reading] };
        options.onReading?.(reading);
      }
      options.onGeneration?.(state, grid);
      if (stops.has(generation) || performance.now() - saved > SAVE_EVERY) {
        await save();
        saved = performance.now();
      }
      signal?.throwIfAborted();
    }
  } finally {
    await save(); // of the last generation that was held against the truth, however the run ends
  }
  return state;
}

/** Before the first generation. */
function startState(machine: Machine, model: string): MachineState {
  return {
    machine: machine.name,
    model,
    readings: [],
    grid: machine.grid,
    generation: 0,
    computed: 0,
    kept: 0,
    forwardPasses: 0,
    minMargin: Number.MAX_VALUE,
    seconds: 0,
  };
}

/** @throws MachineError when a cell differs */
function compare(grid: Grid, truth: Grid, malformedTokens: number, generation: number): void {
  const isEqual = Buffer.compare(grid.cells, truth.cells) === 0;
  if (isEqual && malformedTokens === 0) return;
  const wrong: number[] = [];
  grid.cells.forEach((cell, k) => {
    if (cell !== truth.cells[k]) wrong.push(k);
  });
  const at = (k: number): string => `column ${k % grid.width}, row ${Math.floor(k / grid.width)}`;
  throw new MachineError(
    wrong.length > 0
      ? `the model left the truth at generation ${generation}: ${wrong.length} wrong cells, the first at ${at(wrong[0]!)}`
      : `the model left the truth at generation ${generation}: ${malformedTokens} of its tokens are no cells`,
  );
}
