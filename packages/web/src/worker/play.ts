/** Steps of a run: the model's next state beside the engine's. */

import type { Stepper } from '@lifegpt/core';
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

/** The model's next state. The truth goes on from its own last state, so it comes in apart. */
export async function predictNext(
  { language }: OpenedModel,
  { header, grid, truth, generation, sampling }: Calls['predict']['request'],
  engine: Stepper,
): Promise<PlayedGeneration> {
  const choose = chooserFor(sampling, generation);
  const steps = predictStates({
    model: language,
    ...header,
    grid,
    generations: 1,
    decode: decodeNear,
    ...(choose === undefined ? {} : { choose: () => choose }),
  });
  const { value: step } = await steps.next();
  const { forwardPasses, tokens, seconds } = step!;
  return {
    grid: step!.grid,
    truth: engine.step(truth, header.rule, 1, header.topology),
    forwardPasses,
    tokens,
    seconds,
  };
}

/** The engine's next state, as both boards. */
export function simulateNext(
  { grid, rule, topology }: Calls['simulate']['request'],
  engine: Stepper,
): PlayedGeneration {
  const began = performance.now();
  const next = engine.step(grid, rule, 1, topology);
  const seconds = (performance.now() - began) / 1000;
  return { grid: next, truth: next, forwardPasses: 0, tokens: 0, seconds };
}
