/**
 * What rounding can do behind the heads' weights: by how much a stream's place on the rule's axes and a logit may be off, on
 * any board. Magnitudes of all that is added up are bounded by the weights alone, since shares sum to at most 1.
 */

import { FORM_BITS, type RuleForm } from '@lifegpt/core';
import { BOARD_STEEPNESS, lookUpWidth } from '../network/location-config.js';
import type { Arithmetic } from './arithmetic.js';
import { AXES, partOf, projectStreams, times, type TokenIds } from './outcome.js';
import type { Weights } from './weights.js';

/** Keys whose weight counts: five references with seven offsets each, on both axes. */
const KEYS = 35 ** 2;
/** Doubles are off by 2^-53 of each of a few thousand numbers; this is more. */
const DOUBLES = 2 ** -38;

/** By how much float32 may be off. */
export interface Rounding {
  /** `[axes]` */
  readonly axes: Float64Array;
  /** `[vocabulary]` of each form: a logit. */
  readonly logits: Readonly<Record<RuleForm, Float64Array>>;
  /** The largest number that a sum can come to. */
  readonly largest: number;
}

/** Bounds rounding by the weights. */
export function boundRounding(
  { unit, tiny }: Arithmetic,
  weights: Weights,
  tokens: TokenIds,
): Rounding {
  const { config, of, embed } = weights;
  const { n_embd: width, n_head: heads, head_dim: size, vocab_size: vocabulary } = config;
  const columns = AXES + vocabulary;
  const onBoard = [tokens.dead, tokens.alive, tokens.start];
  const projection = projectStreams(weights);
  const steepProjection = projection.map(Math.abs);

  /** The most of each of some numbers. */
  const most = (rows: readonly ArrayLike<number>[]): Float64Array =>
    Float64Array.from(rows[0]!, (_, i) => Math.max(...rows.map((row) => Math.abs(row[i]!))));
  const magnitude = (rows: ArrayLike<number>): Float64Array => Float64Array.from(rows, Math.abs);

  // what the heads bring: values of tokens, off by their own sums and by what shares are off
  const valueMap = of('h.1.attn.c_value.weight');
  const rows = onBoard.map((id) => of('wte.weight').subarray(id * width, (id + 1) * width));
  const values = most(rows.map((row) => times(row, valueMap, heads * size)));
  const valueSums = most(
    rows.map((row) => times(magnitude(row), magnitude(valueMap), heads * size)),
  );
  const broughtOff = values.map(
    (value, v) =>
      unit * (2 * (KEYS + 16) * value + (width + 2) * valueSums[v]!) + (KEYS + width) * tiny,
  );
  const outMap = of('h.1.attn.c_proj.weight');
  const broughtSums = times(values, magnitude(outMap), width);

  // the stream behind the second layer
  const starts = onBoard.flatMap((id) => [embed(id, 'answer'), embed(id, 'end')]);
  const stream = most(starts).map((value, i) => value + broughtSums[i]!);
  const streamOff = stream.map(
    (value, i) => unit * ((heads * size + 2) * broughtSums[i]! + 4 * value) + heads * size * tiny,
  );
  /** What errors of what is brought come to, `[axes + vocabulary]`. */
  const throughHeads = times(
    broughtOff,
    foldMagnitudes(outMap, projection, heads * size, width, columns),
    columns,
  );

  /** The last sums, over a stream of such magnitudes that is off by so much. */
  function project(
    largest: Float64Array,
    off: Float64Array,
    bias: ArrayLike<number>,
  ): Float64Array {
    const sums = times(largest, steepProjection, columns);
    const offs = times(off, steepProjection, columns);
    return sums.map(
      (sum, c) =>
        offs[c]! +
        throughHeads[c]! +
        (width + 4) * (unit * (sum + Math.abs(bias[c]!)) + tiny) +
        DOUBLES * sum,
    );
  }
  const bias = [...of('h.2.attn.c_axes.bias'), ...of('lm_head.bias')];
  const steepest = of('h.1.attn.board').map((logit) => Math.abs(BOARD_STEEPNESS * logit));
  let largest = Math.max(
    ...stream,
    ...valueSums,
    ...times(stream, steepProjection, columns),
    ...bias.map(Math.abs),
    ...steepest,
  );

  // the third layer: shares of the rule's bits, which sum to 1 but for rounding
  function boundLogits(form: RuleForm): Float64Array {
    const found = lookUpWidth(config);
    const bits = FORM_BITS[form];
    const map = of('h.2.attn.c_value.weight');
    const tokenRows = [tokens.dead, tokens.alive].map((id) => embed(id, partOf(form)));
    const read = most(tokenRows.map((row) => times(row, map, found)));
    const readSums = most(tokenRows.map((row) => times(magnitude(row), magnitude(map), found)));
    const readOff = read.map(
      (value, w) => unit * ((2 * bits + 24) * value + (width + 3) * readSums[w]!) + bits * tiny,
    );
    const back = of('h.2.attn.c_proj.weight');
    const backSums = times(read, magnitude(back), width);
    const whole = stream.map((value, i) => value + backSums[i]!);
    const off = whole.map(
      (value, i) => streamOff[i]! + unit * ((found + 2) * backSums[i]! + 2 * value) + found * tiny,
    );
    largest = Math.max(largest, ...readSums, ...whole);
    const folded = foldMagnitudes(back, projection, found, width, columns);
    const throughBits = times(readOff, folded, columns);
    return project(whole, off, bias)
      .map((value, c) => value + throughBits[c]!)
      .subarray(AXES);
  }
  const logits = { counts: boundLogits('counts'), table: boundLogits('table') };
  return { axes: project(stream, streamOff, bias).subarray(0, AXES), logits, largest };
}

/** Magnitudes of a matrix' rows behind the projection, `[rows][columns]`. */
function foldMagnitudes(
  matrix: Float32Array,
  projection: Float64Array,
  rows: number,
  width: number,
  columns: number,
): Float64Array {
  const folded = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const own = times(matrix.subarray(row * width, (row + 1) * width), projection, columns);
    folded.set(own.map(Math.abs), row * columns);
  }
  return folded;
}
