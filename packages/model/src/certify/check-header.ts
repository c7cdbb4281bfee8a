/** The check's own first layer of models that read a header there: exact, and off by what is assumed of the runtime. */

import { geluRange } from './intervals.js';
import type { OneLayer } from './one-layer.js';
import { applyLinear, normaliseVector, sumVectors, type Rounded } from './rounded-vector.js';
import { FIRST_LAYER_ERROR } from './rounding.js';

/** The layer for one header; what it gets and gives are a token's streams. */
export class CheckHeader {
  private readonly keys: readonly number[][];
  private readonly values: readonly number[][];

  /**
   * @param head the header's tokens
   * @param positions the vectors of all places
   */
  constructor(
    private readonly model: OneLayer,
    head: Int32Array,
    positions: readonly (readonly Float64Array[])[],
  ) {
    const { header, width, heads, size, embedding, epsilon } = model;
    const tokens = header === null ? [] : Array.from(head);
    const project = (third: number): number[][] =>
      tokens.map((id, place) => {
        const token = embedding.subarray(id * width, (id + 1) * width);
        const normed = normaliseVector(
          sumVectors([token, ...positions[place]!]),
          header!.ln1,
          epsilon,
        );
        return applyLinear(
          normed,
          header!.attention,
          third * heads * size,
          (third + 1) * heads * size,
        ).x;
      });
    this.keys = project(1);
    this.values = project(2);
  }

  /** The stream behind the layer; in models without one the stream itself. */
  read(stream: Rounded): Rounded {
    const { header, heads, size, width, inner, epsilon } = this.model;
    if (header === null) return stream;
    const normed = normaliseVector(stream, header.ln1, epsilon);
    const query = applyLinear(normed, header.attention, 0, heads * size).x;
    const mixed = query.map((_, column) => {
      const first = column - (column % size);
      const shares = this.keys.map((key) => {
        const score = key
          .slice(first, first + size)
          .reduce((sum, value, d) => sum + value * query[first + d]!, 0);
        return Math.exp(score / Math.sqrt(size));
      });
      const weighed = shares.reduce((sum, share, j) => sum + share * this.values[j]![column]!, 0);
      return weighed / shares.reduce((sum, share) => sum + share, 0);
    });
    const attended = add(stream.x, applyLinear(known(mixed), header.project, 0, width).x);
    const asked = applyLinear(
      normaliseVector(known(attended), header.ln2, epsilon),
      header.expand,
      0,
      inner,
    );
    const hidden = asked.x.map((input) => {
      const [low, high] = geluRange(input, input);
      return (low + high) / 2;
    });
    const x = add(attended, applyLinear(known(hidden), header.contract, 0, width).x);
    const size2 = x.reduce((sum, value) => sum + value * value, 0) / width;
    return { x, off: x.map(() => 1.02 * FIRST_LAYER_ERROR * Math.sqrt(size2)) };
  }
}

const known = (x: number[]): Rounded => ({ x, off: x.map(() => 0) });
const add = (a: readonly number[], b: readonly number[]): number[] =>
  a.map((value, d) => value + b[d]!);
