/**
 * From attention's output to the logits: the network at the centre of a case, and how far the logit of
 * the right token stays above every other's around it.
 *
 * Around the centre every step is a linear map plus a remainder that its second derivative bounds. So
 * there is one direction in the residual stream along which the difference of two logits moves to first
 * order, and how far attention reaches in that direction is known exactly. Where a plain box around the
 * centre says enough, the direction is not asked for.
 */

import type { AttentionCase, Setting } from './attention-case.js';
import type { Contest } from './directions.js';
import { density, distribution } from './normal-distribution.js';
import { ERF_ERROR, gamma, normErrors, SECOND_ORDER, UNIT } from './rounding.js';

/** How far the right token stays above the others, in nats. */
export interface MarginBound {
  /** A lower bound for what float32 gives. */
  readonly margin: number;
  /** The margin at the centre, in exact arithmetic. */
  readonly centre: number;
  /** How much of the difference is put down to rounding. */
  readonly rounding: number;
  /** The token that comes closest. */
  readonly rival: number;
}

/** Bounds the margins of one answer token, case by case. */
export class MarginBounder {
  // of each hidden unit, filled anew for each case
  private readonly input: Float64Array;
  private readonly hidden: Float64Array;
  private readonly slope: Float64Array;
  /** How far the output moves to first order, as a box. */
  private readonly firstOrder: Float64Array;
  private readonly secondOrder: Float64Array;
  private readonly rounding: Float64Array;
  /** The last residual stream at the centre, without its mean. */
  private readonly last: Float64Array;

  constructor(
    private readonly setting: Setting,
    private readonly attention: AttentionCase,
  ) {
    const { width, inner } = setting.model;
    this.input = new Float64Array(inner);
    this.hidden = new Float64Array(inner);
    this.slope = new Float64Array(inner);
    this.firstOrder = new Float64Array(inner);
    this.secondOrder = new Float64Array(inner);
    this.rounding = new Float64Array(inner);
    this.last = new Float64Array(width);
  }

  /**
   * Bounds the margin of a case.
   * @param contents bit i is the content of the i-th cell of the case
   * @param winner the right token
   * @param enough a margin above it does not have to be known better
   */
  bound(contents: number, winner: number, enough: number): MarginBound {
    const none = { margin: -Infinity, centre: -Infinity, rounding: 0, rival: -1 };
    if (!this.attention.enter(contents)) return none;
    const layer = this.expand();
    let worst: MarginBound | null = null;
    for (const contest of this.setting.directions.contests) {
      if (contest.winner !== winner) continue;
      const stop = worst === null ? enough : Math.min(enough, worst.margin);
      const bound = this.compete(contest, layer, stop);
      if (worst === null || !(bound.margin >= worst.margin)) worst = bound;
    }
    return worst!;
  }

  /** The feed-forward layer at the centre, and how far its outputs move. */
  private expand(): CaseLayer {
    const { model, directions } = this.setting;
    const { width, inner, epsilon } = model;
    const { x, freeRadius, roundingRadius, looks, lookRadius, mean } = this.attention;
    let norm = 0;
    let along = 0;
    let reach = 0;
    for (let d = 0; d < width; d++) {
      const radius = freeRadius[d]! + roundingRadius[d]!;
      norm += x[d]! * x[d]!;
      along += Math.abs(x[d]!) * radius;
      reach += radius * radius;
    }
    const variance = norm / width + epsilon;
    const deviation = Math.sqrt(variance);
    // 1/σ is (1 - tilt ± rest) / σ of the centre
    const tilt = along / (width * variance);
    const change = 2 * tilt + reach / (width * variance);
    const rest =
      change < 0.5
        ? reach / (2 * width * variance) + 0.375 * change * change * (1 - change) ** -2.5
        : Infinity;
    const kernel = normErrors(width, mean, variance * Math.max(1 - change, 0));
    let shift = Math.sqrt(reach);
    for (let i = 0; i < inner; i++) {
      const looked = looks[i]! / deviation;
      const input = looked + directions.unitBias[i]!;
      const moved = lookRadius[i]! / deviation;
      const first = moved + Math.abs(looked) * tilt;
      const second = Math.abs(looked) * rest + moved * (tilt + rest);
      const rounded =
        ((gamma(width + 2) + 8 * UNIT) * directions.unitSize[i]! +
          kernel.scale * (Math.abs(looked) + first + second) +
          (kernel.mean * Math.abs(directions.unitGainSum[i]!)) / deviation) *
        SECOND_ORDER;
      const whole = first + second + rounded;
      const phi = distribution(input);
      const slope = phi + input * density(input);
      const steep = Math.abs(slope);
      this.input[i] = looked;
      this.hidden[i] = input * phi;
      this.slope[i] = slope;
      this.firstOrder[i] = steep * first;
      this.secondOrder[i] = steep * second + boundCurve(Math.abs(input) - whole) * whole * whole;
      this.rounding[i] =
        (steep * rounded + (Math.abs(input) + whole) * (ERF_ERROR / 2 + 6 * UNIT)) * SECOND_ORDER;
      shift +=
        (this.firstOrder[i]! + this.secondOrder[i]! + this.rounding[i]!) *
        directions.contractNorm[i]!;
    }
    return { deviation, shift, ...this.contract() };
  }

  /** The last residual stream at the centre. */
  private contract(): Pick<CaseLayer, 'lastDeviation' | 'lastMean'> {
    const { directions, model } = this.setting;
    const { width, inner, epsilon } = model;
    const { last, hidden } = this;
    const { x } = this.attention;
    let mean = this.attention.mean + Math.abs(directions.contractBiasMean);
    for (let d = 0; d < width; d++) last[d] = x[d]! + directions.contractBias[d]!;
    for (let i = 0; i < inner; i++) {
      const value = hidden[i]!;
      mean += Math.abs(value * directions.contractMean[i]!);
      for (let d = 0, at = i * width; d < width; d++, at++) {
        last[d]! += value * directions.contract[at]!;
      }
    }
    let norm = 0;
    for (let d = 0; d < width; d++) norm += last[d]! * last[d]!;
    return { lastDeviation: Math.sqrt(norm / width + epsilon), lastMean: mean };
  }

  /** One token against another. */
  private compete(contest: Contest, layer: CaseLayer, enough: number): MarginBound {
    const { model, directions } = this.setting;
    const { width, inner } = model;
    const { freeRadius, roundingRadius, x } = this.attention;
    let centre = 0;
    let stream = 0;
    let streamSize = 0;
    for (let d = 0; d < width; d++) {
      const along = Math.abs(contest.direction[d]!);
      centre += contest.direction[d]! * this.last[d]!;
      stream += along * (freeRadius[d]! + roundingRadius[d]!);
      streamSize +=
        along * (Math.abs(x[d]!) + Math.abs(directions.contractBias[d]!) + layer.lastMean);
    }
    let first = 0;
    let second = 0;
    let rounded = 0;
    let hiddenSize = 0;
    for (let i = 0; i < inner; i++) {
      const effect = Math.abs(contest.units[i]!);
      first += effect * this.firstOrder[i]!;
      second += effect * this.secondOrder[i]!;
      rounded += effect * this.rounding[i]!;
      const moved = this.firstOrder[i]! + this.secondOrder[i]! + this.rounding[i]!;
      hiddenSize += (Math.abs(this.hidden[i]!) + moved) * contest.unitSizes[i]!;
    }
    rounded += gamma(inner + 4) * (hiddenSize + streamSize) * SECOND_ORDER;
    const rough = this.conclude(contest, layer, centre, stream + first + second, rounded);
    if (rough.margin > enough) return rough;

    const direction = this.findDirection(contest, layer);
    const reach = this.attention.reachAlong(direction) + second;
    const onTheWay = this.attention.roundingAlong(direction);
    const fine = this.conclude(contest, layer, centre, reach, rounded + onTheWay);
    return fine.margin > rough.margin ? fine : rough;
  }

  /** The direction in the residual stream along which the logits' difference moves to first order. */
  private findDirection(contest: Contest, { deviation }: CaseLayer): Float64Array {
    const { model, directions } = this.setting;
    const { width, inner } = model;
    const direction = contest.direction.slice();
    let turned = 0;
    for (let i = 0; i < inner; i++) {
      const factor = (contest.units[i]! * this.slope[i]!) / deviation;
      turned += factor * this.input[i]!;
      for (let d = 0, at = i * width; d < width; d++, at++) {
        direction[d]! += factor * directions.units[at]!;
      }
    }
    const back = turned / (width * deviation);
    for (let d = 0; d < width; d++) direction[d]! -= back * this.attention.x[d]!;
    return direction;
  }

  /** Divides by the last deviation, whichever within its reach is worst. */
  private conclude(
    contest: Contest,
    { lastDeviation, lastMean, shift }: CaseLayer,
    centre: number,
    taken: number,
    rounded: number,
  ): MarginBound {
    const { width } = this.setting.model;
    const off = shift / Math.sqrt(width);
    const least = lastDeviation - off;
    const centreMargin = centre / lastDeviation + contest.bias;
    if (!(least > 0)) {
      return { margin: -Infinity, centre: centreMargin, rounding: Infinity, rival: contest.loser };
    }
    const divide = (low: number): number =>
      low / (low > 0 ? lastDeviation + off : least) + contest.bias;
    const kernel = normErrors(width, lastMean, least ** 2);
    const logits =
      (kernel.scale * Math.abs(centre / least) +
        (kernel.mean * Math.abs(contest.gainSum)) / least +
        (gamma(width + 2) + 8 * UNIT) * contest.logitSize) *
      SECOND_ORDER;
    const exact = divide(centre - taken);
    const margin = divide(centre - taken - rounded) - logits;
    return { margin, centre: centreMargin, rounding: exact - margin, rival: contest.loser };
  }
}

/** One case's centre, where all hidden units share it. */
interface CaseLayer {
  /** σ of the second normalisation. */
  readonly deviation: number;
  /** How far the last residual stream moves, as a norm. */
  readonly shift: number;
  /** σ of the last normalisation. */
  readonly lastDeviation: number;
  /** The largest mean of the last residual stream. */
  readonly lastMean: number;
}

/** Half of GELU's second derivative φ(z) (2 - z²) at its other extreme, 2. */
const OUTER_CURVE = Math.exp(-2) / Math.sqrt(2 * Math.PI);

/** Half of GELU's second derivative, at most, over all |z| from `least` on. */
function boundCurve(least: number): number {
  if (least <= 0) return 1 / Math.sqrt(2 * Math.PI);
  const here = (density(least) * Math.abs(2 - least * least)) / 2;
  return least >= 2 ? here : Math.max(here, OUTER_CURVE);
}
