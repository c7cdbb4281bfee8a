/**
 * Bounds the answers of all cells of a class, for all boards, all rules and whatever the answer's tokens so far: how far the
 * right token's logit lies above every other one at least.
 *
 * The nine cells of the neighbourhood stay apart: what each of them adds to the outcome is known up to rounding. All other
 * cells that a head may read, tokens of the answer, and places that some boards have and others not, make the rest wider,
 * whatever they hold. Two places that are the same cell on some boards alone may hold different states here: that only allows
 * more.
 */

import { RULE_AXES, type RuleForm } from '@lifegpt/core';
import type { Arithmetic, Interval } from './arithmetic.js';
import type { BoardClass } from './board-class.js';
import { OFFSETS, REACHED, type Look, type Looker } from './look.js';
import { AXES, type Outcomes, type TokenIds } from './outcome.js';
import { judgeAxis, listNeighbourhood, type AxisFacts, namePlace } from './place.js';
import type { Rounding } from './rounding.js';
import { REFERENCES } from '../network/location-config.js';

/** How a class' answers come out under rules of one form. */
export interface FormBound {
  /** Least lead of the right token over any other, in nats; not above 0 where nothing is proved. */
  readonly margin: number;
  /** The right state where it is least, and the token that comes next. */
  readonly state: 0 | 1;
  readonly rival: number;
  /** Least share of the look-up that falls on the right bit of the rule. */
  readonly share: number;
  /** The case with that share: the nine cells for a table (bits in reading order), or the state and the count. */
  readonly worst: string;
}

/** What is known of all cells of a class. */
export interface ClassBound {
  readonly forms: Readonly<Record<RuleForm, FormBound>>;
  /** The nine cells, by index of `cells`; -1 where nothing lives. */
  readonly nine: readonly number[];
  /** `[cells of the neighbourhood][outcome]`: what each adds when it lives. */
  readonly cells: readonly Float64Array[];
  /** What all have, whatever the board: outcomes with all of the neighbourhood dead. */
  readonly rest: readonly [lo: Float64Array, hi: Float64Array];
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
    const read = gather(cells, look);
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

  /** Which cells the heads read. */
  function gather(cells: BoardClass, look: Look): Reading {
    const names = new Map<string, number>();
    const indexOf = (name: string): number => {
      const known = names.get(name);
      if (known !== undefined) return known;
      names.set(name, names.size);
      return names.size - 1;
    };
    const nine = listNeighbourhood(cells).map((place) =>
      place === null ? -1 : indexOf(namePlace(place)),
    );
    const own = names.size;
    const reading: Reading = {
      nine,
      own,
      isFirst: cells.touches[0] && cells.touches[2],
      given: [],
      following: [],
      mayStart: [],
      total: {
        lo: new Float64Array(heads).fill(looker.sink[0]),
        hi: new Float64Array(heads).fill(looker.sink[1]),
      },
      doubtful: look.leftOut.slice(),
      leftOut: look.leftOut,
      mayDoubtStart: new Uint8Array(heads),
    };
    const facts = (axis: 0 | 1): AxisFacts[][] =>
      REFERENCES.map((_, reference) =>
        Array.from({ length: OFFSETS }, (__, i) => judgeAxis(cells, axis, reference, i - REACHED)),
      );
    const [rows, columns] = [facts(0), facts(1)];
    for (const { references, offset, heads: masses } of look.places) {
      const row = rows[references[0]]![offset[0] + REACHED]!;
      const column = columns[references[1]]![offset[1] + REACHED]!;
      if (row.isOn === false || column.isOn === false) continue;
      const isSure = row.isOn === true && column.isOn === true;
      const isEarlier = row.order === 0 ? column.isUpTo : row.order === null ? null : row.order < 0;
      const mayStart = row.mayBeFirst && column.mayBeFirst;
      const at = indexOf(`${row.name}, ${column.name}`);
      for (const { head, mass } of masses) {
        const { lo, hi } = looker.boards[head]!;
        if (isSure) addMass(reading.given, at, head, mass, [lo[0]!, hi[0]!], reading.total);
        else reading.doubtful[head]! += mass[1] * hi[0]!;
        if (isEarlier === false) continue;
        if (isSure && isEarlier === true) {
          addMass(reading.following, at, head, mass, [lo[1]!, hi[1]!], reading.total);
          reading.mayStart[at] = mayStart;
        } else {
          reading.doubtful[head]! += mass[1] * hi[1]!;
          if (mayStart) reading.mayDoubtStart[head] = 1;
        }
      }
    }
    return reading;
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

/** Weights of heads on a cell. */
interface Masses {
  readonly heads: number[];
  readonly lo: Float64Array;
  readonly hi: Float64Array;
}

/** What a class' heads read. */
interface Reading {
  /** Indices of the neighbourhood's cells, which are the first `own`. */
  readonly nine: readonly number[];
  readonly own: number;
  /** Whether the class is the first cell of the board. */
  readonly isFirst: boolean;
  readonly given: Masses[];
  readonly following: Masses[];
  /** Whether the answer's token there may be the marker that opens it. */
  readonly mayStart: boolean[];
  /** `[heads]`: all that is read for sure, and the sink. */
  readonly total: { readonly lo: Float64Array; readonly hi: Float64Array };
  /** `[heads]`: most that is read on some boards. */
  readonly doubtful: Float64Array;
  readonly mayDoubtStart: Uint8Array;
  /** `[heads]`: of that the most at places that are not listed, the first cell perhaps among them. */
  readonly leftOut: Float64Array;
}

function addMass(
  list: Masses[],
  at: number,
  head: number,
  mass: Interval,
  gate: Interval,
  total: Reading['total'],
): void {
  const heads = total.lo.length;
  const masses = (list[at] ??= {
    heads: [],
    lo: new Float64Array(heads),
    hi: new Float64Array(heads),
  });
  if (masses.hi[head] === 0) masses.heads.push(head);
  const [lo, hi] = [mass[0] * gate[0], mass[1] * gate[1]];
  masses.lo[head]! += lo;
  masses.hi[head]! += hi;
  total.lo[head]! += lo;
  total.hi[head]! += hi;
}

/** Whether a bound is worse than another; one that is no number is the worst. */
export function isLess(bound: number, other: number): boolean {
  return !Number.isNaN(other) && !(bound >= other);
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

type Known = Pick<ClassBound, 'nine' | 'cells' | 'rest'>;

interface LeastShare {
  readonly share: number;
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
function boundCounts(known: Known, arithmetic: Arithmetic, sharpness: Float64Array): LeastShare {
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
function boundTable(
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
