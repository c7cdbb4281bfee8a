/** Bounds the look-up: how much of it falls on the right bit of the rule at least, wherever the streams of a class may lie. */

import { RULE_AXES, type RuleForm } from '@lifegpt/core';
import type { Arithmetic } from './arithmetic.js';

/** Whether a bound is worse than another; one that is no number is the worst. */
export function isLess(bound: number, other: number): boolean {
  return !Number.isNaN(other) && !(bound >= other);
}

/** Where streams of a class may lie. */
export interface Known {
  /** The nine cells, by index of `cells`; -1 where nothing lives. */
  readonly nine: readonly number[];
  /** `[cells of the neighbourhood][outcome]`: what each adds when it lives. */
  readonly cells: readonly Float64Array[];
  /** What all have, whatever the board: outcomes with all of the neighbourhood dead. */
  readonly rest: readonly [lo: Float64Array, hi: Float64Array];
}

/** How much of a look-up falls on the right bit, in the worst case. */
export interface LeastShare {
  readonly share: number;
  /** The case: the nine cells for a table (bits in reading order), or the state and the count. */
  readonly worst: string;
}

/** How far scores of the look-up may be off, where a stream lies at most so far out on each axis. */
function roundScores(
  { unit, exp }: Arithmetic,
  form: RuleForm,
  sharpness: Float64Array,
  farthest: (axis: number) => number,
): number {
  return RULE_AXES.reduce((sum, axis, a) => {
    if (axis.form !== form) return sum;
    return sum + (18 * unit + 2 * exp) * sharpness[a]! * (farthest(a) + axis.places - 1) ** 2;
  }, 0);
}

/** What the softmax and its sum make of shares. */
const roundShares = ({ unit, exp }: Arithmetic, bits: number, spread: number): number =>
  2 * exp + (bits + 8) * unit + 4 * unit * spread;

/**
 * Where streams may lie on the axes of 18 bits: of each state and count (nine times the state and the count) the least and
 * most on the axis of birth and survival, then of the counts.
 */
export function placeCases({
  nine,
  cells,
  rest: [lo, hi],
}: Known): Map<number, [number, number, number, number]> {
  const counts = cells.map((_, c) => nine.filter((cell, i) => cell === c && i !== 4).length);
  const own = nine[4]!;
  const cases = new Map<number, [number, number, number, number]>();
  for (let living = 0; living < 1 << cells.length; living++) {
    let [count, first, second] = [0, 0, 0];
    cells.forEach((row, c) => {
      if (((living >> c) & 1) === 0) return;
      count += counts[c]!;
      first += row[0]!;
      second += row[1]!;
    });
    const key = ((living >> own) & 1) * 9 + count;
    const ends = [first + lo[0]!, first + hi[0]!, second + lo[1]!, second + hi[1]!] as const;
    const known = cases.get(key) ?? ends;
    cases.set(key, [
      Math.min(known[0], ends[0]),
      Math.max(known[1], ends[1]),
      Math.min(known[2], ends[2]),
      Math.max(known[3], ends[3]),
    ]);
  }
  return cases;
}

/** 18 bits: for each state and count, how much of the look-up falls on the bit. */
export function boundCounts(
  known: Known,
  arithmetic: Arithmetic,
  sharpness: Float64Array,
): LeastShare {
  let least: LeastShare = { share: 1, worst: '' };
  for (const [key, [a, b, c, d]] of placeCases(known)) {
    const [state, count] = [Math.floor(key / 9), key % 9];
    const ends = [[a, b] as const, [c, d] as const];
    const off = roundScores(arithmetic, 'counts', sharpness, (axis) =>
      Math.max(...ends[axis]!.map(Math.abs)),
    );
    let [sum, spread] = [0, 0];
    for (let bit = 0; bit < 18; bit++) {
      const place = [Math.floor(bit / 9), bit % 9];
      const apart = [state, count].reduce((total, right, axis) => {
        const step = place[axis]! - right;
        const end = ends[axis]![step > 0 ? 1 : 0];
        return total + sharpness[axis]! * step * (2 * end - place[axis]! - right);
      }, 0);
      spread = Math.max(spread, Math.abs(apart));
      sum += Math.exp(apart + (apart === 0 ? 0 : 2 * off));
    }
    const share = (1 - roundShares(arithmetic, 18, spread)) / sum;
    if (isLess(share, least.share))
      least = { share, worst: `${state === 1 ? 'living' : 'dead'}, ${count} neighbours` };
  }
  return least;
}

/** 512 bits at the corners of a cube: the share of one is a product of nine, of which each hangs on one cell. */
export function boundTable(
  { nine, cells, rest }: Known,
  arithmetic: Arithmetic,
  sharpness: Float64Array,
): LeastShare {
  const [lo, hi] = rest;
  let [share, worst, spread] = [1, '', 0];
  const out: number[] = [0, 0];
  for (let i = 0; i < 9; i++) {
    const axis = 2 + i;
    let [least, most] = [lo[axis]!, hi[axis]!];
    cells.forEach((row, c) => {
      if (c === nine[i]) return;
      least += Math.min(0, row[axis]!);
      most += Math.max(0, row[axis]!);
    });
    const living = nine[i]! < 0 ? null : cells[nine[i]!]![axis]!;
    // where the cell is dead the stream has to lie nearer to 0, and where it lives nearer to 1
    const ifDead = sharpness[axis]! * (2 * most - 1);
    const ifAlive = living === null ? -Infinity : -sharpness[axis]! * (2 * (least + living) - 1);
    const against = Math.max(ifDead, ifAlive);
    worst += ifDead >= ifAlive ? '0' : '1';
    share /= 1 + Math.exp(against);
    out.push(
      Math.max(
        Math.abs(least),
        Math.abs(most),
        Math.abs(least + (living ?? 0)),
        Math.abs(most + (living ?? 0)),
      ),
    );
    spread += sharpness[axis]! * (2 * out[axis]! + 1);
  }
  const off = roundScores(arithmetic, 'table', sharpness, (axis) => out[axis]!);
  return {
    share: share * Math.exp(-2 * off) * (1 - roundShares(arithmetic, 512, spread)),
    worst,
  };
}
