/**
 * From attention's output to the logits: the network at the centre of a case, and how far the logit of
 * the right token stays above every other's around it.
 *
 * Around the centre every step is a linear map plus a remainder that its second derivative bounds. So
 * there is one direction in the residual stream along which the difference of two logits moves to first
 * order, and how far attention reaches in that direction is known exactly. Where a plain box around the
 * centre says enough, the direction is not asked for; nor is the box, where the length of a shift does.
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
  /** The last residual stream at the centre, without its mean, how far it moves, and of that rounding. */
  private readonly last: Float64Array;
  private readonly lastRadius: Float64Array;
  private readonly lastRounding: Float64Array;
  /** The hidden units that are looked at one by one, how many they are, and how far all others together move the stream. */
  private readonly active: Int32Array;
  private activeCount = 0;
  private idleReach = 0;
  /** Each active hidden unit's output along the last residual stream. */
  private readonly alongLast: Float64Array;
  /** The margin's gradient, times σ: in the last residual stream, and at the hidden units. */
  private readonly gradient: Float64Array;
  private readonly unitGradient: Float64Array;

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
    this.lastRadius = new Float64Array(width);
    this.lastRounding = new Float64Array(width);
    this.active = new Int32Array(inner);
    this.alongLast = new Float64Array(inner);
    this.gradient = new Float64Array(width);
    this.unitGradient = new Float64Array(inner);
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
    const deviation = this.expand();
    const contests = this.setting.directions.contests.filter((one) => one.winner === winner);
    const centre = this.contract();
    const glance = enough === Infinity ? none : this.glance(contests, centre);
    if (glance.margin > enough) return glance;
    const layer = { deviation, ...this.widen(centre) };
    let worst: MarginBound | null = null;
    for (const contest of contests) {
      const stop = worst === null ? enough : Math.min(enough, worst.margin);
      const bound = this.compete(contest, layer, stop);
      if (worst === null || !(bound.margin >= worst.margin)) worst = bound;
    }
    return worst!;
  }

  /** The feed-forward layer at the centre, and how far its outputs move. @returns σ of its normalisation */
  private expand(): number {
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
    }
    return deviation;
  }

  /** The last residual stream at the centre, and the hidden units that are looked at one by one. */
  private contract(): LastCentre {
    const { directions, model } = this.setting;
    const { width, inner, epsilon } = model;
    const { last, hidden, active } = this;
    const { x } = this.attention;
    const idle = IDLE * Math.hypot(...x);
    let mean = this.attention.mean + Math.abs(directions.contractBiasMean);
    for (let d = 0; d < width; d++) last[d] = x[d]! + directions.contractBias[d]!;
    this.activeCount = 0;
    this.idleReach = 0;
    for (let i = 0; i < inner; i++) {
      const value = hidden[i]!;
      const most = Math.abs(value) + this.movedBy(i);
      mean += most * Math.abs(directions.contractMean[i]!);
      const reachOfUnit = most * directions.contractNorm[i]!;
      if (reachOfUnit < idle) {
        this.idleReach += reachOfUnit;
        continue;
      }
      active[this.activeCount++] = i;
      for (let d = 0, at = i * width; d < width; d++, at++) {
        last[d]! += value * directions.contract[at]!;
      }
    }
    let norm = 0;
    for (let d = 0; d < width; d++) norm += last[d]! * last[d]!;
    return { norm, lastDeviation: Math.sqrt(norm / width + epsilon), lastMean: mean };
  }

  /**
   * The least margin of all contests, from the length of a shift alone: the last stream over its σ moves by at most the
   * shift's length over the least σ, and σ by the shift's length over √width.
   */
  private glance(contests: readonly Contest[], centre: LastCentre): MarginBound {
    const { directions, model } = this.setting;
    const { width, inner } = model;
    const { last, hidden, active } = this;
    const { x, freeRadius, roundingRadius } = this.attention;
    const { lastDeviation, lastMean } = centre;
    let box = 0;
    let stream = 0;
    for (let d = 0; d < width; d++) {
      const radius = freeRadius[d]! + roundingRadius[d]!;
      box += radius * radius;
      stream += (Math.abs(x[d]!) + Math.abs(directions.contractBias[d]!) + radius) ** 2;
    }
    let moved = Math.sqrt(box) + this.idleReach;
    let sizes = Math.sqrt(stream) + this.idleReach + Math.sqrt(width) * lastMean;
    for (let k = 0; k < this.activeCount; k++) {
      const i = active[k]!;
      const length = directions.contractNorm[i]!;
      moved += this.movedBy(i) * length;
      sizes += (Math.abs(hidden[i]!) + this.movedBy(i)) * length;
    }
    const rounded = gamma(inner + 4) * sizes * SECOND_ORDER;
    const leastDeviation = lastDeviation - (moved + rounded) / Math.sqrt(width);
    let worst: MarginBound | null = null;
    for (const contest of contests) {
      let value = 0;
      for (let d = 0; d < width; d++) value += contest.direction[d]! * last[d]!;
      const margin = value / lastDeviation + contest.bias;
      const off = { taken: contest.norm * moved, rounded: contest.norm * rounded };
      const bound = this.conclude(contest, { lastMean, leastDeviation }, margin, off);
      if (worst === null || !(bound.margin >= worst.margin)) worst = bound;
    }
    return worst!;
  }

  /** How far the last residual stream moves as a box, and how much of that is rounding. */
  private widen(centre: LastCentre): Omit<CaseLayer, 'deviation'> {
    const { directions, model } = this.setting;
    const { width, inner, contract } = model;
    const { last, lastRadius, lastRounding, alongLast, hidden, active } = this;
    const { x, freeRadius, roundingRadius } = this.attention;
    const { norm, lastDeviation, lastMean } = centre;
    lastRadius.fill(0);
    lastRounding.fill(0);
    let reach = Math.sqrt(norm) * this.idleReach;
    for (let k = 0; k < this.activeCount; k++) {
      const i = active[k]!;
      const moved = this.movedBy(i);
      const most = Math.abs(hidden[i]!) + moved;
      let along = 0;
      for (let d = 0, at = i * width; d < width; d++, at++) {
        const weight = directions.contract[at]!;
        along += last[d]! * weight;
        lastRadius[d]! += moved * Math.abs(weight);
        lastRounding[d]! += most * Math.abs(contract.weight[at]!);
      }
      alongLast[i] = along;
      reach += Math.abs(along) * moved;
    }
    let spread = 0;
    for (let d = 0; d < width; d++) {
      const radius = freeRadius[d]! + roundingRadius[d]!;
      // what the radius has of the hidden units stands in `lastRounding` already
      const stream = Math.abs(x[d]!) + radius + Math.abs(directions.contractBias[d]!);
      const sizes = lastRounding[d]! + this.idleReach + stream + lastMean;
      lastRounding[d] = gamma(inner + 4) * sizes * SECOND_ORDER;
      lastRadius[d]! += radius + this.idleReach + lastRounding[d]!;
      spread += lastRadius[d]! ** 2;
      reach += Math.abs(last[d]!) * (radius + lastRounding[d]!);
    }
    // σ is convex in the stream, so its tangent at the centre lies below it
    const leastDeviation = lastDeviation - reach / (width * lastDeviation);
    return { lastDeviation, leastDeviation, lastMean, spread };
  }

  /** How far a hidden unit's output may be from the centre's. */
  private movedBy(unit: number): number {
    return this.firstOrder[unit]! + this.secondOrder[unit]! + this.rounding[unit]!;
  }

  /**
   * One token against another. With y the last stream, without its mean, d the contest's direction and b its
   * bias, the margin is d·y/σ(y) + b. It is at least M where d·y + (b - M) σ(y) is at least 0. Be m the margin
   * at the centre; there d·y + (b - m) σ(y) is 0, and its gradient g is that of the margin, times σ. Where
   * b - m is above 0 it lies above its tangent, since σ is convex; else it may fall below it by
   * |b - m| |δ|²/(2 width σ) for a shift δ. What is left, (m - M) σ(y), has to make up for g·δ and for that.
   */
  private compete(contest: Contest, layer: CaseLayer, enough: number): MarginBound {
    const { width } = this.setting.model;
    const { lastDeviation, spread } = layer;
    const { gradient, unitGradient, last, active } = this;
    const { freeRadius, roundingRadius } = this.attention;
    let value = 0;
    for (let d = 0; d < width; d++) value += contest.direction[d]! * last[d]!;
    const pull = value / (width * lastDeviation ** 2);
    let stream = 0;
    let rounded = 0;
    let length = 0;
    for (let d = 0; d < width; d++) {
      gradient[d] = contest.direction[d]! - pull * last[d]!;
      const along = Math.abs(gradient[d]!);
      stream += along * (freeRadius[d]! + roundingRadius[d]!);
      rounded += along * this.lastRounding[d]!;
      length += along * along;
    }
    let first = 0;
    let second = Math.max(0, pull) * 0.5 * spread + Math.sqrt(length) * this.idleReach;
    for (let k = 0; k < this.activeCount; k++) {
      const i = active[k]!;
      unitGradient[i] = contest.units[i]! - pull * this.alongLast[i]!;
      const effect = Math.abs(unitGradient[i]!);
      first += effect * this.firstOrder[i]!;
      second += effect * this.secondOrder[i]!;
      rounded += effect * this.rounding[i]!;
    }
    const centre = value / lastDeviation + contest.bias;
    const box = { taken: stream + first + second, rounded };
    const rough = this.conclude(contest, layer, centre, box);
    // a normalisation whose scale may vanish says nothing along any direction
    if (rough.margin > enough || rough.margin === -Infinity) return rough;

    const direction = this.findDirection(layer);
    const reach = this.attention.reachAlong(direction) + second;
    const onTheWay = this.attention.roundingAlong(direction);
    const exact = { taken: reach, rounded: rounded + onTheWay };
    const fine = this.conclude(contest, layer, centre, exact);
    return fine.margin > rough.margin ? fine : rough;
  }

  /** The direction behind attention along which the gradient moves to first order. */
  private findDirection({ deviation }: CaseLayer): Float64Array {
    const { model, directions } = this.setting;
    const { width } = model;
    const direction = this.gradient.slice();
    let turned = 0;
    for (let k = 0; k < this.activeCount; k++) {
      const i = this.active[k]!;
      const factor = (this.unitGradient[i]! * this.slope[i]!) / deviation;
      turned += factor * this.input[i]!;
      for (let d = 0, at = i * width; d < width; d++, at++) {
        direction[d]! += factor * directions.units[at]!;
      }
    }
    const back = turned / (width * deviation);
    for (let d = 0; d < width; d++) direction[d]! -= back * this.attention.x[d]!;
    return direction;
  }

  /** The margin that is left of the centre's, in nats. @param off what takes from it, and what rounding does, times σ */
  private conclude(
    contest: Contest,
    { lastMean, leastDeviation }: Pick<CaseLayer, 'lastMean' | 'leastDeviation'>,
    centre: number,
    { taken, rounded }: { readonly taken: number; readonly rounded: number },
  ): MarginBound {
    const { width } = this.setting.model;
    const rival = contest.loser;
    if (!(leastDeviation > 0)) return { margin: -Infinity, centre, rounding: Infinity, rival };
    const kernel = normErrors(width, lastMean, leastDeviation ** 2);
    const logits =
      (kernel.scale * Math.sqrt(width) * contest.norm +
        (kernel.mean * Math.abs(contest.gainSum)) / leastDeviation +
        (gamma(width + 2) + 8 * UNIT) * contest.logitSize) *
      SECOND_ORDER;
    const rounding = rounded / leastDeviation + logits;
    return { margin: centre - taken / leastDeviation - rounding, centre, rounding, rival };
  }
}

/** The last residual stream at the centre. */
interface LastCentre {
  /** Its squared norm, and the σ of its normalisation. */
  readonly norm: number;
  readonly lastDeviation: number;
  /** The largest mean that it leaves out. */
  readonly lastMean: number;
}

/** One case's centre, where all hidden units share it. */
interface CaseLayer {
  /** σ of the second normalisation. */
  readonly deviation: number;
  /** σ of the last normalisation: at the centre, and at least. */
  readonly lastDeviation: number;
  readonly leastDeviation: number;
  /** The largest mean of the last residual stream. */
  readonly lastMean: number;
  /** How far the last residual stream moves: its squared norm. */
  readonly spread: number;
}

/**
 * Hidden units that move the last residual stream by less than this share of its length, hardly more than float32 can tell, are
 * not looked at one by one: all their outputs together count as something that may point anywhere.
 */
const IDLE = 2 ** -22;

/** Half of GELU's second derivative φ(z) (2 - z²) at its other extreme, 2. */
const OUTER_CURVE = Math.exp(-2) / Math.sqrt(2 * Math.PI);

/** Half of GELU's second derivative, at most, over all |z| from `least` on. */
function boundCurve(least: number): number {
  if (least <= 0) return 1 / Math.sqrt(2 * Math.PI);
  const here = (density(least) * Math.abs(2 - least * least)) / 2;
  return least >= 2 ? here : Math.max(here, OUTER_CURVE);
}
