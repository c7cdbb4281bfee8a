/** What a run of predictions comes to: its costs, how it compares with the truth, and its closing line. */

import { compareGrids, type Grid, type RunComparison } from '@lifegpt/core';
import type { Prediction } from '@lifegpt/model';
import { countNoun, formatCount } from './terminal/count.js';

/** A run's costs and comparison, as `--json` names them, and its states where they are held. */
export class PredictedRun {
  readonly states: Grid[];
  readonly truths: Grid[] | null;
  private generations = 0;
  private wrongCells = 0;
  private firstDivergence: number | null = null;
  private isWellFormed = true;
  private acceptance = 0;
  private isDrafted = true;
  private readonly sums = { forwardPasses: 0, tokens: 0, keptTokens: 0, seconds: 0 };
  private minMargin = Infinity;

  constructor(
    private readonly start: Grid,
    private readonly isCompared: boolean,
  ) {
    this.states = [start];
    this.truths = isCompared ? [start] : null;
  }

  /** Adds a generation. @param isHeld whether its states are kept */
  add(prediction: Prediction, isHeld: boolean): void {
    const { generation, grid, truth, malformedTokens, minMargin, acceptance } = prediction;
    this.generations = generation;
    for (const name of ['forwardPasses', 'tokens', 'keptTokens', 'seconds'] as const) {
      this.sums[name] += prediction[name];
    }
    this.minMargin = Math.min(this.minMargin, minMargin);
    this.isWellFormed &&= malformedTokens === 0;
    if (acceptance === null) this.isDrafted = false;
    else this.acceptance += acceptance;
    if (truth !== null) {
      const { wrongCells } = compareGrids(grid, truth);
      this.wrongCells += wrongCells;
      if (wrongCells > 0) this.firstDivergence ??= generation;
    }
    if (!isHeld) return;
    this.states.push(grid);
    if (truth !== null) this.truths?.push(truth);
  }

  /** Against the truth; null where there was none beside it. */
  get comparison(): RunComparison | null {
    if (!this.isCompared) return null;
    const cells = this.generations * this.start.cells.length;
    return {
      exact: this.wrongCells === 0 && this.isWellFormed,
      wrongCells: this.wrongCells,
      cellAccuracy: cells === 0 ? 1 : (cells - this.wrongCells) / cells,
      firstDivergence: this.firstDivergence,
    };
  }

  /** `acceptance` is the share of the drafts' tokens that stand in the answers; null without drafts. */
  get decode() {
    const acceptance = this.isDrafted ? this.acceptance / this.generations : null;
    return { ...this.sums, minMargin: this.minMargin, acceptance };
  }
}

/** The closing line. */
export function describeRun({ comparison, decode }: PredictedRun, generations: number): string {
  const milliseconds = ((1000 * decode.seconds) / generations).toFixed(1);
  const costs =
    `${milliseconds} ms a generation, ${countNoun(decode.forwardPasses, 'forward pass', 'forward passes')} for ` +
    countNoun(decode.tokens, 'token') +
    (decode.keptTokens === 0 ? '' : `, ${formatCount(decode.keptTokens)} of them kept`) +
    (decode.acceptance === null
      ? ''
      : `, ${(100 * decode.acceptance).toFixed(2)} % of the engine’s draft accepted`);
  const run = countNoun(generations, 'generation');
  if (comparison === null) return `${run}, not compared, ${costs}`;
  const { exact, wrongCells, firstDivergence } = comparison;
  const verdict = exact ? 'exact' : `NOT exact, first divergence at generation ${firstDivergence}`;
  const legend = wrongCells === 0 ? '' : ' (crossed: ˟ upper, ₓ lower, ╳ both cells of a letter)';
  return `${verdict}: ${countNoun(wrongCells, 'wrong cell')}${legend} in ${run}, ${costs}`;
}
