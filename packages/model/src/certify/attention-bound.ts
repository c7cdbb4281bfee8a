/**
 * Attention of one answer token over everything that a board can hold. A key's weight is e = exp(score),
 * its value v; both are known for the nine cells of a case, the text around the board and the token
 * itself. Every other key has one of two contents; take their mean as its centre and half of their
 * difference as its swing, Δe and Δ(e v). With c the output where all swings are zero and D its
 * denominator, the output is c + Σ ±(Δ(e v) - c Δe) / (D + Σ ±Δe): a zonotope around c, whose reach in
 * a direction is a sum over the keys.
 */

import type { OneLayer } from './one-layer.js';
import { EXP_ERROR, gamma, SECOND_ORDER, UNIT } from './rounding.js';
import type { TokenTable } from './token-table.js';

/** The keys of one answer token, summed up. Every array is of one head, as are the vectors below. */
export interface HeadBound {
  /** Weight and weighted effect, `[1 + width + inner]`: the known text, and the centres of the free keys. */
  readonly base: Float64Array;
  /** Sum of the swings of the free keys' weights. */
  readonly swing: number;
  /** Reach of the free keys around `reference`, times the denominator, `[width + inner]`. */
  readonly reach: Float64Array;
  readonly reference: Float64Array;
  /** Free keys that are summed one by one where the reach in a direction of its own is asked for. */
  readonly keys: Int32Array;
  /** For each of them e(1) - e(0) over 2, and e of both contents, `[keys, 3]`. */
  readonly weights: Float64Array;
  /** Weight of the keys, free and known, that are too light for that, at most, all together. */
  readonly lightWeight: number;
  /** The known keys that are not too light for it: those of all cases, and those of the cells' contents in pairs, by `known`. */
  readonly fixedKeys: Int32Array;
  readonly cellKeys: Int32Array;
  /** Relative rounding errors of the known keys' weights, by `known`. */
  readonly knownErrors: Float64Array;
  /** The largest of them. */
  readonly weightError: number;
  /** Relative rounding error of the free keys' weights. */
  readonly freeError: number;
  /** The share of attention that the free keys have, at most. */
  readonly freeShare: number;
  /** Rounding of the softmax's denominator. */
  readonly commonError: number;
  /** Rounding of the weighted sum, `[size]`. */
  readonly outputError: Float64Array;
}

/** One answer token. */
export interface AttentionBound {
  /** Row of the token itself. */
  readonly self: number;
  /** Rows of the known keys: those that are the same in all cases, then two for each cell of a case. */
  readonly known: Int32Array;
  /** How many of `known` are the same in all cases. */
  readonly fixed: number;
  readonly heads: readonly HeadBound[];
  /** For each head, each known key's `[1 + width + inner]`: e, and e times its effect. */
  readonly contributions: readonly Float64Array[];
}

/** Extremes of all tokens' effects and of their norms: what light keys are bounded by. */
export interface TokenExtremes {
  /** `[heads, width + inner]`: the largest size of an effect. */
  readonly effect: Float64Array;
  /** `[heads]`: the largest norms of keys and of keys' errors, and the largest value and its error. */
  readonly keyNorm: Float64Array;
  readonly keyErrorNorm: Float64Array;
  /** `[heads * size]` */
  readonly value: Float64Array;
  readonly valueError: Float64Array;
}

/** Finds the extremes of a table. */
export function findExtremes(
  { heads, size, width, inner }: OneLayer,
  table: TokenTable,
): TokenExtremes {
  const stride = width + inner;
  const across = heads * size;
  const extremes = {
    effect: new Float64Array(heads * stride),
    keyNorm: new Float64Array(heads),
    keyErrorNorm: new Float64Array(heads),
    value: new Float64Array(across),
    valueError: new Float64Array(across),
  };
  const rows = table.residualMean.length;
  const raise = (target: Float64Array, i: number, value: number): void => {
    if (value > target[i]!) target[i] = value;
  };
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < heads * stride; i++) {
      raise(extremes.effect, i, Math.abs(table.effect[row * heads * stride + i]!));
    }
    for (let o = 0; o < across; o++) {
      raise(extremes.value, o, Math.abs(table.value[row * across + o]!));
      raise(extremes.valueError, o, table.valueError[row * across + o]!);
    }
    for (let head = 0; head < heads; head++) {
      const at = row * across + head * size;
      raise(extremes.keyNorm, head, Math.hypot(...table.key.subarray(at, at + size)));
      raise(extremes.keyErrorNorm, head, Math.hypot(...table.keyError.subarray(at, at + size)));
    }
  }
  return extremes;
}

/** Keys lighter than this share of the known ones are summed up without looking at their values. */
const LIGHT = 1e-9;

/**
 * Sums up attention for one answer token.
 * @param row the token's row
 * @param cells places of the cells whose contents a case fixes
 */
export function boundAttention(
  model: OneLayer,
  table: TokenTable,
  extremes: TokenExtremes,
  row: number,
  cells: readonly number[],
): AttentionBound {
  const place = row >> 1;
  const isCase = new Set(cells);
  const fixed: number[] = [];
  const free: number[] = [];
  for (let key = model.hiddenTokens; key < place; key++) {
    if (isCase.has(key)) continue;
    if (table.isFree[key] === 1) free.push(key);
    else fixed.push(2 * key);
  }
  fixed.push(row);
  const known = Int32Array.from([...fixed, ...cells.flatMap((cell) => [2 * cell, 2 * cell + 1])]);
  const stride = 1 + model.width + model.inner;
  const contributions: Float64Array[] = [];
  const heads = Array.from({ length: model.heads }, (_, head) => {
    const own = new Float64Array(known.length * stride);
    contributions.push(own);
    return boundHead({ model, table, extremes, row, known, fixed: fixed.length, free, head, own });
  });
  return { self: row, known, fixed: fixed.length, heads, contributions };
}

interface HeadTask {
  readonly model: OneLayer;
  readonly table: TokenTable;
  readonly extremes: TokenExtremes;
  readonly row: number;
  readonly known: Int32Array;
  readonly fixed: number;
  readonly free: readonly number[];
  readonly head: number;
  /** Receives the known keys' contributions. */
  readonly own: Float64Array;
}

function boundHead(task: HeadTask): HeadBound {
  const { model, table, extremes, row, known, fixed, free, head, own } = task;
  const { width, inner, heads, size } = model;
  const across = heads * size;
  const columns = width + inner;
  const stride = 1 + columns;
  const query = table.query.subarray(row * across + head * size, row * across + (head + 1) * size);
  const scoreOf = (key: number): number => {
    const at = key * across + head * size;
    let sum = 0;
    for (let d = 0; d < size; d++) sum += query[d]! * table.key[at + d]!;
    return sum;
  };
  const effectOf = (key: number): Float64Array => {
    const at = (key * heads + head) * columns;
    return table.effect.subarray(at, at + columns);
  };
  const knownScores = Array.from(known, scoreOf);
  const top = Math.max(...knownScores);
  const freeScores = Float64Array.from({ length: 2 * free.length }, (_, i) =>
    scoreOf(2 * free[i >> 1]! + (i & 1)),
  );
  const summit = freeScores.reduce((most, score) => Math.max(most, score), top);

  const base = new Float64Array(stride);
  const reference = new Float64Array(columns);
  const knownWeights = knownScores.map((score) => Math.exp(score - top));
  const isOfCell = (i: number): boolean => i >= fixed;
  const lighterOf = (i: number): number => Math.min(knownWeights[i]!, knownWeights[i + 1]!);
  const heavierOf = (i: number): number => Math.max(knownWeights[i]!, knownWeights[i + 1]!);
  const sumKnown = (fixedKeys: ArrayLike<number>, pairs: readonly number[]): number =>
    Array.from(fixedKeys).reduce((sum, i) => sum + knownWeights[i]!, 0) +
    pairs.reduce((sum, i) => sum + lighterOf(i), 0);
  const everyFixed = [...known.keys()].filter((i) => !isOfCell(i));
  const everyPair = [...known.keys()].filter((i) => isOfCell(i) && (i - fixed) % 2 === 0);
  const light = LIGHT * sumKnown(everyFixed, everyPair);
  const fixedKeys = everyFixed.filter((i) => knownWeights[i]! >= light);
  const pairs = everyPair.filter((i) => heavierOf(i) >= light);
  let lightWeight = 0;
  for (const i of everyFixed) if (knownWeights[i]! < light) lightWeight += knownWeights[i]!;
  for (const i of everyPair) if (heavierOf(i) < light) lightWeight += heavierOf(i);
  // the known weight, at least
  const lightest = sumKnown(fixedKeys, pairs);
  const cellKeys = pairs.flatMap((i) => [i, i + 1]);
  let total = 0;
  for (const i of [...fixedKeys, ...cellKeys]) {
    const weight = knownWeights[i]!;
    const effect = effectOf(known[i]!);
    const share = isOfCell(i) ? 0.5 : 1;
    own[i * stride] = weight;
    for (let d = 0; d < columns; d++) {
      const value = effect[d]!;
      own[i * stride + 1 + d] = weight * value;
      reference[d]! += share * weight * value;
    }
    total += share * weight;
    if (isOfCell(i)) continue;
    for (let d = 0; d < stride; d++) base[d]! += own[i * stride + d]!;
  }
  for (let d = 0; d < columns; d++) reference[d]! /= total;

  const reach = new Float64Array(columns);
  const keys: number[] = [];
  const weights: number[] = [];
  let swing = 0;
  let freeWeight = lightWeight;
  free.forEach((key, i) => {
    const none = Math.exp(freeScores[2 * i]! - top);
    const one = Math.exp(freeScores[2 * i + 1]! - top);
    const most = Math.max(none, one);
    freeWeight += most;
    if (most < light) {
      lightWeight += most;
      return;
    }
    keys.push(key);
    weights.push((one - none) / 2, none, one);
    swing += Math.abs(one - none) / 2;
    base[0]! += (none + one) / 2;
    const effectOfNone = effectOf(2 * key);
    const effectOfOne = effectOf(2 * key + 1);
    const half = (one - none) / 2;
    for (let d = 0; d < columns; d++) {
      const a = none * effectOfNone[d]!;
      const b = one * effectOfOne[d]!;
      base[1 + d]! += (a + b) / 2;
      reach[d]! += Math.abs((b - a) / 2 - reference[d]! * half);
    }
  });
  swing += lightWeight;
  for (let d = 0; d < columns; d++) {
    reach[d]! += lightWeight * (extremes.effect[head * columns + d]! + Math.abs(reference[d]!));
  }
  const freeShare = freeWeight / (lightest + freeWeight);
  return {
    base,
    swing,
    reach,
    reference,
    keys: Int32Array.from(keys),
    weights: Float64Array.from(weights),
    lightWeight,
    fixedKeys: Int32Array.from(fixedKeys),
    cellKeys: Int32Array.from(cellKeys),
    freeShare,
    ...boundRounding(task, knownScores, summit, freeShare),
  };
}

/** How far float32 may take the weights and the weighted sum. */
function boundRounding(
  { model, table, extremes, row, known, free, head }: HeadTask,
  knownScores: readonly number[],
  summit: number,
  freeShare: number,
): Pick<HeadBound, 'knownErrors' | 'weightError' | 'freeError' | 'commonError' | 'outputError'> {
  const { heads, size } = model;
  const across = heads * size;
  const from = row * across + head * size;
  const dot = gamma(size + 1);
  const knownErrors = Float64Array.from(known, (key, i) => {
    const at = key * across + head * size;
    let error = UNIT * (summit - knownScores[i]!);
    for (let d = 0; d < size; d++) {
      const [q, k] = [Math.abs(table.query[from + d]!), Math.abs(table.key[at + d]!)];
      const [dq, dk] = [table.queryError[from + d]!, table.keyError[at + d]!];
      error += q * dk + dq * k + dq * dk + dot * q * k;
    }
    return weightError(error);
  });
  const norm = (values: Float64Array): number => Math.hypot(...values.subarray(from, from + size));
  const [queryNorm, queryErrorNorm] = [norm(table.query), norm(table.queryError)];
  const keyNorm = extremes.keyNorm[head]!;
  const keyErrorNorm = extremes.keyErrorNorm[head]!;
  const freeError =
    queryNorm * keyErrorNorm +
    queryErrorNorm * (keyNorm + keyErrorNorm) +
    dot * queryNorm * keyNorm +
    UNIT * 2 * queryNorm * keyNorm;
  const keyCount = known.length + free.length;
  const outputError = new Float64Array(size);
  for (let d = 0; d < size; d++) {
    const o = head * size + d;
    let value = 0;
    let valueError = 0;
    for (const key of known) {
      value = Math.max(value, Math.abs(table.value[key * across + o]!));
      valueError = Math.max(valueError, table.valueError[key * across + o]!);
    }
    value += freeShare * extremes.value[o]!;
    valueError += freeShare * extremes.valueError[o]!;
    outputError[d] = (gamma(keyCount) * value + valueError) * SECOND_ORDER;
  }
  return {
    knownErrors,
    weightError: knownErrors.reduce((most, error) => Math.max(most, error), 0),
    freeError: weightError(freeError),
    commonError: gamma(keyCount + 2) * SECOND_ORDER,
    outputError,
  };
}

/** The relative error of a share of attention whose score is off by `scoreError`. */
function weightError(scoreError: number): number {
  const error = Math.expm1(scoreError * SECOND_ORDER + EXP_ERROR + 4 * UNIT);
  // the sum that it is a share of may be as far off
  return error < 0.5 ? error / (1 - error) : Infinity;
}
