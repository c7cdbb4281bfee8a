/** The second half of the check: from ranges of all rows to the margin of the right token. */

import type { CheckRows } from './check-rows.js';
import { deviationRange, geluRange, kernelErrors } from './intervals.js';
import type { OneLayer } from './one-layer.js';
import { growth } from './rounded-vector.js';
import { ERF_ERROR, UNIT } from './rounding.js';

/** What attention and the token itself may give every row. */
export interface RowRanges {
  /** `[rows]` */
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** The largest mean of the residual stream, which rows do not see; for rounding. */
  readonly meanSize: number;
}

/** Where the last residual stream, without its mean, may be. */
interface LastBox {
  /** `[width]` */
  readonly centre: readonly number[];
  /** How far the stream in front of the feed-forward layer is off, `[width]`, and its hidden units, `[inner]`. */
  readonly own: readonly number[];
  readonly half: Float64Array;
  /** The hidden units that are not quiet. */
  readonly loud: readonly number[];
  /** The distance from the centre at most, and how much of it is rounding or quiet units. */
  readonly reach: number;
  readonly rounding: number;
}

/** Hidden units whose outputs are shorter than this share of the stream count all together, in whatever direction. */
const QUIET = 2 ** -22;

/** The smallest margin of a token over everything that the rows' ranges allow. */
export function boundMargin(
  model: OneLayer,
  rows: CheckRows,
  ranges: RowRanges,
  winner: number,
): number {
  const { low, high, meanSize } = ranges;
  const { width, contract } = model;
  const { middle, half } = activate(model, rows, ranges);
  const stream = rows.count - width;
  const mid = Array.from(
    contract.bias,
    (bias, d) => bias + (low[stream + d]! + high[stream + d]!) / 2,
  );
  const own = mid.map((_, d) => (high[stream + d]! - low[stream + d]!) / 2);
  const off = own.slice();
  let terms = Math.hypot(...mid) + Math.hypot(...own) + Math.hypot(...contract.bias);
  const hush = QUIET * Math.hypot(...mid);
  const loud: number[] = [];
  let quiet = 0;
  for (let i = 0; i < model.inner; i++) {
    const most = (Math.abs(middle[i]!) + half[i]!) * rows.outputLengths[i]!;
    if (most < hush) {
      quiet += most;
      continue;
    }
    loud.push(i);
    for (let d = 0, at = i * width; d < width; d++, at++) {
      mid[d]! += middle[i]! * contract.weight[at]!;
      off[d]! += half[i]! * Math.abs(contract.weight[at]!);
    }
    terms += most;
  }
  const mean = mid.reduce((sum, value) => sum + value, 0) / width;
  const centre = mid.map((value) => value - mean);
  const lastMean = meanSize + Math.abs(mean) + (Math.hypot(...off) + quiet) / Math.sqrt(width);
  const rounded = 2 * growth(model.inner + 4) * (terms + quiet + Math.sqrt(width) * lastMean);
  const rounding = rounded + quiet;
  const box = { centre, own, half, loud, reach: Math.hypot(...off) + rounding, rounding };
  return compare(model, rows, box, lastMean, winner);
}

/** The hidden units' outputs: the middles of their intervals, and half of their lengths. */
function activate(
  model: OneLayer,
  rows: CheckRows,
  { low, high, meanSize }: RowRanges,
): { middle: Float64Array; half: Float64Array } {
  const { width, inner, epsilon } = model;
  const [least, most] = deviationRange(low, high, rows.count - width, epsilon);
  const layer = kernelErrors(width, meanSize, least);
  const middle = new Float64Array(inner);
  const half = new Float64Array(inner);
  for (let i = 0; i < inner; i++) {
    const from = low[i]! / (low[i]! < 0 ? least : most);
    const to = high[i]! / (high[i]! > 0 ? least : most);
    const size = Math.max(Math.abs(from), Math.abs(to));
    const bias = rows.unitBias[i]!;
    const off =
      (growth(width + 2) + 8 * UNIT) * rows.unitTerms[i]! +
      1.02 * (layer.scale * size + (layer.mean * rows.unitGainSums[i]!) / least);
    const [floor, ceiling] = geluRange(from + bias - off, to + bias + off);
    const kernel = (size + Math.abs(bias) + off) * (ERF_ERROR / 2 + 8 * UNIT);
    middle[i] = (floor + ceiling) / 2;
    half[i] = (ceiling - floor) / 2 + kernel;
  }
  return { middle, half };
}

/**
 * The smallest margin over a box of last streams y. A logit is above another's by m or more where
 * row·y + (bias - m) σ(y) is above 0. As a function of y that has a tangent at the box's centre, and what it
 * falls below its tangent by is bounded by the curve of σ, which bends upwards.
 */
function compare(
  model: OneLayer,
  rows: CheckRows,
  box: LastBox,
  lastMean: number,
  winner: number,
): number {
  const { width, epsilon, contract } = model;
  const { centre, own, loud, reach, rounding } = box;
  const half = loud.map((i) => box.half[i]!);
  const toCentre = loud.map((i) => {
    let sum = 0;
    for (let d = 0, at = i * width; d < width; d++, at++) sum += centre[d]! * contract.weight[at]!;
    return sum;
  });
  const length = Math.hypot(...centre);
  const deviation = Math.sqrt(length ** 2 / width + epsilon);
  const fall = weigh(centre, own) + weigh(toCentre, half) + length * rounding;
  const least = deviation - fall / (width * deviation);
  if (!(least > 0)) return -Infinity;
  const kernel = kernelErrors(width, lastMean, least);
  let margin = Infinity;
  rows.contests.forEach(({ winner: right, row: index, bias, gainSum, size }, c) => {
    if (right !== winner) return;
    const row = rows.matrix[index]!;
    const value = row.reduce((sum, entry, d) => sum + entry * centre[d]!, 0);
    const turn = value / (width * deviation ** 2);
    const tangent = row.map((entry, d) => entry - turn * centre[d]!);
    const units = loud.map((i, k) => rows.contestUnits[c]![i]! - turn * toCentre[k]!);
    const lost =
      weigh(tangent, own) +
      weigh(units, half) +
      Math.hypot(...tangent) * rounding +
      (Math.max(0, turn) * reach ** 2) / 2;
    const off =
      1.02 *
        (kernel.scale * Math.sqrt(width) * Math.hypot(...row) + (kernel.mean * gainSum) / least) +
      (growth(width + 2) + 8 * UNIT) * size;
    margin = Math.min(margin, value / deviation + bias - lost / least - off);
  });
  return Number.isNaN(margin) ? -Infinity : margin;
}

/** Σ |a b|: how far a sum with these factors moves. */
function weigh(factors: ArrayLike<number>, moves: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < moves.length; i++) sum += Math.abs(factors[i]! * moves[i]!);
  return sum;
}
