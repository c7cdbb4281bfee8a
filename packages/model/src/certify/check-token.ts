/** The tokens that the check knows. */

import type { CheckHeader } from './check-header.js';
import type { CheckRows } from './check-rows.js';
import type { OneLayer } from './one-layer.js';
import { applyLinear, normaliseVector, sumVectors, type Rounded } from './rounded-vector.js';

/** A token at a place: what it asks, how it answers, and what its value does to every row. */
export class CheckToken {
  readonly stream: Rounded;
  readonly query: Rounded;
  readonly key: Rounded;
  readonly value: Rounded;
  /** `[heads][rows]` */
  readonly pulls: Float64Array[];

  constructor(
    model: OneLayer,
    rows: CheckRows,
    header: CheckHeader,
    id: number,
    positions: readonly Float64Array[],
  ) {
    const { width, heads, size, embedding, ln1, attention, epsilon } = model;
    const across = heads * size;
    const token = embedding.subarray(id * width, (id + 1) * width);
    this.stream = header.read(sumVectors([token, ...positions]));
    const normed = normaliseVector(this.stream, ln1, epsilon);
    this.query = applyLinear(normed, attention, 0, across);
    this.key = applyLinear(normed, attention, across, 2 * across);
    this.value = applyLinear(normed, attention, 2 * across, 3 * across);
    this.pulls = Array.from({ length: heads }, (_, h) =>
      Float64Array.from(rows.fromHeads, (row) => {
        let sum = 0;
        for (let o = h * size; o < (h + 1) * size; o++) sum += row[o]! * this.value.x[o]!;
        return sum;
      }),
    );
  }
}
