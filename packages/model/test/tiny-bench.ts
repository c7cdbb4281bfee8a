/** Tiny models with random weights on the workbench. */

import { createGrid, createTokenizer, type Grid } from '@lifegpt/core';
import type { ModelConfig } from '../src/network/config.js';
import { createWorkbench, type Workbench } from '../src/workbench/workbench.js';
import { cpu } from './runtime.js';
import { randomTensors, vocabularyFor } from './tiny-model.js';

/** Opens one. */
export function openTinyBench(config: ModelConfig): Workbench {
  const tokenizer = createTokenizer(vocabularyFor(config));
  const tensors = randomTensors(config, 5);
  return createWorkbench({ name: 'tiny', config, tokenizer, tensors }, cpu);
}

/** A random board of 4x4. */
export function drawBoard(random: { nextInt(most: number): number }): Grid {
  return createGrid(
    4,
    4,
    Uint8Array.from({ length: 16 }, () => random.nextInt(2)),
  );
}
