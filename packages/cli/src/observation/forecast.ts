/** Goes on from the last observed state under the inferred rule. */

import { setImmediate } from 'node:timers/promises';
import {
  compareRuns,
  createNeighbourCounter,
  InputError,
  placeCentred,
  ruleOfBits,
  type BoundedGrid,
  type Grid,
} from '@lifegpt/core';
import { checkTrainedFor, decodeNear, loadModel, predictStates } from '@lifegpt/model';
import type { CommandContext } from '../context.js';
import { loadEngine } from '../engine.js';
import { openModelFolder } from '../model-argument.js';
import { createRuntime } from '../runtime.js';
import { createProgress } from '../terminal/progress.js';
import { nameBorders, type Explanation } from './explain.js';

/** What is forecast, and by whom. */
export interface Forecast {
  /** `engine`, or the model's name. */
  readonly by: string;
  readonly bounds: BoundedGrid;
  /** The last observed state, and the forecast ones. */
  readonly states: readonly Grid[];
  /** Generations up to which no cell asks for a bit that stays open; null when none does so at all. */
  readonly certainUntil: number | null;
  /** Wrong cells against the engine over all generations; null when the engine itself forecasts. */
  readonly wrongCells: number | null;
}

/**
 * Forecasts; open bits count as 0.
 * @param bits what is known of the rule
 * @param model a shipped model or a folder; the engine when undefined
 * @throws InputError when what lies around the board is not known, or the model was trained for something else.
 */
export async function forecast(
  explanation: Explanation,
  bits: readonly (0 | 1 | null)[],
  generations: number,
  model: string | undefined,
  { signal, progress: stream }: CommandContext,
): Promise<Forecast> {
  const { borders, reading } = explanation;
  const rule = ruleOfBits(bits);
  if (borders === 'unknown') {
    throw new InputError(
      `--forecast needs a whole board, but the states explain themselves only as ${nameBorders(explanation)}; what comes in from outside is not known`,
    );
  }
  const last = reading.runs.at(-1)!.at(-1)!;
  // what is born in the plane lies at most a cell further out in each generation
  const start = reading.isUnbounded
    ? placeCentred(last, last.width + 2 * generations, last.height + 2 * generations)
    : last;
  const bounds = { topology: borders, width: start.width, height: start.height };
  const engine = await loadEngine();
  const truths = [start];
  const progress = createProgress(stream, 'forecast', generations, 'generations');
  for (let k = 0; k < generations; k++) {
    if (k % 64 === 0) await setImmediate(); // Ctrl-C is heard
    signal.throwIfAborted();
    truths.push(engine.step(truths[k]!, rule, 1, borders));
  }
  if (model === undefined) {
    const certainUntil = findUncertain(truths, bounds, bits);
    return { by: 'engine', bounds, states: truths, certainUntil, wrongCells: null };
  }
  const runtime = await createRuntime('auto');
  const language = await loadModel(await openModelFolder(model), runtime);
  checkTrainedFor(language, start, rule, borders);
  const states = [start];
  const decode = decodeNear;
  const run = {
    model: language,
    rule,
    topology: borders,
    grid: start,
    generations,
    decode,
    signal,
  };
  for await (const { generation, grid } of predictStates(run)) {
    states.push(grid);
    progress.update(generation);
  }
  progress.finish();
  const certainUntil = findUncertain(states, bounds, bits);
  const { wrongCells } = compareRuns(states, truths);
  return { by: language.name, bounds, states, certainUntil, wrongCells };
}

/** The last generation that depends on known bits alone; null when all do. */
function findUncertain(
  states: readonly Grid[],
  bounds: BoundedGrid,
  bits: readonly (0 | 1 | null)[],
): number | null {
  const count = createNeighbourCounter(bounds);
  const at = states.slice(0, -1).findIndex(({ cells }) => {
    const neighbours = count(cells);
    return cells.some((cell, k) => bits[9 * cell + neighbours[k]!] === null);
  });
  return at < 0 ? null : at;
}
