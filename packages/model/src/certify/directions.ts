/**
 * What follows attention, seen from its output: how far a shift of the residual stream moves the
 * feed-forward layer's inputs, and how far these move the difference of two logits. Normalisation takes
 * means away, so everything here is centred: a row's mean over the width is subtracted once and for all.
 */

import type { OneLayer } from './one-layer.js';

/** The logit of one token above another's, as a function of the last residual stream. */
export interface Contest {
  readonly winner: number;
  readonly loser: number;
  /** Direction in the residual stream, `[width]`, centred. */
  readonly direction: Float64Array;
  /** What the normalisation's bias adds. */
  readonly bias: number;
  /** Effect of each hidden unit on the direction, `[inner]`. */
  readonly units: Float64Array;
  /** Norm of the direction. */
  readonly norm: number;
  /** Rounding of the two logits, per unit of γ. */
  readonly logitSize: number;
  /** Sum of the gains along the difference of the two tokens: the effect of a wrong mean. */
  readonly gainSum: number;
}

/** Centred matrices of a model. */
export interface Directions {
  /** Attention's projection with centred rows, `[heads * size, width]`, and its centred bias. */
  readonly project: Float64Array;
  readonly projectBias: Float64Array;
  /** For each hidden unit, the direction that it looks along, `[inner, width]`, and its constant. */
  readonly units: Float64Array;
  readonly unitBias: Float64Array;
  /** The feed-forward layer's output with centred rows, `[inner, width]`, and its centred bias. */
  readonly contract: Float64Array;
  readonly contractBias: Float64Array;
  /** The mean that was taken from each row of `contract`. */
  readonly contractMean: Float64Array;
  readonly contractBiasMean: number;
  /** Length of each hidden unit's output in the residual stream, `[inner]`. */
  readonly contractNorm: Float64Array;
  /** Sizes of the terms of each hidden unit's inner product, and the sum of its gains. */
  readonly unitSize: Float64Array;
  readonly unitGainSum: Float64Array;
  /** `|units projectᵀ|`, `[inner, heads * size]`: effect of attention's output on a hidden unit. */
  readonly unitsFromHeads: Float64Array;
  /** Every ordered pair of tokens whose winner can stand in an answer. */
  readonly contests: readonly Contest[];
}

/** Arranges a model. @param winners tokens that answers are made of */
export function arrangeDirections(model: OneLayer, winners: readonly number[]): Directions {
  const { width, inner, ln2, expand, contract, project } = model;
  const centredContract = centreRows(contract.weight, width);
  const centredProject = centreRows(project.weight, width);
  const units = new Float64Array(inner * width);
  const unitBias = expand.bias.slice();
  const unitSize = new Float64Array(inner);
  const unitGainSum = new Float64Array(inner);
  for (let i = 0; i < inner; i++) {
    let norm = 0;
    let rest = Math.abs(expand.bias[i]!);
    for (let d = 0; d < width; d++) {
      const weight = expand.weight[d * inner + i]!;
      const scaled = ln2.gain[d]! * weight;
      units[i * width + d] = scaled;
      unitBias[i]! += ln2.bias[d]! * weight;
      norm += scaled * scaled;
      rest += Math.abs(ln2.bias[d]! * weight);
      unitGainSum[i]! += scaled;
    }
    unitSize[i] = Math.sqrt(width * norm) + rest;
  }
  const centredUnits = centreRows(units, width).rows;
  return {
    project: centredProject.rows,
    projectBias: centreRows(project.bias, width).rows,
    units: centredUnits,
    unitBias,
    contract: centredContract.rows,
    contractBias: centreRows(contract.bias, width).rows,
    contractMean: centredContract.means,
    contractNorm: Float64Array.from({ length: inner }, (_, i) =>
      Math.hypot(...contract.weight.subarray(i * width, (i + 1) * width)),
    ),
    contractBiasMean: centreRows(contract.bias, width).means[0]!,
    unitSize,
    unitGainSum,
    unitsFromHeads: multiplyRows(centredUnits, centredProject.rows, width).map(Math.abs),
    contests: winners.flatMap((winner) =>
      Array.from({ length: model.vocabulary }, (_, loser) => loser)
        .filter((loser) => loser !== winner)
        .map((loser) => arrangeContest(model, centredContract.rows, winner, loser)),
    ),
  };
}

function arrangeContest(
  { width, lnf, output }: OneLayer,
  centredContract: Float64Array,
  winner: number,
  loser: number,
): Contest {
  const raw = new Float64Array(width);
  let bias = 0;
  let gainSum = 0;
  let size = 0;
  const norms = [0, 0];
  for (let d = 0; d < width; d++) {
    const [a, b] = [output[winner * width + d]!, output[loser * width + d]!];
    raw[d] = lnf.gain[d]! * (a - b);
    gainSum += raw[d]!;
    bias += lnf.bias[d]! * (a - b);
    size += Math.abs(lnf.bias[d]! * a) + Math.abs(lnf.bias[d]! * b);
    norms[0]! += (lnf.gain[d]! * a) ** 2;
    norms[1]! += (lnf.gain[d]! * b) ** 2;
  }
  const direction = centreRows(raw, width).rows;
  return {
    winner,
    loser,
    direction,
    bias,
    units: multiplyRows(direction, centredContract, width),
    norm: Math.hypot(...direction),
    logitSize: Math.sqrt(width) * (Math.sqrt(norms[0]!) + Math.sqrt(norms[1]!)) + size,
    gainSum,
  };
}

/** Subtracts each row's mean. */
export function centreRows(
  matrix: Float64Array,
  width: number,
): { rows: Float64Array; means: Float64Array } {
  const rows = matrix.slice();
  const means = new Float64Array(matrix.length / width);
  for (let row = 0; row < means.length; row++) {
    let sum = 0;
    for (let d = 0; d < width; d++) sum += matrix[row * width + d]!;
    means[row] = sum / width;
    for (let d = 0; d < width; d++) rows[row * width + d]! -= sum / width;
  }
  return { rows, means };
}

/** All inner products of the rows of `a` with the rows of `b`, `[rows of a, rows of b]`. */
export function multiplyRows(a: Float64Array, b: Float64Array, width: number): Float64Array {
  const [m, n] = [a.length / width, b.length / width];
  const product = new Float64Array(m * n);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let d = 0; d < width; d++) sum += a[i * width + d]! * b[j * width + d]!;
      product[i * n + j] = sum;
    }
  }
  return product;
}
