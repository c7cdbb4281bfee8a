/**
 * The rule of 512 bits that an observation shows, for what no life-like rule explains: for each neighbourhood
 * the next state of its cell, or that it was never seen.
 */

import type { Grid } from './grid.js';
import { completeIsotropic, formatHensel } from './rules/hensel.js';
import { NEIGHBOURHOODS } from './rules/neighbourhood.js';
import { formatMap } from './rules/map-notation.js';
import { locateCell, type Topology } from './topology.js';
import type { Borders } from './transitions.js';

/** A table as far as an observation shows it. */
export interface InferredTable {
  /** `[512]` in Golly's MAP order: the next state, or null where it stays open. */
  readonly bits: readonly (0 | 1 | null)[];
  /** Whether some rule of the 3x3 neighbourhood explains what was seen. */
  readonly consistent: boolean;
}

/**
 * Reads the table off runs of states.
 * @param borders of every run; where they are `unknown`, the outermost cells are not counted
 */
export function inferTable(runs: readonly (readonly Grid[])[], borders: Borders): InferredTable {
  const seen = new Uint8Array(NEIGHBOURHOODS); // 1 with a dead next state, 2 with a live one
  const rim = borders === 'unknown' ? 1 : 0;
  const topology: Topology = borders === 'unknown' ? { kind: 'plane' } : borders;
  for (const states of runs) {
    const { width, height } = states[0] ?? { width: 0, height: 0 };
    const around = listNeighbourhoods({ topology, width, height });
    for (let frame = 0; frame + 1 < states.length; frame++) {
      const { cells } = states[frame]!;
      const next = states[frame + 1]!.cells;
      for (let row = rim; row < height - rim; row++) {
        for (let column = rim; column < width - rim; column++) {
          const k = row * width + column;
          let neighbourhood = 0;
          for (let i = 9 * k; i < 9 * k + 9; i++) {
            const cell = around[i]!;
            neighbourhood = 2 * neighbourhood + (cell < 0 ? 0 : cells[cell]!);
          }
          seen[neighbourhood]! |= 1 << next[k]!;
        }
      }
    }
  }
  const bits = Array.from(seen, (states) => (states === 1 ? 0 : states === 2 ? 1 : null));
  return { bits, consistent: !seen.includes(3) };
}

/**
 * A rule with the known bits: in Hensel's notation where they fit an isotropic rule, whose unseen neighbourhoods are then
 * taken from their mirror images; else as MAP. What stays open counts as 0.
 */
export function formatInferredTable(bits: readonly (0 | 1 | null)[]): string {
  const isotropic = completeIsotropic(bits);
  const table = Uint8Array.from(isotropic ?? bits, (bit) => bit ?? 0);
  return (isotropic === null ? null : formatHensel(table)) ?? formatMap(table);
}

/** For every cell the nine cells of its neighbourhood in reading order, -1 where nothing lives. */
function listNeighbourhoods(bounds: {
  readonly topology: Topology;
  readonly width: number;
  readonly height: number;
}): Int32Array {
  const { width, height } = bounds;
  const around = new Int32Array(9 * width * height);
  let at = 0;
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      for (let place = 0; place < 9; place++) {
        around[at++] = locateCell(
          bounds,
          row + Math.floor(place / 3) - 1,
          column + (place % 3) - 1,
        );
      }
    }
  }
  return around;
}
