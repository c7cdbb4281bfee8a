/** Steps of a run: the model's next states beside the engine's. */

import { compareGrids, countAlive, type Grid, type Stepper } from '@lifegpt/core';
import { createSampler, decodeNear, predictStates, type TokenChooser } from '@lifegpt/model';
import type { Calls, PlayedGeneration, Sampling } from '../messages.js';
import type { OpenedModel } from './models.js';

/** How tokens are chosen in one generation; undefined for the most likely ones. */
export function chooserFor(
  { temperature, seed }: Sampling,
  generation: number,
): TokenChooser | undefined {
  return temperature === 0 ? undefined : createSampler({ temperature, seed, index: generation });
}

/** The model's next states. The truth goes on from its own last state, so it comes in apart. */
export async function predictNext(
  { language }: OpenedModel,
  { header, grid, truth, generation, generations, sampling }: Calls['predict']['request'],
  engine: Stepper,
  signal: AbortSignal,
): Promise<PlayedGeneration> {
  const steps = predictStates({
    model: language,
    ...header,
    grid,
    generations,
    decode: decodeNear,
    signal,
    ...(sampling.temperature === 0
      ? {}
      : { choose: (step: number) => chooserFor(sampling, generation + step - 1)! }),
  });
  let now = { grid, truth };
  let [forwardPasses, tokens, seconds, wrongSum] = [0, 0, 0, 0];
  let firstWrong: number | null = null;
  for await (const step of steps) {
    now = {
      grid: step.grid,
      truth: engine.step(now.truth, header.rule, 1, header.topology),
    };
    forwardPasses += step.forwardPasses;
    tokens += step.tokens;
    seconds += step.seconds;
    const { wrongCells } = compareGrids(now.grid, now.truth);
    wrongSum += wrongCells;
    if (wrongCells > 0) firstWrong ??= generation + step.generation - 1;
  }
  const { wrongCells } = compareGrids(now.grid, now.truth);
  const counts = { forwardPasses, tokens, seconds, wrongCells, wrongSum, firstWrong };
  return { ...now, ...counts, generations, ...describeGrid(now.grid) };
}

/** The engine's next state, as both boards. */
export function simulateNext(
  { grid, rule, topology, generations }: Calls['simulate']['request'],
  engine: Stepper,
): PlayedGeneration {
  const began = performance.now();
  const next = engine.step(grid, rule, generations, topology);
  const seconds = (performance.now() - began) / 1000;
  const counts = { forwardPasses: 0, tokens: 0, wrongCells: 0, wrongSum: 0, firstWrong: null };
  return { grid: next, truth: next, ...counts, seconds, generations, ...describeGrid(next) };
}

/** What is counted here rather than on the page: boards may have millions of cells. */
function describeGrid(grid: Grid): { population: number; hash: number } {
  return { population: countAlive(grid), hash: hashCells(grid.cells) };
}

/** A number by which boards that are not alike are told apart, most of the time (FNV-1a, 1991). */
function hashCells(cells: Uint8Array): number {
  let hash = 0x811c9dc5;
  let word = 0;
  for (let k = 0; k < cells.length; k++) {
    word = (word << 1) | cells[k]!;
    if ((k & 31) !== 31) continue;
    hash = Math.imul(hash ^ word, 0x01000193);
    hash ^= hash >>> 15; // or high bits never reach low ones
    word = 0;
  }
  return Math.imul(hash ^ word, 0x01000193) >>> 0;
}
