/**
 * Bounds the answers of all cells of a class, for all boards, all rules and whatever the answer's tokens so far: how far the
 * right token's logit lies above every other one at least.
 *
 * The nine cells of the neighbourhood stay apart: what each of them adds to the outcome is known up to rounding. All other
 * cells that a head may read, tokens of the answer, and places that some boards have and others not, make the rest wider,
 * whatever they hold. Two places that are the same cell on some boards alone may hold different states here: that only allows
 * more.
 */

import type { RuleForm } from '@lifegpt/core';
import type { Arithmetic, Interval } from './arithmetic.js';
import type { BoardClass } from './board-class.js';
import { boundCounts, boundTable, isLess, type Known, type LeastShare } from './bound-look-up.js';
import type { Look, Looker } from './look.js';
import { AXES, type Outcomes, type TokenIds } from './outcome.js';
import { readCells, type Masses, type Reading } from './read-cells.js';
import type { Rounding } from './rounding.js';

/** How a class' answers come out under rules of one form. */
export interface FormBound extends LeastShare {
  /** Least lead of the right token over any other, in nats; not above 0 where nothing is proved. */
  readonly margin: number;
  /** The right state where it is least, and the token that comes next. */
  readonly state: 0 | 1;
  readonly rival: number;
}

/** What is known of all cells of a class. */
export interface ClassBound extends Known {
  readonly forms: Readonly<Record<RuleForm, FormBound>>;
}

/** Shares of a cell in a head that are smaller are counted for anything. */
const LEAST_SHARE = 2 ** -16;

/** Bounds classes of one model. */
export interface Bounder {
  bound(cells: BoardClass, look: Look): ClassBound;
}

/** What is the same for all classes of a model. */
export interface BoundParts {
  readonly arithmetic: Arithmetic;
  readonly looker: Looker;
  readonly outcomes: Outcomes;
  readonly rounding: Rounding;
  readonly tokens: TokenIds;
  /** `[axes]`: how steep the look-up is along each axis. */
  readonly sharpness: Float64Array;
}

/** Prepares what is the same for all classes. */
export function openBounder(parts: BoundParts): Bounder {
  const { arithmetic, looker, outcomes, rounding, tokens, sharpness } = parts;
  const size = outcomes.size;
  const vocabulary = (size - AXES) / 2;
  const [ofDead, ofAlive, ofStart] = [tokens.dead, tokens.alive, tokens.start].map(outcomes.bring);
  const heads = ofDead!.length;
  const owns = [tokens.dead, tokens.alive].map(outcomes.own);
  const ownOfStart = outcomes.own(tokens.start);
  const bits = { counts: outcomes.bits('counts'), table: outcomes.bits('table') };

  function bound(cells: BoardClass, look: Look): ClassBound {
    const read = readCells(looker, cells, look);
    const [lo, hi] = [new Float64Array(size), new Float64Array(size)];
    const own = read.isFirst ? [ownOfStart] : owns;
    for (let o = 0; o < size; o++) {
      lo[o] = Math.min(...own.map((row) => row[o]!));
      hi[o] = Math.max(...own.map((row) => row[o]!));
    }
    const stencil = addHeads(read, lo, hi);
    for (let axis = 0; axis < AXES; axis++) {
      lo[axis]! -= rounding.axes[axis]!;
      hi[axis]! += rounding.axes[axis]!;
    }
    const rest = [lo, hi] as const;
    const known = { nine: read.nine, cells: stencil, rest };
    const counts = boundCounts(known, arithmetic, sharpness);
    const table = boundTable(known, arithmetic, sharpness);
    return {
      ...known,
      forms: { counts: finish('counts', known, counts), table: finish('table', known, table) },
    };
  }

  /** Adds what the heads bring: to the cells of the neighbourhood, and to the rest. */
  function addHeads(read: Reading, lo: Float64Array, hi: Float64Array): Float64Array[] {
    const stencil = Array.from({ length: read.own }, () => new Float64Array(size));
    const others: (Float64Array | undefined)[] = [];
    const answers: (Float64Array | undefined)[] = [];
    const starts: (Float64Array | undefined)[] = [];
    const row = (list: (Float64Array | undefined)[], at: number): Float64Array =>
      (list[at] ??= new Float64Array(size));
    const { total } = read;
    const small = { given: new Float64Array(heads), following: new Float64Array(heads) };
    const unsure = new Float64Array(heads);
    const mayStart = read.mayDoubtStart.slice();

    const share = ({ lo: least, hi: most }: Masses, head: number): Interval => [
      least[head]! / total.hi[head]!,
      most[head]! / total.lo[head]!,
    ];
    read.given.forEach((masses, at) => {
      for (const head of masses.heads) {
        const [from, to] = share(masses, head);
        const isOwn = at < read.own;
        if (!isOwn && !(to >= LEAST_SHARE)) {
          small.given[head]! += to;
          continue;
        }
        const sum = isOwn ? stencil[at]! : row(others, at);
        const [dead, alive] = [ofDead![head]!, ofAlive![head]!];
        const middle = (from + to) / 2;
        unsure[head]! += (to - from) / 2;
        for (let o = 0; o < size; o++) sum[o]! += middle * (alive[o]! - dead[o]!);
      }
    });
    read.following.forEach((masses, at) => {
      for (const head of masses.heads) {
        const [from, to] = share(masses, head);
        if (read.mayStart[at]) mayStart[head] = 1;
        if (!(to >= LEAST_SHARE)) {
          small.following[head]! += to;
          continue;
        }
        const [dead, alive, start] = [ofDead![head]!, ofAlive![head]!, ofStart![head]!];
        const middle = (from + to) / 2;
        unsure[head]! += (to - from) / 2;
        const sum = row(answers, at);
        for (let o = 0; o < size; o++) sum[o]! += middle * (alive[o]! - dead[o]!);
        if (!read.mayStart[at]) continue;
        const ifStart = row(starts, at);
        for (let o = 0; o < size; o++) ifStart[o]! += middle * (start[o]! - dead[o]!);
      }
    });

    for (let head = 0; head < heads; head++) {
      const [dead, alive, start] = [ofDead![head]!, ofAlive![head]!, ofStart![head]!];
      // what does not fall on the sink
      const [from, to] = [
        1 - looker.sink[1] / total.lo[head]!,
        1 - looker.sink[0] / total.hi[head]!,
      ].map((value) => Math.max(0, value)) as [number, number];
      const [middle, off] = [(from + to) / 2, (to - from) / 2];
      const doubt = read.doubtful[head]! / (total.lo[head]! + read.doubtful[head]!);
      const withStart = mayStart[head] === 1;
      const slight = small.given[head]! + small.following[head]!;
      for (let o = 0; o < size; o++) {
        const [d, a, s] = [dead[o]!, alive[o]!, start[o]!];
        const [least, most] = withStart
          ? [Math.min(d, a, s), Math.max(d, a, s)]
          : [Math.min(d, a), Math.max(d, a)];
        const wide = off * Math.abs(d) + unsure[head]! * (most - least);
        // what a head reads for sure, and how far what it reads in doubt may lie from that
        const surely = [Math.min(from * least, to * least), Math.max(from * most, to * most)];
        // what is left out may be the marker that opens the answer
        const beyond = read.leftOut[head]! / total.lo[head]!;
        lo[o]! +=
          middle * d -
          wide +
          slight * (least - d) +
          doubt * Math.min(0, least - surely[1]! - wide) +
          beyond * Math.min(0, s - least);
        hi[o]! +=
          middle * d +
          wide +
          slight * (most - d) +
          doubt * Math.max(0, most - surely[0]! + wide) +
          beyond * Math.max(0, s - most);
      }
    }
    for (const sum of others) if (sum !== undefined) widen(lo, hi, [sum]);
    answers.forEach((sum, at) => {
      const ifStart = starts[at];
      if (sum !== undefined) widen(lo, hi, ifStart === undefined ? [sum] : [sum, ifStart]);
    });
    return stencil;
  }

  /** The least lead of the right token, where at least some share falls on the right bit. */
  function finish(form: RuleForm, known: Known, { share, worst }: LeastShare): FormBound {
    const [unset, set] = bits[form];
    const off = rounding.logits[form];
    let least: FormBound = { margin: Infinity, state: 0, rival: -1, share, worst };
    for (const state of [0, 1] as const) {
      const right = state === 0 ? tokens.dead : tokens.alive;
      for (let rival = 0; rival < vocabulary; rival++) {
        if (rival === right) continue;
        const o = outcomes.leads(state) + rival;
        const direct = known.cells.reduce(
          (sum, row) => sum + Math.min(0, row[o]!),
          known.rest[0][o]!,
        );
        const step = set[o]! - unset[o]!;
        // the bits that are right are set or unset, the others whatever they are
        const ends = state === 1 ? [share, 1] : [0, 1 - share];
        const found = unset[o]! + Math.min(ends[0]! * step, ends[1]! * step);
        const margin = direct + found - off[right]! - off[rival]!;
        if (isLess(margin, least.margin)) least = { margin, state, rival, share, worst };
      }
    }
    return least;
  }

  return { bound };
}

/** Makes room for a cell that may hold anything. */
function widen(lo: Float64Array, hi: Float64Array, rows: readonly Float64Array[]): void {
  for (let o = 0; o < lo.length; o++) {
    let [least, most] = [0, 0];
    for (const row of rows) {
      least = Math.min(least, row[o]!);
      most = Math.max(most, row[o]!);
    }
    lo[o]! += least;
    hi[o]! += most;
  }
}
