/** Where the heads of a network look for one cell, read off a trace. */

import { isLocationConfig } from '../network/location-config.js';
import type { ModelConfig } from '../network/config.js';
import { sum, take } from '../network/plain-math.js';
import type { HeadAttention } from '../probe/attention-weights.js';
import { rowOf } from './attribution.js';
import type { Trace } from './workbench.js';

/** The places that a trace needs for it. */
export function attentionPlaces(config: ModelConfig): string[] {
  return isLocationConfig(config)
    ? ['h.1.attn.pattern', 'h.1.attn.pattern_answer']
    : take(config.n_layer, (layer) => `h.${layer}.attn.pattern`);
}

/**
 * The attention of every head that looks at boards.
 * @throws InputError where the trace lacks one of `attentionPlaces`; RangeError for a cell that was not asked for
 */
export function readHeads(config: ModelConfig, trace: Trace, cell: number): HeadAttention[] {
  const { firstCell, promptTokens, width, height } = trace.layout;
  const token = promptTokens - 1 + cell;
  const rowsOf = (place: string): ((head: number) => Float32Array) => {
    const { data } = rowOf(trace, place, token); // [heads, 1, keys]
    const size = data.length / config.n_head;
    return (head) => data.slice(head * size, (head + 1) * size);
  };
  if (isLocationConfig(config)) {
    const [given, following] = attentionPlaces(config).map(rowsOf);
    return take(config.n_head, (head) => {
      const cells = given!(head);
      const answer = add(following!(head));
      return { layer: 1, head, cells, answer, rest: 1 - add(cells) - answer };
    });
  }
  return attentionPlaces(config).flatMap((place, layer) => {
    const rows = rowsOf(place);
    return take(config.n_head, (head): HeadAttention => {
      const row = rows(head);
      const cells = row.slice(firstCell, firstCell + width * height);
      const answer = add(row.subarray(promptTokens, promptTokens + width * height));
      return { layer, head, cells, answer, rest: add(row) - add(cells) - answer };
    });
  });
}

const add = (values: Float32Array): number => sum(Array.from(values));
