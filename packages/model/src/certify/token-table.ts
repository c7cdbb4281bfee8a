/**
 * Queries, keys and values of all tokens that a text of one size can have. In a model of one layer, or of one behind a
 * layer that sees the header alone, they depend on a token's place and content alone: two contents at a cell, one at a marker.
 */

import type { PromptLayout } from '@lifegpt/core';
import { centreRows, multiplyRows, type Directions } from './directions.js';
import type { OneLayer } from './one-layer.js';
import { openHeaderLayer } from './header-layer.js';
import { embed, mapLinear, normalise } from './steps.js';

/**
 * The tables; a token's row is `2 * place + content`, and at a marker both contents are the marker. Rows of tokens that
 * are hidden from the layer are 0.
 */
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

/**
 * Computes the tables of a layout.
 * @param head the tokens before the first cell
 */
export function tabulateTokens(
  model: OneLayer,
  directions: Directions,
  layout: PromptLayout,
  head: Int32Array,
): TokenTable {
  const { width, heads, size, inner, attention } = model;
  const across = heads * size;
  const places = layout.inputTokens;
  const contents = listContents(layout, head);
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
  const positionRows = model.positionRows(layout);
  const enter = openHeaderLayer(model, head, positionRows);
  for (const [place, positions] of positionRows.entries()) {
    if (place < model.hiddenTokens) continue;
    for (const content of [0, 1] as const) {
      const row = 2 * place + content;
      const token = contents[place]![content];
      const { x, error } = enter(embed(model, token, positions));
      const centred = centreRows(x, width);
      table.residual.set(centred.rows, row * width);
      table.residualMean[row] = centred.means[0]!;
      table.residualError.set(error, row * width);
      const mapped = mapLinear(normalise({ x, error }, model.ln1, model.epsilon), attention);
      parts.forEach(([exact, off], third) => {
        const factor = third === 0 ? scale : 1;
        for (let o = 0; o < across; o++) {
          exact[row * across + o] = mapped.x[third * across + o]! * factor;
          off[row * across + o] = mapped.error[third * across + o]! * factor;
        }
      });
      addEffects(model, directions, table, row, projectMeans);
    }
  }
  return table;
}

/** The token ids that can stand at each place. */
function listContents(layout: PromptLayout, head: Int32Array): [number, number][] {
  const { middleTokens, endTokens, cellTokens, width, height } = layout;
  const fixed = (ids: Int32Array): [number, number][] =>
    Array.from(ids, (id): [number, number] => [id, id]);
  const cells = Array.from({ length: width * height }, (): [number, number] => [...cellTokens]);
  return [
    ...fixed(head),
    ...cells,
    ...fixed(middleTokens),
    ...cells,
    ...fixed(endTokens.slice(0, -1)),
  ];
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
