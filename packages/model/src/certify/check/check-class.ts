/** The least lead of the right token over any other in a class, in fixed point. */

import { FORM_BITS, RULE_AXES, type RuleForm } from '@lifegpt/core';
import type { CertifiedForm } from '../certificate.js';
import type { CheckedModel, Outcome } from './check-model.js';
import type { CheckedLook } from './checked-look.js';
import { type CornerClass, readAxis, readNeighbourhood, readTouches } from './corner-class.js';
import { exponential, least, magnitude, most, ONE, over, times, toNumber } from './fixed.js';
import type { Ends } from './rounded.js';

/** What a class comes to under rules of both forms. */
export type CheckedClass = Readonly<Record<RuleForm, Omit<CertifiedForm, 'failed'>>>;

/** A cell's smaller shares count for anything. */
const SMALL_SHARE = ONE >> 16n;
const AXES = RULE_AXES.length;
const REFERENCES = [0, 1, 2, 3, 4];

/** Checks a class. */
export function checkClass(
  model: CheckedModel,
  cells: CornerClass,
  look: CheckedLook,
): CheckedClass {
  const nine = readNeighbourhood(cells);
  const own = [...new Set(nine.filter((place) => place !== null))];
  const spread = addUp(model, cells, look, own);
  const known: Known = {
    nine: nine.map((place) => (place === null ? -1 : own.indexOf(place))),
    ...spread,
  };
  return {
    counts: finish(model, 'counts', known, boundCounts(model, known)),
    table: finish(model, 'table', known, boundTable(model, known)),
  };
}

/** What is read: the neighbourhood's cells, and the rest between two ends. */
interface Known {
  /** Indices of the cells of the neighbourhood; -1 where nothing lives. */
  readonly nine: readonly number[];
  readonly stencil: readonly bigint[][];
  readonly lo: readonly bigint[];
  readonly hi: readonly bigint[];
}

/** What a head has on a cell. */
interface CellMass {
  lo: bigint;
  hi: bigint;
}

/** Masses by cell and head. */
class Masses {
  readonly cells = new Map<string, Map<number, CellMass>>();

  add(cell: string, head: number, [lo, hi]: Ends): void {
    const byHead = this.cells.get(cell) ?? new Map<number, CellMass>();
    this.cells.set(cell, byHead);
    const known = byHead.get(head) ?? { lo: 0n, hi: 0n };
    byHead.set(head, known);
    known.lo += lo;
    known.hi += hi;
  }
}

function addUp(
  model: CheckedModel,
  cells: CornerClass,
  look: CheckedLook,
  own: readonly string[],
): Omit<Known, 'nine'> {
  const { heads, brought, sink, gates } = model;
  const outcomes = model.own[0].length;
  const given = new Masses();
  const answer = new Masses();
  const mayStartAt = new Set<string>();
  const mayStart = Array<boolean>(heads).fill(false);
  const total = Array.from({ length: heads }, (): CellMass => ({ lo: sink[0], hi: sink[1] }));
  const doubtful = [...look.rest];
  const reached = [-3, -2, -1, 0, 1, 2, 3];
  const [rows, columns] = ([0, 1] as const).map((axis) =>
    REFERENCES.map((reference) =>
      reached.map((offset) => readAxis(cells, axis, reference, offset)),
    ),
  );

  for (const { rowReference, columnReference, down, right, head, mass } of look.masses) {
    const row = rows![rowReference]![down + 3]!;
    const column = columns![columnReference]![right + 3]!;
    if (row.isOn === false || column.isOn === false) continue;
    const isSure = row.isOn === true && column.isOn === true;
    const isEarlier = row.side === 0 ? column.isUpTo : row.side === null ? null : row.side < 0;
    const cell = `${row.name} / ${column.name}`;
    const [onGiven, onAnswer] = gates[head]!.map(([lo, hi]): Ends => [
      times(mass[0], lo),
      times(mass[1], hi) + 1n,
    ]) as [Ends, Ends];
    const put = (masses: Masses, ends: Ends): void => {
      masses.add(cell, head, ends);
      total[head]!.lo += ends[0];
      total[head]!.hi += ends[1];
    };
    if (isSure) put(given, onGiven);
    else doubtful[head]! += onGiven[1];
    if (isEarlier === false) continue;
    const isStart = row.mayBeFirst && column.mayBeFirst;
    if (isSure && isEarlier === true) {
      put(answer, onAnswer);
      if (isStart) mayStartAt.add(cell);
    } else {
      doubtful[head]! += onAnswer[1];
      if (isStart) mayStart[head] = true;
    }
  }

  const isFirst = readTouches(cells)[0] === true && readTouches(cells)[2] === true;
  const starting = isFirst ? [model.own[2]] : [model.own[0], model.own[1]];
  const lo = model.own[0].map((_, o) => starting.map((row) => row[o]!).reduce(least));
  const hi = model.own[0].map((_, o) => starting.map((row) => row[o]!).reduce(most));
  const slight = Array<bigint>(heads).fill(0n);
  const unsure = Array<bigint>(heads).fill(0n);
  const stencil = own.map(() => Array<bigint>(outcomes).fill(0n));

  const shareOf = (head: number, mass: CellMass): Ends => [
    over(mass.lo, total[head]!.hi),
    over(mass.hi, total[head]!.lo) + 1n,
  ];
  const add = (sum: bigint[], share: bigint, one: Outcome, other: Outcome): void => {
    for (let o = 0; o < outcomes; o++) sum[o]! += share * (one[o]! - other[o]!);
  };
  const widen = (sums: readonly (readonly bigint[])[]): void => {
    for (let o = 0; o < outcomes; o++) {
      lo[o]! += times(sums.map((sum) => sum[o]!).reduce(least, 0n), 1n);
      hi[o]! += times(sums.map((sum) => sum[o]!).reduce(most, 0n), 1n) + 1n;
    }
  };
  for (const [cell, byHead] of given.cells) {
    const at = own.indexOf(cell);
    const sum = at < 0 ? Array<bigint>(outcomes).fill(0n) : stencil[at]!;
    for (const [head, mass] of byHead) {
      const [from, to] = shareOf(head, mass);
      if (at < 0 && to < SMALL_SHARE) {
        slight[head]! += to;
        continue;
      }
      unsure[head]! += (to - from) / 2n + 1n;
      add(sum, (from + to) / 2n, brought[1][head]!, brought[0][head]!);
    }
    if (at < 0) widen([sum]);
  }
  for (const [cell, byHead] of answer.cells) {
    const isStart = mayStartAt.has(cell);
    const [sum, ifStart] = [Array<bigint>(outcomes).fill(0n), Array<bigint>(outcomes).fill(0n)];
    for (const [head, mass] of byHead) {
      if (isStart) mayStart[head] = true;
      const [from, to] = shareOf(head, mass);
      if (to < SMALL_SHARE) {
        slight[head]! += to;
        continue;
      }
      unsure[head]! += (to - from) / 2n + 1n;
      add(sum, (from + to) / 2n, brought[1][head]!, brought[0][head]!);
      if (isStart) add(ifStart, (from + to) / 2n, brought[2][head]!, brought[0][head]!);
    }
    widen(isStart ? [sum, ifStart] : [sum]);
  }
  for (let head = 0; head < heads; head++) {
    const { lo: totalLo, hi: totalHi } = total[head]!;
    const from = most(0n, ONE - over(sink[1], totalLo) - 1n);
    const to = most(0n, ONE - over(sink[0], totalHi));
    const [middle, off] = [(from + to) / 2n, (to - from) / 2n + 1n];
    const doubt = over(doubtful[head]!, totalLo + doubtful[head]!) + 1n;
    const leftOut = over(look.rest[head]!, totalLo) + 1n;
    for (let o = 0; o < outcomes; o++) {
      const [d, a, s] = [brought[0][head]![o]!, brought[1][head]![o]!, brought[2][head]![o]!];
      let [low, high] = d < a ? [d, a] : [a, d];
      if (mayStart[head]) [low, high] = [least(low, s), most(high, s)];
      const wide = times(off, magnitude(d)) + times(unsure[head]!, high - low) + 2n;
      const surely = [
        least(times(from, low), times(to, low)),
        most(times(from, high), times(to, high)) + 1n,
      ] as const;
      const base = times(middle, d);
      lo[o]! +=
        base -
        wide -
        times(slight[head]!, d - low) +
        times(doubt, least(0n, low - surely[1] - wide)) +
        times(leftOut, least(0n, s - low)) -
        3n;
      hi[o]! +=
        base +
        wide +
        times(slight[head]!, high - d) +
        times(doubt, most(0n, high - surely[0] + wide)) +
        times(leftOut, most(0n, s - high)) +
        4n;
    }
  }
  model.axesOff.forEach((value, axis) => {
    lo[axis]! -= value;
    hi[axis]! += value;
  });
  return { stencil: stencil.map((row) => row.map((sum) => times(sum, 1n))), lo, hi };
}

/** The least share of the look-up on the right bit, and where it is. */
interface Share {
  readonly share: bigint;
  readonly worst: string;
}

/** How far scores may be off, of streams that lie so far out on each axis. */
function roundScores(model: CheckedModel, form: RuleForm, out: (axis: number) => bigint): bigint {
  const { unit, exp } = model.supposed;
  return RULE_AXES.reduce((sum, axis, a) => {
    if (axis.form !== form) return sum;
    const reach = out(a) + (BigInt(axis.places - 1) << 96n);
    return sum + times(18n * unit + 2n * exp, times(model.steepness[a]!, times(reach, reach))) + 1n;
  }, 0n);
}

function roundShares(
  { supposed: { unit, exp } }: CheckedModel,
  form: RuleForm,
  spread: bigint,
): bigint {
  return 2n * exp + BigInt(FORM_BITS[form] + 8) * unit + times(4n * unit, spread) + 1n;
}

function boundCounts(model: CheckedModel, { nine, stencil, lo, hi }: Known): Share {
  const weights = stencil.map((_, cell) => nine.filter((at, i) => at === cell && i !== 4).length);
  const cases = new Map<number, readonly [Ends, Ends]>();
  for (let living = 0; living < 2 ** stencil.length; living++) {
    const alive = stencil.flatMap((_, cell) => ((living >> cell) & 1 ? [cell] : []));
    const count = alive.reduce((sum, cell) => sum + weights[cell]!, 0);
    const sums = [0, 1].map((axis) =>
      alive.reduce((sum, cell) => sum + stencil[cell]![axis]!, 0n),
    ) as [bigint, bigint];
    const key = (alive.includes(nine[4]!) ? 9 : 0) + count;
    const known = cases.get(key);
    cases.set(
      key,
      sums.map((sum, axis): Ends =>
        known === undefined
          ? [sum, sum]
          : [least(known[axis]![0], sum), most(known[axis]![1], sum)],
      ) as unknown as [Ends, Ends],
    );
  }
  let worst: Share = { share: ONE, worst: '' };
  for (const [key, sums] of cases) {
    const right = [Math.floor(key / 9), key % 9];
    const ends = sums.map(([from, to], axis): Ends => [from + lo[axis]!, to + hi[axis]!]);
    const off = roundScores(model, 'counts', (axis) =>
      most(...(ends[axis]!.map(magnitude) as [bigint, bigint])),
    );
    // e^ of how far each place of an axis scores above the right one, at most
    const [onStates, onCounts] = [2, 9].map((places, axis) =>
      Array.from({ length: places }, (_, place) => {
        const step = place - right[axis]!;
        const end = ends[axis]![step > 0 ? 1 : 0];
        const apart =
          BigInt(step) *
          times(model.steepness[axis]!, 2n * end - (BigInt(place + right[axis]!) << 96n));
        return { apart, power: step === 0 ? ONE : exponential(apart)[1] };
      }),
    );
    let [sum, spread] = [0n, 0n];
    const wider = exponential(2n * off)[1];
    for (const state of onStates!) {
      for (const count of onCounts!) {
        const apart = state.apart + count.apart;
        spread = most(spread, magnitude(apart));
        const isRight = state.apart === 0n && count.apart === 0n;
        sum += isRight ? ONE : times(times(state.power, count.power) + 1n, wider) + 1n;
      }
    }
    const share = over(ONE - roundShares(model, 'counts', spread), sum);
    if (share < worst.share) {
      worst = { share, worst: `${right[0] === 1 ? 'living' : 'dead'}, ${right[1]} neighbours` };
    }
  }
  return worst;
}

function boundTable(model: CheckedModel, { nine, stencil, lo, hi }: Known): Share {
  let [share, worst, spread] = [ONE, '', 0n];
  const out = [0n, 0n];
  nine.forEach((at, i) => {
    const axis = 2 + i;
    let [low, high] = [lo[axis]!, hi[axis]!];
    stencil.forEach((row, cell) => {
      if (cell === at) return;
      low += least(0n, row[axis]!);
      high += most(0n, row[axis]!);
    });
    const steep = model.steepness[axis]!;
    const living = at < 0 ? 0n : stencil[at]![axis]!;
    const ifDead = times(steep, 2n * high - ONE) + 1n;
    const ifAlive = at < 0 ? null : 1n - times(steep, 2n * (low + living) - ONE);
    const against = ifAlive === null ? ifDead : most(ifDead, ifAlive);
    worst += ifAlive === null || ifDead >= ifAlive ? '0' : '1';
    share = over(share, ONE + exponential(against)[1]);
    out.push([low, high, low + living, high + living].map(magnitude).reduce(most));
    spread += times(steep, 2n * out[axis]! + ONE) + 1n;
  });
  const off = roundScores(model, 'table', (axis) => out[axis]!);
  const kept = times(share, exponential(-2n * off)[0]);
  return { share: times(kept, ONE - roundShares(model, 'table', spread)), worst };
}

function finish(
  model: CheckedModel,
  form: RuleForm,
  { stencil, lo }: Known,
  { share, worst }: Share,
): Omit<CertifiedForm, 'failed'> & { readonly className: string } {
  const { vocabulary, ids } = model;
  const [unset, set] = model.bits[form];
  const off = model.logitsOff[form];
  let found: { margin: bigint; state: 0 | 1; rival: number } | null = null;
  for (const state of [0, 1] as const) {
    const right = state === 0 ? ids.dead : ids.alive;
    for (let rival = 0; rival < vocabulary; rival++) {
      if (rival === right) continue;
      const o = AXES + state * vocabulary + rival;
      const direct = stencil.reduce((sum, row) => sum + least(0n, row[o]!), lo[o]!);
      const step = set[o]! - unset[o]!;
      const ends = state === 1 ? [share, ONE] : [0n, ONE - share];
      const bits = unset[o]! + ends.map((end) => times(end, step)).reduce(least);
      const margin = direct + bits - off[right]! - off[rival]!;
      if (found === null || margin < found.margin) found = { margin, state, rival };
    }
  }
  const { margin, state, rival } = found!;
  return { margin: toNumber(margin), state, rival, worst, className: '' };
}
