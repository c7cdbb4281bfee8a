/**
 * The residual stream behind attention in one case: all cells of a neighbourhood have their contents, and
 * the free keys any. It is known up to a box, and along a direction more exactly.
 */

import type { AttentionBound, HeadBound, TokenExtremes } from './attention-bound.js';
import type { Directions } from './directions.js';
import type { OneLayer } from './one-layer.js';
import { gamma, SECOND_ORDER, UNIT } from './rounding.js';
import type { TokenTable } from './token-table.js';

/** What the bounds of one size are made from. */
export interface Setting {
  readonly model: OneLayer;
  readonly directions: Directions;
  readonly table: TokenTable;
  readonly extremes: TokenExtremes;
}

/** One head in a case; all but the first are `[width + inner]`: shift of the stream, then of what hidden units look at. */
interface HeadCase {
  /** Weight and weighted effects at the centre. */
  readonly sum: Float64Array;
  /** The effects over the weight. */
  readonly middle: Float64Array;
  /** How far free keys and the rounding of weights move them. */
  readonly free: Float64Array;
  readonly rounding: Float64Array;
}

/** Cells up to which a head's cases are kept. */
const FEW_CELLS = 6;

/** The cases of one answer token; `enter` goes to one of them. */
export class AttentionCase {
  /** The centre, without its mean, `[width]`. */
  readonly x: Float64Array;
  /** The box around it: what free keys do, and what rounding does. */
  readonly freeRadius: Float64Array;
  readonly roundingRadius: Float64Array;
  /** The centre as hidden units look at it, before the normalisation's scale, `[inner]`; and its reach. */
  readonly looks: Float64Array;
  readonly lookRadius: Float64Array;
  /** The largest mean that the centre leaves out. */
  readonly mean: number;

  private readonly start: Float64Array;
  private readonly startLooks: Float64Array;
  /** Rounding that is the same in all cases: of attention's projection, and with it, `[width + inner]`. */
  private readonly projectError: Float64Array;
  private readonly constantRounding: Float64Array;
  /** For each head the weight and the weighted effects of the case's centre. */
  private readonly sums: Float64Array[] = [];
  /** For each head what was met, by the contents of the cells that are not too light for it. */
  private readonly headCases: readonly HeadCase[][];
  private contents = 0;

  constructor(
    private readonly setting: Setting,
    private readonly attention: AttentionBound,
  ) {
    const { model, directions, table } = setting;
    const { width, inner } = model;
    this.x = new Float64Array(width);
    this.freeRadius = new Float64Array(width);
    this.roundingRadius = new Float64Array(width);
    this.looks = new Float64Array(inner);
    this.lookRadius = new Float64Array(inner);
    this.headCases = attention.heads.map(() => []);
    const own = table.residual.subarray(attention.self * width, (attention.self + 1) * width);
    this.start = own.map((value, d) => value + directions.projectBias[d]!);
    this.startLooks = Float64Array.from({ length: inner }, (_, i) =>
      alongEffect(this.start, directions.units, i * width - 1, width),
    );
    this.mean = this.boundMean();
    this.projectError = this.boundProjection();
    this.constantRounding = this.boundConstantRounding();
  }

  /**
   * Goes to a case: bit i of `contents` is the content of its i-th cell.
   * @returns false where the free keys weigh so much that nothing can be said
   */
  enter(contents: number): boolean {
    const { width, inner } = this.setting.model;
    const { attention, x, freeRadius, roundingRadius, looks, lookRadius, constantRounding } = this;
    this.contents = contents;
    x.set(this.start);
    looks.set(this.startLooks);
    freeRadius.fill(0);
    roundingRadius.set(constantRounding.subarray(0, width));
    lookRadius.set(constantRounding.subarray(width));
    for (let h = 0; h < attention.heads.length; h++) {
      const { sum, middle, free, rounding } = this.findHeadCase(h);
      if (!(sum[0]! - attention.heads[h]!.swing > 0)) return false;
      this.sums[h] = sum;
      for (let d = 0; d < width; d++) {
        x[d]! += middle[d]!;
        freeRadius[d]! += free[d]!;
        roundingRadius[d]! += rounding[d]!;
      }
      for (let i = 0, d = width; i < inner; i++, d++) {
        looks[i]! += middle[d]!;
        lookRadius[i]! += free[d]! + rounding[d]!;
      }
    }
    return true;
  }

  /** One head in the case: where few cells are not too light for it, it has met the same before. */
  private findHeadCase(h: number): HeadCase {
    const { cellKeys } = this.attention.heads[h]!;
    if (cellKeys.length > 2 * FEW_CELLS) return this.openHeadCase(h);
    let bits = 0;
    for (let i = 0; i < cellKeys.length; i += 2) bits = 2 * bits + this.contentOf(cellKeys[i]!);
    const met = this.headCases[h]!;
    const found = met[bits] ?? this.openHeadCase(h);
    met[bits] = found;
    return found;
  }

  private openHeadCase(h: number): HeadCase {
    const { width, inner } = this.setting.model;
    const head = this.attention.heads[h]!;
    const own = this.attention.contributions[h]!;
    const columns = width + inner;
    const stride = 1 + columns;
    const sum = head.base.slice();
    this.forEachCellKey(head, (key) => {
      for (let d = 0, at = key * stride; d < stride; d++, at++) sum[d]! += own[at]!;
    });
    const least = sum[0]! - head.swing;
    const middle = new Float64Array(columns);
    const free = new Float64Array(columns);
    const rounding = new Float64Array(columns);
    for (let d = 0; d < columns; d++) {
      const value = sum[1 + d]! / sum[0]!;
      middle[d] = value;
      free[d] = (head.reach[d]! + Math.abs(value - head.reference[d]!) * head.swing) / least;
    }
    // rounding of the known keys' weights: each pulls towards its own effect
    const scale = (SECOND_ORDER * inflate(head, sum)) / sum[0]!;
    this.forEachKey(head, (key) => {
      const at = key * stride + 1;
      const share = own[key * stride]! / sum[0]!;
      const factor = head.knownErrors[key]! * scale;
      for (let d = 0; d < columns; d++) {
        rounding[d]! += Math.abs(own[at + d]! - share * sum[1 + d]!) * factor;
      }
    });
    return { sum, middle, free, rounding };
  }

  /** How far the free keys move the stream along a direction: the zonotope's own reach. */
  reachAlong(direction: Float64Array): number {
    const { model, table, extremes } = this.setting;
    const { width, inner, heads } = model;
    const columns = width + inner;
    let whole = 0;
    for (const [h, head] of this.attention.heads.entries()) {
      const sum = this.sums[h]!;
      const middle = alongEffect(direction, sum, 0, width) / sum[0]!;
      const farthest = alongSizes(direction, extremes.effect, h * columns, width);
      let reach = head.lightWeight * (farthest + Math.abs(middle));
      for (let i = 0; i < head.keys.length; i++) {
        const at = (2 * head.keys[i]! * heads + h) * columns - 1;
        const none = alongEffect(direction, table.effect, at, width);
        const one = alongEffect(direction, table.effect, at + heads * columns, width);
        const swing = head.weights[3 * i]!;
        const moved = (head.weights[3 * i + 2]! * one - head.weights[3 * i + 1]! * none) / 2;
        reach += Math.abs(moved - middle * swing);
      }
      whole += reach / (sum[0]! - head.swing);
    }
    return whole;
  }

  /** How far rounding moves the stream along a direction. */
  roundingAlong(direction: Float64Array): number {
    const { model, directions, extremes } = this.setting;
    const { width, inner, size } = model;
    const { attention } = this;
    const stride = 1 + width + inner;
    let whole = alongSizes(direction, this.projectError, 0, width);
    for (const [h, head] of attention.heads.entries()) {
      const sum = this.sums[h]!;
      const own = attention.contributions[h]!;
      const middle = alongEffect(direction, sum, 0, width) / sum[0]!;
      const farthest = alongSizes(direction, extremes.effect, h * (width + inner), width);
      let moved = head.commonError * Math.abs(middle) + freeRounding(head) * farthest;
      this.forEachKey(head, (key) => {
        const at = key * stride;
        const away = alongEffect(direction, own, at, width) - middle * own[at]!;
        moved += (head.knownErrors[key]! * Math.abs(away)) / sum[0]!;
      });
      for (let o = 0; o < size; o++) {
        const from = (h * size + o) * width - 1;
        const effect = alongEffect(direction, directions.project, from, width);
        moved += head.outputError[o]! * Math.abs(effect);
      }
      whole += moved * inflate(head, sum);
    }
    return whole * SECOND_ORDER;
  }

  /** The known keys of the case that are not too light for one head. */
  private forEachKey(head: HeadBound, visit: (key: number) => void): void {
    head.fixedKeys.forEach(visit);
    this.forEachCellKey(head, visit);
  }

  private forEachCellKey({ cellKeys }: HeadBound, visit: (key: number) => void): void {
    for (let i = 0; i < cellKeys.length; i += 2) {
      const first = cellKeys[i]!;
      visit(first + this.contentOf(first));
    }
  }

  /** What the cell has in the case that the first of a pair of known keys stands for. */
  private contentOf(first: number): number {
    return (this.contents >> ((first - this.attention.fixed) / 2)) & 1;
  }

  private boundMean(): number {
    const { model, table } = this.setting;
    const { heads, project, width } = model;
    let mean = Math.abs(table.residualMean[this.attention.self]!);
    mean += Math.abs(project.bias.reduce((sum, value) => sum + value / width, 0));
    for (let head = 0; head < heads; head++) {
      let most = 0;
      for (let at = head; at < table.effectMean.length; at += heads) {
        most = Math.max(most, Math.abs(table.effectMean[at]!));
      }
      mean += most;
    }
    return mean;
  }

  /** Rounding of attention's projection, of the sum with the token's embedding, and of the latter. */
  private boundProjection(): Float64Array {
    const { model, table, extremes } = this.setting;
    const { width, heads, size, project } = model;
    const { self, known } = this.attention;
    const across = heads * size;
    const sizes = project.bias.map(Math.abs);
    for (let o = 0; o < across; o++) {
      const { freeShare } = this.attention.heads[Math.floor(o / size)]!;
      let most = 0;
      for (const key of known) most = Math.max(most, Math.abs(table.value[key * across + o]!));
      most += freeShare * extremes.value[o]!;
      for (let d = 0; d < width; d++) sizes[d]! += most * Math.abs(project.weight[o * width + d]!);
    }
    return sizes.map((terms, d) => {
      const at = self * width + d;
      const own = Math.abs(table.residual[at]!) + Math.abs(table.residualMean[self]!);
      const sum = gamma(across + 2) * terms + UNIT * (own + terms);
      return (sum + table.residualError[at]!) * SECOND_ORDER;
    });
  }

  private boundConstantRounding(): Float64Array {
    const { model, directions, extremes } = this.setting;
    const { width, inner, heads, size } = model;
    const across = heads * size;
    const box = new Float64Array(width + inner);
    box.set(this.projectError);
    for (let i = 0; i < inner; i++) {
      box[width + i] = alongSizes(this.projectError, directions.units, i * width, width);
    }
    for (const [h, head] of this.attention.heads.entries()) {
      const share = head.commonError + freeRounding(head);
      for (let d = 0; d < width + inner; d++) {
        box[d]! += share * extremes.effect[h * (width + inner) + d]!;
      }
      for (let o = 0; o < size; o++) {
        const error = head.outputError[o]!;
        const column = h * size + o;
        for (let d = 0; d < width; d++) {
          box[d]! += error * Math.abs(directions.project[column * width + d]!);
        }
        for (let i = 0; i < inner; i++) {
          box[width + i]! += error * directions.unitsFromHeads[i * across + column]!;
        }
      }
    }
    return box.map((value) => value * SECOND_ORDER);
  }
}

/**
 * Rounding of the free keys' weights, and what the known keys' rounding does because the free keys have
 * moved the centre; as a share of the largest effect.
 */
function freeRounding({ freeShare, freeError, weightError, commonError }: HeadBound): number {
  return 4 * freeShare * (freeError + weightError + commonError);
}

/** By how much shares of attention may be larger than at the centre. */
function inflate({ swing }: HeadBound, sum: Float64Array): number {
  return 1 + (2 * swing) / (sum[0]! - swing);
}

/** Inner product with the effect that stands behind the weight at `at`. */
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

/** The same of sizes, from `at` on. */
function alongSizes(
  direction: Float64Array,
  values: Float64Array,
  at: number,
  width: number,
): number {
  let sum = 0;
  for (let d = 0; d < width; d++) sum += Math.abs(direction[d]! * values[at + d]!);
  return sum;
}
