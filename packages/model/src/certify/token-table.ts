/**
 * Queries, keys and values of all tokens that a text of one size can have. In a model of one layer they
 * depend on a token's place and content alone: two contents at a cell, one at a marker.
 */

import type { PromptLayout } from '@lifegpt/core';
import { centreRows, multiplyRows, type Directions } from './directions.js';
import type { OneLayer } from './one-layer.js';
import { gamma, normErrors, SECOND_ORDER, UNIT } from './rounding.js';

/** The tables; a token's row is `2 * place + content`, and at a marker both contents are the marker. */
export interface TokenTable {
  readonly layout: PromptLayout;
  /** Places where both contents can stand. */
  readonly isFree: Uint8Array;
  /** The embedding, centred, `[rows, width]`, the mean that was taken from it, and its rounding. */
  readonly residual: Float64Array;
  readonly residualMean: Float64Array;
  readonly residualError: Float64Array;
  /** `[rows, heads * size]`, the queries scaled; and bounds of their rounding errors. */
  readonly query: Float64Array;
  readonly key: Float64Array;
  readonly value: Float64Array;
  readonly queryError: Float64Array;
  readonly keyError: Float64Array;
  readonly valueError: Float64Array;
  /** Values as they reach the residual stream, `[rows, heads, width + inner]`: shift, then hidden units. */
  readonly effect: Float64Array;
  /** Mean that the centred shift leaves out, `[rows, heads]`. */
  readonly effectMean: Float64Array;
}

/** Computes the tables of a layout. */
export function tabulateTokens(
  model: OneLayer,
  directions: Directions,
  layout: PromptLayout,
): TokenTable {
  const { width, heads, size, inner, attention } = model;
  const across = heads * size;
  const places = layout.inputTokens;
  const contents = listContents(layout);
  const rows = 2 * places;
  const filled = (columns: number): Float64Array => new Float64Array(rows * columns);
  const table = {
    layout,
    isFree: Uint8Array.from(contents, ([a, b]) => (a === b ? 0 : 1)),
    residual: filled(width),
    residualMean: filled(1),
    residualError: filled(width),
    query: filled(across),
    key: filled(across),
    value: filled(across),
    queryError: filled(across),
    keyError: filled(across),
    valueError: filled(across),
    effect: filled(heads * (width + inner)),
    effectMean: filled(heads),
  };
  const parts = [
    [table.query, table.queryError],
    [table.key, table.keyError],
    [table.value, table.valueError],
  ] as const;
  const scale = 1 / Math.sqrt(size);
  const projectMeans = centreRows(model.project.weight, width).means;
  for (const [place, positions] of model.positionRows(layout).entries()) {
    for (const content of [0, 1] as const) {
      const row = 2 * place + content;
      const token = contents[place]![content];
      const { x, error } = embed(model, token, positions);
      const centred = centreRows(x, width);
      table.residual.set(centred.rows, row * width);
      table.residualMean[row] = centred.means[0]!;
      table.residualError.set(error, row * width);
      const normed = normalise(model, x, error);
      parts.forEach(([exact, off], third) => {
        for (let o = 0; o < across; o++) {
          const column = third * across + o;
          let sum = attention.bias[column]!;
          let sizes = Math.abs(sum);
          let carried = 0;
          for (let d = 0; d < width; d++) {
            const weight = attention.weight[d * 3 * across + column]!;
            sum += normed.x[d]! * weight;
            sizes += Math.abs(normed.x[d]! * weight);
            carried += normed.error[d]! * Math.abs(weight);
          }
          const factor = third === 0 ? scale : 1;
          exact[row * across + o] = sum * factor;
          // one more for the bias, two for the scale and its own rounding
          off[row * across + o] = (gamma(width + 3) * sizes + carried * SECOND_ORDER) * factor;
        }
      });
      addEffects(model, directions, table, row, projectMeans);
    }
  }
  return table;
}

/** The token ids that can stand at each place. */
function listContents(layout: PromptLayout): [number, number][] {
  const { headTokens, middleTokens, endTokens, cellTokens, width, height } = layout;
  const fixed = (ids: Int32Array): [number, number][] =>
    Array.from(ids, (id): [number, number] => [id, id]);
  const cells = Array.from({ length: width * height }, (): [number, number] => [...cellTokens]);
  return [
    ...fixed(headTokens),
    ...cells,
    ...fixed(middleTokens),
    ...cells,
    ...fixed(endTokens.slice(0, -1)),
  ];
}

function embed(
  { width, embedding }: OneLayer,
  token: number,
  positions: readonly Float64Array[],
): { x: Float64Array; error: Float64Array } {
  const x = embedding.slice(token * width, (token + 1) * width);
  const error = x.map(Math.abs);
  for (const row of positions) {
    for (let d = 0; d < width; d++) {
      x[d]! += row[d]!;
      error[d]! += Math.abs(row[d]!);
    }
  }
  return { x, error: error.map((sum) => gamma(positions.length) * sum) };
}

/** The first normalisation. `x` may be off by `error`. */
function normalise(
  { width, ln1, epsilon }: OneLayer,
  x: Float64Array,
  error: Float64Array,
): { x: Float64Array; error: Float64Array } {
  let mean = 0;
  let shift = 0;
  let meanShift = 0;
  for (let d = 0; d < width; d++) {
    mean += x[d]! / width;
    meanShift += error[d]! / width;
    shift += error[d]! ** 2;
  }
  let spread = 0;
  for (let d = 0; d < width; d++) spread += (x[d]! - mean) ** 2 / width;
  const variance = spread + epsilon;
  const deviation = Math.sqrt(variance);
  const rounding = normErrors(width, Math.abs(mean), variance);
  // σ moves by at most the norm of what its input is off by, over √width
  const relative = rounding.scale + (Math.sqrt(shift / width) / deviation) * SECOND_ORDER;
  const normed = new Float64Array(width);
  const off = new Float64Array(width);
  for (let d = 0; d < width; d++) {
    const unit = (x[d]! - mean) / deviation;
    normed[d] = unit * ln1.gain[d]! + ln1.bias[d]!;
    const own = (error[d]! + meanShift + rounding.mean) / deviation;
    off[d] =
      (Math.abs(ln1.gain[d]!) * (own + Math.abs(unit) * (relative + 6 * UNIT)) +
        2 * UNIT * Math.abs(normed[d]!)) *
      SECOND_ORDER;
  }
  return { x: normed, error: off };
}

/** What a value does behind attention's projection. */
function addEffects(
  { width, heads, size, inner }: OneLayer,
  { project, units }: Directions,
  table: { value: Float64Array; effect: Float64Array; effectMean: Float64Array },
  row: number,
  projectMeans: Float64Array,
): void {
  const stride = width + inner;
  for (let head = 0; head < heads; head++) {
    const at = (row * heads + head) * stride;
    const shift = table.effect.subarray(at, at + width);
    for (let o = head * size; o < (head + 1) * size; o++) {
      const value = table.value[row * heads * size + o]!;
      for (let d = 0; d < width; d++) shift[d]! += value * project[o * width + d]!;
      table.effectMean[row * heads + head]! += value * projectMeans[o]!;
    }
    table.effect.set(multiplyRows(units, shift, width), at + width);
  }
}
