/** Where a model looks while it writes cells: what its heads' attention weights come to, for any network. */

import { type PromptLayout, type Topology } from '@lifegpt/core';
import { listNeighbourhood } from '../neighbourhood.js';

/** Where the attention of one head goes while it writes one cell. */
export interface AttentionMap {
  /** On each cell of the given state, `[height * width]`. */
  readonly cells: Float32Array;
  /** On the cells of the answer so far. */
  readonly answer: number;
  /** On the text around them, or on nothing. */
  readonly rest: number;
}

/** Where one of all heads looks. */
export interface HeadAttention extends AttentionMap {
  readonly layer: number;
  readonly head: number;
}

/** Attention while some cells of one answer are written. */
export interface AttentionWeights {
  readonly layout: PromptLayout;
  /** The cells. */
  readonly written: readonly number[];
  /** The attention of every layer and head that look at boards, for one of these cells. */
  readonly mapHeads: (cell: number) => readonly HeadAttention[];
  /** For each of these cells, how far the likeliest token's logit lies above the next one's, in nats. */
  readonly margins: Float32Array;
}

/** Share of attention on cells, such as those of `listNeighbourhood`. */
export function sumAttention({ cells }: AttentionMap, keys: readonly number[]): number {
  return keys.reduce((sum, key) => sum + cells[key]!, 0);
}

/** Parts of a board by what their neighbourhoods cross: nothing, a border, or two. */
export const REGIONS = ['inside', 'edges', 'corners'] as const;
/** One of `REGIONS`. */
export type Region = (typeof REGIONS)[number];

/** How much of a head's attention falls on the neighbourhoods of the cells that it writes. */
export interface NeighbourhoodShare {
  readonly layer: number;
  readonly head: number;
  readonly region: Region;
  /** Cells in this region. */
  readonly cells: number;
  /** Mean and smallest share over them. */
  readonly mean: number;
  readonly least: number;
}

/** Sums attention over the cell itself and its eight neighbours, by layer, head and region. */
export function measureNeighbourhoods(
  { layout, written, mapHeads }: AttentionWeights,
  topology: Topology,
): NeighbourhoodShare[] {
  const { width, height } = layout;
  const found = new Map<
    string,
    { layer: number; head: number; region: Region; shares: number[] }
  >();
  for (const cell of written) {
    const keys = listNeighbourhood({ topology, width, height }, cell);
    const region = regionOf(layout, cell);
    for (const map of mapHeads(cell)) {
      const { layer, head } = map;
      const key = `${layer} ${head} ${region}`;
      const own = found.get(key) ?? { layer, head, region, shares: [] };
      own.shares.push(sumAttention(map, keys));
      found.set(key, own);
    }
  }
  return [...found.values()]
    .map(({ shares, ...where }) => ({
      ...where,
      cells: shares.length,
      mean: shares.reduce((sum, share) => sum + share, 0) / shares.length,
      least: Math.min(...shares),
    }))
    .sort(
      (a, b) =>
        a.layer - b.layer ||
        a.head - b.head ||
        REGIONS.indexOf(a.region) - REGIONS.indexOf(b.region),
    );
}

/** How far the likeliest token's logit lies above the next one's, of each row. */
export function measureMargins(logits: Float32Array, vocabulary: number): Float32Array {
  return Float32Array.from({ length: logits.length / vocabulary }, (_, token) => {
    const row = logits.slice(token * vocabulary, (token + 1) * vocabulary).sort();
    return row.at(-1)! - row.at(-2)!;
  });
}

function regionOf({ width, height }: PromptLayout, cell: number): Region {
  const row = Math.floor(cell / width);
  const column = cell % width;
  const crossesRow = row === 0 || row === height - 1;
  const crossesColumn = column === 0 || column === width - 1;
  if (crossesRow && crossesColumn) return 'corners';
  return crossesRow || crossesColumn ? 'edges' : 'inside';
}
