/**
 * From attention's output to the logits: the network behind attention, at the centre of a case's
 * zonotope, and how far the logit of the right token stays above every other's over all of it.
 *
 * At the centre the network is computed as it is. Around it every step is a linear map plus a remainder
 * that is bounded by the largest second derivative, so that one direction in the residual stream says
 * how the difference of two logits moves to first order; attention's reach in that direction is exact.
 */

import type { AttentionBound, HeadBound } from './attention-bound.js';
import type { Contest, Directions } from './directions.js';
import { density, distribution } from './normal-distribution.js';
import type { OneLayer } from './one-layer.js';
import { ERF_ERROR, gamma, normErrors, SECOND_ORDER, UNIT } from './rounding.js';
import type { TokenExtremes } from './attention-bound.js';
import type { TokenTable } from './token-table.js';

/** What the bounds are made from. */
export interface Setting {
  readonly model: OneLayer;
  readonly directions: Directions;
  readonly table: TokenTable;
  readonly extremes: TokenExtremes;
}

/** How far the right token stays above the others, in nats. */
export interface MarginBound {
  /** A lower bound for the logits that float32 gives. */
  readonly margin: number;
  /** The margin at the centre, in exact arithmetic. */
  readonly centre: number;
  /** What rounding takes off, at most. */
  readonly rounding: number;
  /** The token that comes closest. */
  readonly rival: number;
}

/** Half of GELU's second derivative φ(z) (2 - z²) at its other extreme, 2. */
const OUTER_CURVE = Math.exp(-2) / Math.sqrt(2 * Math.PI);
/** A margin that no one has to know better. */
const NO_BOUND: Omit<MarginBound, 'rival'> = { margin: -Infinity, centre: -Infinity, rounding: 0 };

/** Bounds the margins of one answer token, case by case. */
export class MarginBounder {
  private readonly x: Float64Array;
  private readonly radius: Float64Array;
  private readonly roundingRadius: Float64Array;
  private readonly projectError: Float64Array;
  private readonly boxRounding: Float64Array;
  private readonly rawMean: number;
  private readonly sums: readonly Float64Array[];
  private readonly z: Float64Array;
  private readonly unitRadius: Float64Array;
  private readonly hidden: Float64Array;
  private readonly slope: Float64Array;
  private readonly curve: Float64Array;
  private readonly unitRounding: Float64Array;
  private readonly last: Float64Array;
  private readonly constantUnits: Float64Array;
  private readonly start: Float64Array;

  constructor(
    private readonly setting: Setting,
    private readonly attention: AttentionBound,
  ) {
    const { model, directions, table } = setting;
    const { width, inner } = model;
    const vector = (size: number): Float64Array => new Float64Array(size);
    [this.x, this.radius, this.roundingRadius, this.last] = [width, width, width, width].map(
      vector,
    ) as [Float64Array, Float64Array, Float64Array, Float64Array];
    this.z = vector(inner);
    this.unitRadius = vector(inner);
    this.hidden = vector(inner);
    this.slope = vector(inner);
    this.curve = vector(inner);
    this.unitRounding = vector(inner);
    this.sums = attention.heads.map(() => vector(1 + width + inner));
    // the residual stream without attention
    this.start = vector(width);
    for (let d = 0; d < width; d++) {
      this.start[d] = table.residual[attention.self * width + d]! + directions.projectBias[d]!;
    }
    this.constantUnits = vector(inner);
    for (let i = 0; i < inner; i++) {
      let sum = 0;
      for (let d = 0; d < width; d++) sum += directions.units[i * width + d]! * this.start[d]!;
      this.constantUnits[i] = sum;
    }
    this.projectError = vector(width);
    this.boxRounding = vector(width + inner);
    this.rawMean = this.boundMean();
    this.boundRounding();
  }

  /** The largest mean that the centred residual stream leaves out. */
  private boundMean(): number {
    const { model, table } = this.setting;
    const { heads, project, width } = model;
    let mean = Math.abs(table.residualMean[this.attention.self]!);
    mean += Math.abs(project.bias.reduce((sum, value) => sum + value / width, 0));
    for (let head = 0; head < heads; head++) {
      let most = 0;
      for (let row = head; row < table.effectMean.length; row += heads) {
        most = Math.max(most, Math.abs(table.effectMean[row]!));
      }
      mean += most;
    }
    return mean;
  }

  /** Rounding up to the residual stream behind attention, as boxes. */
  private boundRounding(): void {
    const { model, directions, table } = this.setting;
    const { width, inner, heads, size, project } = model;
    const across = heads * size;
    const { self } = this.attention;
    for (let d = 0; d < width; d++) {
      let sizes = Math.abs(project.bias[d]!);
      this.attention.heads.forEach((_, head) => {
        for (let o = head * size; o < (head + 1) * size; o++) {
          sizes += this.valueSize(head, o) * Math.abs(project.weight[o * width + d]!);
        }
      });
      const stream =
        Math.abs(table.residual[self * width + d]!) + Math.abs(table.residualMean[self]!);
      this.projectError[d] =
        (gamma(across + 2) * sizes +
          UNIT * (stream + sizes) +
          table.residualError[self * width + d]!) *
        SECOND_ORDER;
    }
    const box = this.boxRounding;
    for (let d = 0; d < width; d++) box[d] = this.projectError[d]!;
    for (let i = 0; i < inner; i++) {
      for (let d = 0; d < width; d++) {
        box[width + i]! += Math.abs(directions.units[i * width + d]!) * this.projectError[d]!;
      }
    }
    this.attention.heads.forEach((bound, head) => {
      for (let d = 0; d < width + inner; d++) {
        const most = this.setting.extremes.effect[head * (width + inner) + d]!;
        const free = 2 * bound.freeShare * (bound.freeError + bound.weightError);
        box[d]! += (bound.commonError + free) * most;
      }
      for (let o = 0; o < size; o++) {
        const error = bound.outputError[o]!;
        const column = head * size + o;
        for (let d = 0; d < width; d++) {
          box[d]! += error * Math.abs(directions.project[column * width + d]!);
        }
        for (let i = 0; i < inner; i++) {
          box[width + i]! += error * directions.unitsFromHeads[i * across + column]!;
        }
      }
    });
    for (let d = 0; d < box.length; d++) box[d]! *= SECOND_ORDER;
  }

  private valueSize(head: number, column: number): number {
    const { model, table, extremes } = this.setting;
    const across = model.heads * model.size;
    const { freeShare } = this.attention.heads[head]!;
    let most = 0;
    for (const key of this.attention.known) {
      most = Math.max(most, Math.abs(table.value[key * across + column]!));
    }
    return most + freeShare * extremes.value[column]!;
  }

  /**
   * Bounds the margin of a case.
   * @param contents bit i is the content of the i-th cell of the case
   * @param winner the right token
   * @param enough stop refining when the margin is known to be above it
   */
  bound(contents: number, winner: number, enough: number): MarginBound {
    const { directions } = this.setting;
    if (!this.enterCase(contents)) return { ...NO_BOUND, rival: -1 };
    const remainder = this.expand();
    let worst: MarginBound | null = null;
    for (const contest of directions.contests) {
      if (contest.winner !== winner) continue;
      const stop = worst === null ? enough : Math.max(enough, worst.margin);
      const bound = this.compete(contest, contents, remainder, stop);
      if (worst === null || bound.margin < worst.margin) worst = bound;
    }
    return worst!;
  }

  /** The residual stream at the centre of a case, and its box. False where attention has no bound. */
  private enterCase(contents: number): boolean {
    const { width, inner } = this.setting.model;
    const { attention, x, radius, z, unitRadius, boxRounding, roundingRadius } = this;
    const stride = 1 + width + inner;
    x.set(this.start);
    z.set(this.constantUnits);
    radius.fill(0);
    roundingRadius.set(boxRounding.subarray(0, width));
    unitRadius.set(boxRounding.subarray(width));
    attention.heads.forEach((head, h) => {
      const sum = this.sums[h]!;
      sum.set(head.base);
      const own = attention.contributions[h]!;
      for (let key = attention.fixed, cell = 0; key < attention.known.length; key += 2, cell++) {
        const from = (key + ((contents >> cell) & 1)) * stride;
        for (let d = 0; d < stride; d++) sum[d]! += own[from + d]!;
      }
      const whole = 1 / sum[0]!;
      const least = 1 / (sum[0]! - head.swing);
      for (let d = 0; d < width; d++) {
        const value = sum[1 + d]! * whole;
        x[d]! += value;
        radius[d]! += (head.reach[d]! + Math.abs(value - head.reference[d]!) * head.swing) * least;
      }
      for (let i = 0; i < inner; i++) {
        const value = sum[1 + width + i]! * whole;
        z[i]! += value;
        unitRadius[i]! +=
          (head.reach[width + i]! + Math.abs(value - head.reference[width + i]!) * head.swing) *
          least;
      }
    });
    attention.heads.forEach((head, h) => this.addWeightRounding(head, h, contents));
    return attention.heads.every((head, h) => this.sums[h]![0]! > head.swing);
  }

  /** What rounding of the known keys' weights does: each pulls towards its own effect. */
  private addWeightRounding(head: HeadBound, h: number, contents: number): void {
    const { width, inner } = this.setting.model;
    const { attention, roundingRadius, unitRadius } = this;
    const stride = 1 + width + inner;
    const sum = this.sums[h]!;
    const own = attention.contributions[h]!;
    const inflation = 1 + (2 * head.swing) / (sum[0]! - head.swing);
    for (let key = 0; key < attention.known.length; key++) {
      const cell = (key - attention.fixed) >> 1;
      if (key >= attention.fixed && ((contents >> cell) & 1) !== ((key - attention.fixed) & 1)) {
        continue;
      }
      const at = key * stride;
      const weight = own[at]! / sum[0]!;
      const factor = (head.knownErrors[key]! * SECOND_ORDER * inflation) / sum[0]!;
      for (let d = 0; d < width; d++) {
        roundingRadius[d]! += Math.abs(own[at + 1 + d]! - weight * sum[1 + d]!) * factor;
      }
      for (let i = width; i < width + inner; i++) {
        unitRadius[i - width]! += Math.abs(own[at + 1 + i]! - weight * sum[1 + i]!) * factor;
      }
    }
  }

  /** The feed-forward layer at the centre, and how far its inputs move. */
  private expand(): Remainder {
    const { model, directions } = this.setting;
    const { width, inner, epsilon } = model;
    const { x, radius, roundingRadius, z, unitRadius } = this;
    let norm = 0;
    let along = 0;
    let reach = 0;
    for (let d = 0; d < width; d++) {
      const r = radius[d]! + roundingRadius[d]!;
      norm += x[d]! * x[d]!;
      along += Math.abs(x[d]!) * r;
      reach += r * r;
    }
    const variance = norm / width + epsilon;
    const deviation = Math.sqrt(variance);
    // 1/σ = (1 - x·δ / (n σ²) + rest) / σ
    const tilt = along / (width * variance);
    const change = 2 * tilt + reach / (width * variance);
    const rest =
      change < 0.5
        ? reach / (2 * width * variance) + 0.375 * change * change * (1 - change) ** -2.5
        : Infinity;
    const rounding = normErrors(width, this.rawMean, variance);
    let spread = 0; // of the residual stream behind the layer
    for (let i = 0; i < inner; i++) {
      const looked = z[i]! / deviation;
      const input = looked + directions.unitBias[i]!;
      const moved = unitRadius[i]! / deviation;
      const second = Math.abs(looked) * rest + moved * (tilt + rest);
      const rounded =
        (gamma(width + 2) * directions.unitSize[i]! +
          rounding.scale * Math.abs(looked) +
          (rounding.mean * Math.abs(directions.unitGainSum[i]!)) / deviation +
          8 * UNIT * directions.unitSize[i]!) *
        SECOND_ORDER;
      const whole = moved + Math.abs(looked) * tilt + second + rounded;
      const phi = distribution(input);
      const hidden = input * phi;
      const slope = phi + input * density(input);
      const curve = boundCurve(Math.abs(input) - whole) * whole * whole;
      const kernel = Math.abs(input) * (ERF_ERROR / 2 + 6 * UNIT) + whole * ERF_ERROR;
      this.hidden[i] = hidden;
      this.slope[i] = slope;
      this.curve[i] = Math.abs(slope) * second + curve;
      this.unitRounding[i] = Math.abs(slope) * rounded + kernel * SECOND_ORDER;
      this.z[i] = looked;
      spread +=
        (Math.abs(slope) * whole + curve + this.unitRounding[i]!) * directions.contractNorm[i]!;
    }
    return { deviation, variance, shift: Math.sqrt(reach) + spread, ...this.finish() };
  }

  /** The last normalisation's deviation at the centre. */
  private finish(): { lastDeviation: number; lastMean: number } {
    const { directions, model } = this.setting;
    const { width, inner, epsilon } = model;
    const { last, x, hidden } = this;
    let mean = this.rawMean + Math.abs(directions.contractBiasMean);
    for (let d = 0; d < width; d++) last[d] = x[d]! + directions.contractBias[d]!;
    for (let i = 0; i < inner; i++) {
      const value = hidden[i]!;
      mean += Math.abs(value * directions.contractMean[i]!);
      const from = i * width;
      for (let d = 0; d < width; d++) last[d]! += value * directions.contract[from + d]!;
    }
    let norm = 0;
    for (let d = 0; d < width; d++) norm += last[d]! * last[d]!;
    return { lastDeviation: Math.sqrt(norm / width + epsilon), lastMean: mean };
  }

  /** One token against another, first by boxes, then, where that says too little, along one direction. */
  private compete(
    contest: Contest,
    contents: number,
    remainder: Remainder,
    enough: number,
  ): MarginBound {
    const { model, directions } = this.setting;
    const { width, inner } = model;
    const { last, x, z, slope, hidden } = this;
    let centre = 0;
    let streamSize = this.rawMean * 2;
    for (let d = 0; d < width; d++) {
      centre += contest.direction[d]! * last[d]!;
      streamSize +=
        Math.abs(contest.direction[d]!) *
        (Math.abs(x[d]!) + Math.abs(directions.contractBias[d]!) + remainder.lastMean);
    }
    let curve = 0;
    let rounded = 0;
    let hiddenSize = 0;
    for (let i = 0; i < inner; i++) {
      const effect = Math.abs(contest.units[i]!);
      curve += effect * this.curve[i]!;
      rounded += effect * this.unitRounding[i]!;
      hiddenSize += Math.abs(hidden[i]!) * contest.unitSizes[i]!;
    }
    rounded += gamma(inner + 4) * (hiddenSize + streamSize) * SECOND_ORDER;

    // the direction along which the logits' difference moves to first order
    const direction = contest.direction.slice();
    let turned = 0;
    for (let i = 0; i < inner; i++) {
      const factor = (contest.units[i]! * slope[i]!) / remainder.deviation;
      turned += factor * z[i]!;
      const from = i * width;
      for (let d = 0; d < width; d++) direction[d]! += factor * directions.units[from + d]!;
    }
    const back =
      (turned * remainder.deviation) / (width * remainder.variance) / remainder.deviation;
    for (let d = 0; d < width; d++) direction[d]! -= back * x[d]!;

    let box = 0;
    for (let d = 0; d < width; d++) box += Math.abs(direction[d]!) * this.radius[d]!;
    const attentionRounding = this.attentionRounding(direction, contents);
    rounded += attentionRounding;
    const first = this.concludeMargin(contest, remainder, centre, box + curve, rounded);
    if (first.margin > enough) return first;
    const exact = this.reachAlong(direction) * (1 + 2 * UNIT);
    return this.concludeMargin(contest, remainder, centre, Math.min(box, exact) + curve, rounded);
  }

  /** Divides by the last deviation, whichever within its reach is worst. */
  private concludeMargin(
    contest: Contest,
    { lastDeviation, lastMean, shift }: Remainder,
    centre: number,
    taken: number,
    rounded: number,
  ): MarginBound {
    const { width } = this.setting.model;
    const off = shift / Math.sqrt(width);
    const conclude = (low: number): number => {
      const deviation = low > 0 ? lastDeviation + off : Math.max(lastDeviation - off, 1e-300);
      return low / deviation + contest.bias;
    };
    const variance = lastDeviation ** 2;
    const errors = normErrors(width, lastMean, variance);
    const logits =
      (errors.scale * Math.abs(centre / lastDeviation) +
        (errors.mean * Math.abs(contest.gainSum)) / lastDeviation +
        (gamma(width + 2) + 8 * UNIT) * contest.logitSize) *
      SECOND_ORDER;
    const exact = conclude(centre - taken);
    const margin = conclude(centre - taken - rounded) - logits;
    return {
      margin,
      centre: centre / lastDeviation + contest.bias,
      rounding: exact - margin,
      rival: contest.loser,
    };
  }

  /** How far rounding up to the residual stream moves it along a direction. */
  private attentionRounding(direction: Float64Array, contents: number): number {
    const { model, directions, extremes } = this.setting;
    const { width, inner, size } = model;
    const { attention } = this;
    const stride = 1 + width + inner;
    let whole = 0;
    for (let d = 0; d < width; d++) whole += Math.abs(direction[d]!) * this.projectError[d]!;
    attention.heads.forEach((head, h) => {
      const sum = this.sums[h]!;
      const own = attention.contributions[h]!;
      const middle = alongEffect(direction, sum, 0, width) / sum[0]!;
      const inflation = 1 + (2 * head.swing) / (sum[0]! - head.swing);
      let moved = head.commonError * Math.abs(middle);
      const addKey = (key: number): void => {
        const at = key * stride;
        const away = alongEffect(direction, own, at, width) - middle * own[at]!;
        moved += (head.knownErrors[key]! * Math.abs(away)) / sum[0]!;
      };
      for (let key = 0; key < attention.fixed; key++) addKey(key);
      for (let key = attention.fixed, cell = 0; key < attention.known.length; key += 2, cell++) {
        addKey(key + ((contents >> cell) & 1));
      }
      let far = 0;
      for (let d = 0; d < width; d++) {
        far += Math.abs(direction[d]!) * extremes.effect[h * (width + inner) + d]!;
      }
      // the free keys' own rounding, and what they do to the centre that the known keys' is measured from
      moved += 2 * head.freeShare * (head.freeError + head.weightError) * far;
      for (let o = 0; o < size; o++) {
        let effect = 0;
        const from = (h * size + o) * width;
        for (let d = 0; d < width; d++) effect += direction[d]! * directions.project[from + d]!;
        moved += head.outputError[o]! * Math.abs(effect);
      }
      whole += moved * inflation;
    });
    return whole * SECOND_ORDER;
  }

  /** How far the free keys move the residual stream along a direction: the zonotope's own reach. */
  private reachAlong(direction: Float64Array): number {
    const { model, table } = this.setting;
    const { width, inner, heads } = model;
    let whole = 0;
    this.attention.heads.forEach((head, h) => {
      const sum = this.sums[h]!;
      const middle = alongEffect(direction, sum, 0, width) / sum[0]!;
      let reach = head.lightWeight * this.lightReach(direction, head, h, middle);
      for (let i = 0; i < head.keys.length; i++) {
        const at = (2 * head.keys[i]! * heads + h) * (width + inner) - 1;
        const none = alongEffect(direction, table.effect, at, width);
        const one = alongEffect(direction, table.effect, at + heads * (width + inner), width);
        const swing = head.weights[3 * i]!;
        const moved = (head.weights[3 * i + 2]! * one - head.weights[3 * i + 1]! * none) / 2;
        reach += Math.abs(moved - middle * swing);
      }
      whole += reach / (sum[0]! - head.swing);
    });
    return whole;
  }

  private lightReach(direction: Float64Array, _: HeadBound, h: number, middle: number): number {
    const { model, extremes } = this.setting;
    const { width, inner } = model;
    let most = Math.abs(middle);
    for (let d = 0; d < width; d++) {
      most += Math.abs(direction[d]!) * extremes.effect[h * (width + inner) + d]!;
    }
    return most;
  }
}

interface Remainder {
  /** σ and σ² of the second normalisation at the centre. */
  readonly deviation: number;
  readonly variance: number;
  /** How far the last residual stream moves, as a norm. */
  readonly shift: number;
  readonly lastDeviation: number;
  /** The largest mean of the last residual stream. */
  readonly lastMean: number;
}

/** Half of GELU's second derivative, at most, over all |z| from `least` on. */
function boundCurve(least: number): number {
  if (least <= 0) return 1 / Math.sqrt(2 * Math.PI);
  const here = (density(least) * Math.abs(2 - least * least)) / 2;
  return least >= 2 ? here : Math.max(here, OUTER_CURVE);
}

/** Inner product with the shift that stands behind the weight at `at`. */
function alongEffect(
  direction: Float64Array,
  values: Float64Array,
  at: number,
  width: number,
): number {
  let sum = 0;
  for (let d = 0; d < width; d++) sum += direction[d]! * values[at + 1 + d]!;
  return sum;
}
