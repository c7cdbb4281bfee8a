/** The rows that the check applies to the residual stream behind attention. */

import type { OneLayer } from './one-layer.js';

/** One token's logit above another's. */
export interface CheckContest {
  readonly winner: number;
  readonly row: number;
  /** What the normalisation's bias adds. */
  readonly bias: number;
  /** For rounding: the sum of the gains, and the sizes of the terms of both logits. */
  readonly gainSum: number;
  readonly size: number;
}

/** The rows: hidden units first, then contests, then the residual stream; all blind to its mean. */
export class CheckRows {
  readonly count: number;
  readonly contests: CheckContest[] = [];
  /** `[rows][width]` */
  readonly matrix: number[][];
  /** The rows behind attention's projection, `[rows][heads * size]`. */
  readonly fromHeads: number[][];
  readonly unitBias: number[];
  /** Sizes of the terms of each hidden unit's inner product, and the sum of its gains. */
  readonly unitTerms: number[];
  readonly unitGainSums: number[];
  /** What each hidden unit's output does to each contest, `[contests][inner]`, and its length. */
  readonly contestUnits: number[][];
  readonly outputLengths: number[];

  constructor(model: OneLayer, winners: readonly number[]) {
    const { width, inner, vocabulary, output, lnf, ln2, expand, project, heads, size } = model;
    const range = Array.from({ length: width }, (_, d) => d);
    const units = Array.from({ length: inner }, (_, i) =>
      range.map((d) => ln2.gain[d]! * expand.weight[d * inner + i]!),
    );
    this.unitBias = units.map((_, i) =>
      range.reduce((sum, d) => sum + ln2.bias[d]! * expand.weight[d * inner + i]!, expand.bias[i]!),
    );
    this.unitGainSums = units.map((row) => Math.abs(row.reduce((sum, value) => sum + value, 0)));
    this.unitTerms = units.map((row, i) =>
      range.reduce(
        (sum, d) => sum + Math.abs(ln2.bias[d]! * expand.weight[d * inner + i]!),
        Math.abs(expand.bias[i]!) + Math.sqrt(width) * Math.hypot(...row),
      ),
    );
    const outputs = units.map((_, i) => range.map((d) => model.contract.weight[i * width + d]!));
    this.outputLengths = outputs.map((row) => Math.hypot(...row));
    const contests: number[][] = [];
    for (const winner of winners) {
      for (let loser = 0; loser < vocabulary; loser++) {
        if (loser === winner) continue;
        const of = (token: number): number[] => range.map((d) => output[token * width + d]!);
        const [a, b] = [of(winner), of(loser)];
        const row = range.map((d) => lnf.gain[d]! * (a[d]! - b[d]!));
        const length = (token: number[]): number =>
          Math.hypot(...range.map((d) => lnf.gain[d]! * token[d]!)) * Math.sqrt(width) +
          range.reduce((sum, d) => sum + Math.abs(lnf.bias[d]! * token[d]!), 0);
        this.contests.push({
          winner,
          row: inner + contests.length,
          bias: range.reduce((sum, d) => sum + lnf.bias[d]! * (a[d]! - b[d]!), 0),
          gainSum: Math.abs(row.reduce((sum, value) => sum + value, 0)),
          size: length(a) + length(b),
        });
        contests.push(row);
      }
    }
    const stream = range.map((d) => range.map((e) => (d === e ? 1 : 0)));
    this.matrix = [...units, ...contests, ...stream].map((row) => {
      const mean = row.reduce((sum, value) => sum + value, 0) / width;
      return row.map((value) => value - mean);
    });
    this.count = this.matrix.length;
    this.contestUnits = this.contests.map(({ row }) =>
      outputs.map((out) => out.reduce((sum, value, d) => sum + value * this.matrix[row]![d]!, 0)),
    );
    this.fromHeads = this.matrix.map((row) =>
      Array.from({ length: heads * size }, (_, o) =>
        range.reduce((sum, d) => sum + row[d]! * project.weight[o * width + d]!, 0),
      ),
    );
  }
}
