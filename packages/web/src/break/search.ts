/** Boards that might break a model: small ones of all kinds, on which everything is near a border. */

import { createGrid, topologyOfToken, type Grid, type RandomStream } from '@lifegpt/core';
import { defaultHeader, drawRule, listTopologies } from '@lifegpt/model';
import type { ModelCard } from '../messages.js';
import type { Setup } from '../play/setup.js';

/** A board to try. */
export interface Trial {
  readonly setup: Setup;
  readonly grid: Grid;
}

/** Sides beyond those of the training, where a model takes them: so many more. */
const BEYOND = 8;

/** Draws a board that the model takes, with a rule and a topology that it knows. */
export function drawTrial({ name, trainedFor, sides }: ModelCard, random: RandomStream): Trial {
  const [shortest, longest] = sides;
  const most = Math.min(longest, trainedFor.sides[1] + BEYOND);
  const drawSide = (): number => shortest + random.nextInt(most - shortest + 1);
  const tokens = listTopologies(trainedFor);
  const token = tokens[random.nextInt(tokens.length)]!;
  const width = drawSide();
  const height = token === 'S' ? width : drawSide();
  const isOther = trainedFor.rules !== undefined && random.nextInt(4) > 0;
  const rule = isOther ? drawRule(random) : defaultHeader(trainedFor).rule;
  const density = random.nextFloat();
  const cells = Uint8Array.from({ length: width * height }, () =>
    random.nextFloat() < density ? 1 : 0,
  );
  const setup = { player: name, rule, topology: topologyOfToken(token), width, height };
  return { setup, grid: createGrid(width, height, cells) };
}
