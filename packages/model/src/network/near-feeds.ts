/** Stencils as the tensors that the graph of `near-network.ts` takes, with what float32 may lose on the way. */

import type { RuleForm } from '@lifegpt/core';
import { Tensor } from 'onnxruntime-common';
import type { FoldedLookUp } from './near-look-up.js';
import { COUNTS, NEAR_ROWS } from './near-network.js';
import type { Stencil } from './near-stencil.js';

/** A stencil's numbers, places first to last; those of a run's groups are laid together. */
export interface StencilFeeds {
  readonly places: number;
  /** `[rows, places]` */
  readonly weights: Float32Array;
  /** `[rows]` */
  readonly base: Float32Array;
  /** `[gates]`: by how much the odds of each gate may grow, less one. */
  readonly odds: Float32Array;
  /** `[counts, counts]`, for 18 bits. */
  readonly tilt: Float32Array;
  /** What a margin loses whatever a cell reads; beyond all margins where the slack is too large to say anything. */
  readonly loss: number;
  readonly above: number;
}

/** Half the distance of neighbouring float32 numbers at 1. */
const EPSILON = 2 ** -24;
/** What a sigmoid or an exponential, a few products and a sum of shares lose. */
const SHARE_ROUNDING = 1e-5;
/** What a gate that is nearly shut loses of its own size, times the odds' growth. */
const GATE_ROUNDING = 3e-7;
/** Odds that move by more than e to this say nothing: powers of such size would end float32's range. */
const MOST_MOVED = 30;
/**
 * Below this margin two forward passes of different shape may disagree by rounding, and the position is decided by the
 * sequential reference. Measured differences are below 1e-4.
 */
export const NEAR_TIE_MARGIN = 1e-3;
/** What the bound on other tokens loses. */
const ABOVE_ROUNDING = 1e-3;
/** More than any margin. */
const HOPELESS = 1e30;

/** Numbers of a stencil. */
export function feedStencil(
  { places, weights, base, slack, above }: Stencil,
  { sharpness, ifSet, ifUnset }: FoldedLookUp,
  form: RuleForm,
  [dead, alive]: readonly [number, number],
): StencilFeeds {
  const axes = [...sharpness].filter((value) => value > 0);
  const lead = axes.length;
  /** An output times a number, and one more: a row of the linear part. */
  const row = (output: number, times: number, more: number) => ({
    weights: Float32Array.from(weights, (weight) => times * weight[output]!),
    base: times * base[output]! + more,
  });
  /** Between a place and the one before it scores differ by `2λ (x - middle)`. */
  const gate = (axis: number) => row(axis, 2 * axes[axis]!, -axes[axis]!);
  const scores = (axis: number) =>
    Array.from({ length: COUNTS }, (_, p) => row(axis, 2 * axes[axis]! * p, -axes[axis]! * p * p));
  const unset = ifUnset[alive]! - ifUnset[dead]!;
  const step = ifSet[alive]! - ifSet[dead]! - unset;
  const rows = [
    ...(form === 'counts' ? [gate(0), ...scores(1)] : axes.map((_, axis) => gate(axis))),
    row(lead, 1, unset),
  ];
  /** What a row's sum loses: each term is rounded, and the sum after each. */
  const lost = rows.map(
    (one) =>
      (places.length + 4) *
      2 *
      EPSILON *
      one.weights.reduce((sum, weight) => sum + Math.abs(weight), Math.abs(one.base)),
  );
  const gates = form === 'counts' ? [0] : axes.map((_, axis) => axis);
  const moved = axes.map((lambda, axis) => 2 * lambda * slack[axis]!);
  const growth = gates.map((axis) => moved[axis]! + lost[axis]!);
  const odds = Float32Array.from(growth, (value) => Math.expm1(Math.min(value, MOST_MOVED)));
  const tilts = Array.from({ length: form === 'counts' ? COUNTS ** 2 : 0 }, (_, i) => {
    const [c, p] = [Math.floor(i / COUNTS), i % COUNTS];
    return c === p ? 0 : moved[1]! * Math.abs(p - c) + lost[1 + p]! + lost[1 + c]!;
  });
  const most = Math.max(...growth, ...tilts);
  const isHopeless = !(most <= MOST_MOVED);
  const ofGates = odds.reduce((sum, value) => sum + GATE_ROUNDING * value, SHARE_ROUNDING);
  return {
    places: places.length,
    weights: Float32Array.from(rows.flatMap((one) => [...one.weights])),
    base: Float32Array.from(rows, (one) => one.base),
    odds,
    tilt: Float32Array.from(tilts, (value) => Math.expm1(Math.min(value, MOST_MOVED))),
    loss: isHopeless
      ? HOPELESS
      : NEAR_TIE_MARGIN + slack[lead]! + lost[lead]! + Math.abs(step) * ofGates,
    above: above - ABOVE_ROUNDING,
  };
}

/** How much a set bit adds to `1` over `0`. */
export function stepOfBit(
  { ifSet, ifUnset }: FoldedLookUp,
  [dead, alive]: readonly [number, number],
): number {
  return ifSet[alive]! - ifSet[dead]! - (ifUnset[alive]! - ifUnset[dead]!);
}

/**
 * The groups of a run, a stencil each.
 * @param most places of the one with the most; the others' weights are 0 there
 */
export function feedGroups(
  form: RuleForm,
  groups: readonly StencilFeeds[],
  most: number,
): Record<string, Tensor> {
  const rows = NEAR_ROWS[form];
  const count = groups.length;
  const weights = new Float32Array(count * rows * most);
  groups.forEach((group, g) => {
    for (let row = 0; row < rows; row++) {
      const from = row * group.places;
      weights.set(group.weights.subarray(from, from + group.places), (g * rows + row) * most);
    }
  });
  const lay = (name: 'base' | 'odds' | 'tilt', shape: readonly number[]): Tensor =>
    new Tensor('float32', Float32Array.from(groups.flatMap((one) => [...one[name]])), [
      count,
      ...shape,
    ]);
  const scalars = (name: 'loss' | 'above'): Tensor =>
    new Tensor(
      'float32',
      Float32Array.from(groups, (one) => one[name]),
      [count, 1, 1],
    );
  return {
    weights: new Tensor('float32', weights, [count, rows, most]),
    base: lay('base', [rows, 1]),
    odds: lay('odds', [1, form === 'counts' ? 1 : rows - 1]),
    ...(form === 'counts' ? { tilt: lay('tilt', [COUNTS, COUNTS]) } : {}),
    loss: scalars('loss'),
    above: scalars('above'),
  };
}
