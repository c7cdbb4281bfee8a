/** Changes inside a network, and what they do to what it writes. */

import { InputError } from '@lifegpt/core';
import type { ModelConfig } from '../network/config.js';
import { headSize } from '../network/gpt-config.js';
import {
  isLocationConfig,
  LOOK_SIZE,
  PLACES,
  REACH,
  REFERENCES,
} from '../network/location-config.js';
import { strideOf, type Activation } from './activation.js';
import type { Edit } from './traced-network.js';
import type { Trace } from './workbench.js';

/** A head by its layer and its number, from 0. */
export interface HeadName {
  readonly layer: number;
  readonly head: number;
}

/** Switches heads off: what they bring is nothing. @throws InputError at a head that there is not */
export function switchHeadsOff(config: ModelConfig, heads: readonly HeadName[]): Edit[] {
  heads.forEach((name) => checkHead(config, name));
  return heads.map(({ layer, head }) => ({
    place: `h.${layer}.attn.z`,
    change: (before) => changeHead(config, before, head, () => 0),
  }));
}

/**
 * Puts the values of another text's trace at a place, as far as both have rows for the same tokens.
 * @param tokens the rows that are put; all when left out
 */
export function patchFrom(other: Trace, place: string, tokens?: readonly number[]): Edit {
  const source = other.activations.get(place);
  if (source === undefined) throw new InputError(`the other text was not asked for ${place}`);
  return {
    place,
    change(before) {
      const data = before.data.slice();
      const { rowAxis, shape, rows } = before;
      const fits = shape.every((size, axis) => axis === rowAxis || size === source.shape[axis]);
      if (!fits) {
        throw new InputError(
          `${place} has shape [${shape}] here and [${source.shape}] in the other text; patch between boards of one size`,
        );
      }
      if (rowAxis === null) return source.data.slice();
      const stride = strideOf(shape, rowAxis);
      const outer = data.length / (rows.length * stride);
      for (const [row, token] of rows.entries()) {
        const from = source.rows.indexOf(token);
        if (from < 0 || tokens?.includes(token) === false) continue;
        for (let k = 0; k < outer; k++) {
          const at = (k * source.rows.length + from) * stride;
          data.set(source.data.subarray(at, at + stride), (k * rows.length + row) * stride);
        }
      }
      return data;
    },
  };
}

/**
 * Lets a head of a model by location look at one place only: so many rows and columns from the token's own cell.
 * @throws InputError for another model, at a head that there is not, or farther away than heads reach
 */
export function moveHead(
  config: ModelConfig,
  head: number,
  [down, right]: readonly [number, number],
): Edit {
  if (!isLocationConfig(config)) {
    throw new InputError('only heads of a model by location, such as life, have a place');
  }
  checkHead(config, { layer: 1, head });
  if (!(Math.abs(down) < REACH && Math.abs(right) < REACH)) {
    throw new InputError(
      `a head looks less than ${REACH} cells away from a reference, not ${down},${right}`,
    );
  }
  const raw = (offset: number): number => REACH * Math.atanh(offset / REACH);
  const own = REFERENCES.indexOf('top') * REFERENCES.length + REFERENCES.indexOf('left');
  return {
    place: 'h.1.attn.look',
    change({ data, shape }) {
      const changed = data.slice();
      const rows = shape[1]!;
      for (let row = 0; row < rows; row++) {
        const at = (head * rows + row) * LOOK_SIZE;
        changed.fill(-CLOSED, at, at + PLACES);
        changed[at + own] = CLOSED;
        changed.fill(raw(down), at + PLACES, at + PLACES + REFERENCES.length);
        changed.fill(raw(right), at + PLACES + REFERENCES.length, at + LOOK_SIZE);
      }
      return changed;
    },
  };
}

/** The logit of a gate that is open, and its opposite that of one that is closed. */
const CLOSED = 30;

/** What changed. */
export interface TraceChange {
  /** Cells that are written otherwise. */
  readonly changedCells: readonly number[];
  /** For each cell that was asked for, by how much the logit of a living cell rose over that of a dead one. */
  readonly changes: Float32Array;
}

/** Compares two traces of the same cells. */
export function compareTraces(before: Trace, after: Trace): TraceChange {
  const lead = ({ layout, logits, cells }: Trace, i: number): number => {
    const size = logits.length / cells.length;
    const [dead, alive] = [0, 1].map((bit) => logits[i * size + layout.cellTokens[bit]!]!);
    return alive! - dead!;
  };
  return {
    changedCells: before.cells.filter(
      (cell) => before.board.cells[cell] !== after.board.cells[cell],
    ),
    changes: Float32Array.from(before.cells, (_, i) => lead(after, i) - lead(before, i)),
  };
}

function checkHead(config: ModelConfig, { layer, head }: HeadName): void {
  const layers = isLocationConfig(config)
    ? [1]
    : Array.from({ length: config.n_layer }, (_, i) => i);
  if (layers.includes(layer) && head >= 0 && head < config.n_head) return;
  throw new InputError(
    `there is no head ${layer}.${head} that brings something to a cell; layers ${layers.join(', ')} have heads 0 to ${config.n_head - 1}`,
  );
}

/** Where one head's numbers of a row lie in what heads bring: `[heads, rows, size]`, or `[rows, heads * size]` by location. */
export function headSpan(
  config: ModelConfig,
  { shape }: Pick<Activation, 'shape'>,
  row: number,
  head: number,
): readonly [number, number] {
  if (isLocationConfig(config)) {
    const { head_dim: size, n_head: heads } = config;
    const from = (row * heads + head) * size;
    return [from, from + size];
  }
  const size = headSize(config);
  const from = (head * shape[1]! + row) * size;
  return [from, from + size];
}

function changeHead(
  config: ModelConfig,
  before: Activation,
  head: number,
  change: (value: number) => number,
): Float32Array {
  const data = before.data.slice();
  before.rows.forEach((_, row) => {
    const [from, to] = headSpan(config, before, row, head);
    for (let at = from; at < to; at++) data[at] = change(data[at]!);
  });
  return data;
}
