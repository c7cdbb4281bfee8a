/** What the models look at on one random board, for the report. */

import { CONWAY, createGrid, deriveSeed, TORUS } from '@lifegpt/core';
import {
  measureNeighbourhoods,
  probeAnswer,
  type LanguageModel,
  type ModelFolder,
  type NeighbourhoodShare,
  type Runtime,
} from '@lifegpt/model';
import type { SimdLife } from '@lifegpt/simd-life';

/** The attention of a model. */
export interface ReportedAttention {
  readonly model: string;
  /** Of the board, rows x columns. */
  readonly size: string;
  readonly shares: readonly NeighbourhoodShare[];
  readonly maps: readonly AttentionOfCell[];
}

/** Where a head looks while one cell is written. */
export interface AttentionOfCell {
  readonly layer: number;
  readonly head: number;
  readonly cell: number;
  /** Share of attention on each cell of the given state, to four digits. */
  readonly cells: readonly number[];
  readonly answer: number;
  readonly rest: number;
}

/** Heads whose maps are shown, and the cell that they write: a corner, where the board wraps around. */
const SHOWN_HEADS = 4;
const SHOWN_CELL = 0;

/** Reads a model's attention on a random board of its largest size. */
export async function readAttention(
  model: LanguageModel,
  folder: ModelFolder,
  runtime: Runtime,
  engine: SimdLife,
): Promise<ReportedAttention> {
  const side = model.config.trained_for.sides[1];
  const seed = deriveSeed(1, 'attention');
  const density = [0.4, 0.4] as const;
  const request = { seed, index: 0, boards: 1, width: side, height: side, rule: CONWAY, density };
  const state = createGrid(side, side, engine.draw(request).states);
  const weights = await probeAnswer(model, folder, runtime, state, {
    rule: CONWAY,
    topology: TORUS,
  });
  const maps = weights.mapHeads(SHOWN_CELL).slice(0, SHOWN_HEADS);
  return {
    model: model.name,
    size: `${side}x${side}`,
    shares: measureNeighbourhoods(weights, TORUS),
    maps: maps.map((map) => {
      const rounded = Array.from(map.cells, (weight) => Math.round(1e4 * weight) / 1e4);
      return { ...map, cell: SHOWN_CELL, cells: rounded };
    }),
  };
}
