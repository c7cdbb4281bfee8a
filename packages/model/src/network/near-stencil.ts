/**
 * From the classes of a plan to stencils: what the tokens of a group of cells read, and how far everything else can move them.
 * A stencil is small because it says what it leaves out: small weights, what differs between the classes that it joins, and the
 * answer's earlier tokens, whose influence is bounded. Each is taken at the middle of what it may add, and half of that is
 * `slack`. So a token whose margin survives the slack is what the network chooses, whatever the answer's earlier tokens are:
 * one pass proves it.
 */

import { RULE_AXES, type RuleForm } from '@lifegpt/core';
import type { Board } from './cell-classes.js';
import {
  areaOf,
  isOnBoard,
  locateLine,
  rectangleOf,
  type PlaceLine,
  type Rectangle,
} from './cell-lines.js';
import type { LocationConfig } from './location-config.js';
import type { FoldedLookUp } from './near-look-up.js';
import type { CellClass, CellTokens } from './near-plan.js';
import { countOutputs } from './near-weights.js';

/** What is known of the answer when its tokens are chosen: nothing, or a guess of all of it. */
export type KnownAnswer = 'none' | 'all';

/** A place that a stencil reads, on the given board or on the answer's. */
export interface StencilPlace {
  readonly board: 'given' | 'answer';
  readonly line: PlaceLine;
}

/** What all cells of a group read. Outputs are where the look-up lands on each axis of the rule's form, and `1` over `0`. */
export interface Stencil {
  readonly rectangles: readonly Rectangle[];
  readonly places: readonly StencilPlace[];
  /** `[places][outputs]`: what a living cell adds at each. */
  readonly weights: readonly Float64Array[];
  /** `[outputs]`: what all of them have. */
  readonly base: Float64Array;
  /** `[outputs]`: how far everything that is not read can move them. */
  readonly slack: Float64Array;
  /** How far the mean of the logits of `0` and `1` lies above every other token's, at least, on any board under any rule. */
  readonly above: number;
}

/**
 * What a stencil leaves out may move the scores of neighbouring places on an axis by so much. Odds of a gate that is 0.99 shut
 * move it by 0.03 then; with the answer known nothing is left out but what the plan leaves out.
 */
const MOST_SLACK: Readonly<Record<KnownAnswer, number>> = { none: 1.5, all: 0 };
/** The share of it that small weights may take; the rest is for classes that join. */
const PRUNED = 0.6;

/** What stencils are made with. */
export interface StencilParts {
  readonly config: LocationConfig;
  readonly form: RuleForm;
  readonly lookUp: FoldedLookUp;
  /** `[vocabulary, outputs of a class]`: what the token itself adds. */
  readonly own: Float32Array;
  readonly tokens: CellTokens;
}

type Row = Float64Array<ArrayBuffer>;

/** A class' places by what they are called, and what it has beside them. */
interface OpenClass {
  readonly rectangle: Rectangle;
  readonly entries: ReadonlyMap<string, Entry>;
  readonly base: Row;
  readonly slack: Row;
  readonly above: number;
  /** The same when none of the places is read. */
  readonly unread: { readonly base: Row; readonly slack: Row };
}

interface Entry extends StencilPlace {
  readonly row: Row;
}

interface OpenStencil extends Pick<OpenClass, 'entries' | 'base' | 'slack' | 'above'> {
  readonly rectangles: readonly Rectangle[];
}

/** Stencils of all classes; alike ones are joined. */
export function makeStencils(
  parts: StencilParts,
  classes: readonly CellClass[],
  board: Board,
  known: KnownAnswer,
): Stencil[] {
  const { form, lookUp } = parts;
  const most = MOST_SLACK[known];
  /** How much one unit of an output counts: on an axis the score between neighbouring places, else nothing. */
  const unit = RULE_AXES.flatMap((axis, a) =>
    axis.form === form ? [2 * lookUp.sharpness[a]!] : [],
  );
  const share = (row: Row): number =>
    unit.reduce((largest, u, o) => Math.max(largest, u * Math.abs(row[o]!)), 0);

  /** A stencil of a class' large weights. */
  function prune(one: OpenClass): OpenStencil {
    const order = [...one.entries].map(([key, { row }]) => ({ key, row, share: share(row) }));
    order.sort((a, b) => a.share - b.share);
    const entries = new Map(one.entries);
    const left: Row = new Float64Array(one.base.length);
    for (const { key, row } of order) {
      add(left, row, 0.5, Math.abs);
      if (share(left) > most * PRUNED) break;
      entries.delete(key);
    }
    const { base, slack } = lay(one, entries)!;
    add(slack, one.slack);
    const { above, rectangle } = one;
    return { rectangles: [rectangle], entries, base, slack, above };
  }

  /** What a class has beside some places, and what it loses when it reads no others; null where one is partly on the board. */
  function lay(
    { rectangle, entries: own, unread }: OpenClass,
    entries: ReadonlyMap<string, Entry>,
  ): { readonly base: Row; readonly slack: Row } | null {
    const [base, slack] = [unread.base.slice(), unread.slack.slice()];
    for (const [key, { row, line }] of entries) {
      const isOn = isOnBoard(line, rectangle, board);
      if (isOn === null) return null;
      const mine = own.get(key)?.row;
      // off the board nothing is read, and nothing added; a class has no places there
      if (!isOn) continue;
      for (let o = 0; o < base.length; o++) {
        const weight = mine?.[o] ?? 0;
        base[o]! -= row[o]! / 2;
        slack[o]! += (Math.abs(weight - row[o]!) - Math.abs(weight)) / 2;
      }
    }
    return { base, slack };
  }

  /** A stencil with the cells of one more class; null where they read too much else. */
  function join(stencil: OpenStencil, one: OpenClass): OpenStencil | null {
    const laid = lay(one, stencil.entries);
    if (laid === null) return null;
    const slack = laid.slack;
    laid.base.forEach((value, o) => (slack[o]! += Math.abs(value - stencil.base[o]!)));
    if (share(slack) > most) return null;
    add(slack, one.slack);
    return {
      ...stencil,
      rectangles: [...stencil.rectangles, one.rectangle],
      slack: slack.map((value, o) => Math.max(value, stencil.slack[o]!)),
      above: Math.min(stencil.above, one.above),
    };
  }

  const opened = openClasses(parts, classes, board, known);
  opened.sort((a, b) => areaOf(b.rectangle) - areaOf(a.rectangle));
  const stencils: OpenStencil[] = [];
  for (const one of opened) {
    const joins = (stencil: OpenStencil): boolean => {
      const joined = join(stencil, one);
      if (joined !== null) stencils[stencils.indexOf(stencil)] = joined;
      return joined !== null;
    };
    if (most === 0 || !stencils.some(joins)) stencils.push(prune(one));
  }
  return stencils.map(({ entries, ...stencil }) => ({
    ...stencil,
    places: [...entries.values()].map(({ board: on, line }) => ({ board: on, line })),
    weights: [...entries.values()].map(({ row }) => row),
  }));
}

/** What classes read, as far as the look-up and the cells' tokens hang on it. */
function openClasses(
  { form, lookUp, config, own, tokens }: StencilParts,
  classes: readonly CellClass[],
  board: Board,
  known: KnownAnswer,
): OpenClass[] {
  const size = countOutputs(config);
  const axes = [...RULE_AXES.keys()].filter((a) => RULE_AXES[a]!.form === form);
  const [dead, alive] = [RULE_AXES.length + tokens.dead, RULE_AXES.length + tokens.alive];
  const others = Array.from({ length: config.vocab_size }, (_, id) => RULE_AXES.length + id).filter(
    (at) => at !== dead && at !== alive,
  );
  const project = (all: ArrayLike<number>, from = 0): Row => {
    const row: Row = new Float64Array(axes.length + 1);
    axes.forEach((a, o) => (row[o] = all[from + a]!));
    row[axes.length] = all[from + alive]! - all[from + dead]!;
    return row;
  };
  /** The same of errors, which add up. */
  const projectError = (all: ArrayLike<number>): Row => {
    const row = project(all);
    row[axes.length] = all[alive]! + all[dead]!;
    return row;
  };
  const [ofDead, ofAlive, ofStart] = [tokens.dead, tokens.alive, tokens.start].map((id) =>
    own.subarray(id * size, (id + 1) * size),
  ) as [Float32Array, Float32Array, Float32Array];

  /** How far the mean of `0` and `1` lies above other tokens at least: linear in all that is read and in the share of set bits. */
  function findAbove(one: CellClass): number {
    let least = Infinity;
    for (const at of others) {
      const over = (row: ArrayLike<number>, from = 0): number =>
        (row[from + alive]! + row[from + dead]!) / 2 - row[from + at]!;
      let sum = over(one.base) - (one.error[alive]! + one.error[dead]!) / 2 - one.error[at]!;
      for (let i = 0; i < one.givenWeights.length; i += size) {
        sum += Math.min(0, over(one.givenWeights, i));
      }
      // the token itself is read with what is on the answer's board at its place
      let itself = over(ofAlive) - over(ofDead);
      one.following.forEach(({ references: [row, column], offset }, i) => {
        const weight = over(one.followingWeights, i * size);
        const isSelf = row === 0 && column === 2 && offset[0] === 0 && offset[1] === 0;
        if (isSelf) itself += weight;
        else sum += Math.min(0, weight);
      });
      sum += isFirst(one) ? over(ofStart) : over(ofDead) + Math.min(0, itself);
      const [unset, set] = [lookUp.ifUnset, lookUp.ifSet].map(
        (logits) =>
          (logits[tokens.dead]! + logits[tokens.alive]!) / 2 - logits[at - RULE_AXES.length]!,
      );
      least = Math.min(least, sum + Math.min(unset!, set!));
    }
    return least;
  }

  return classes.map((one): OpenClass => {
    const rectangle = rectangleOf(one.cells, board);
    const entries = new Map<string, Entry>();
    const base = project(one.base);
    const slack = projectError(one.error);
    const put = (on: StencilPlace['board'], line: PlaceLine, row: Row): void => {
      const key = `${on} ${line.join()}`;
      const before = entries.get(key);
      if (before === undefined) entries.set(key, { board: on, line, row });
      else add(before.row, row);
    };
    const list = (on: StencilPlace['board'], places: CellClass['given'], weights: Float32Array) =>
      places.forEach((place, i) =>
        put(on, locateLine(place, rectangle, board), project(weights, i * size)),
      );
    list('given', one.given, one.givenWeights);
    list('answer', one.following, one.followingWeights);
    // a token reads itself on the answer's board, and that often takes back what it brings by itself
    const self = locateLine({ references: [0, 2], offset: [0, 0] }, rectangle, board);
    if (isFirst(one)) {
      add(base, project(ofStart));
      entries.delete(`answer ${self.join()}`);
    } else {
      add(base, project(ofDead));
      const step = project(ofAlive);
      add(step, project(ofDead), -1);
      put('answer', self, step);
    }
    for (const [key, { board: on, row }] of entries) {
      if (on === 'given' || known === 'all') continue;
      add(base, row, 0.5);
      add(slack, row, 0.5, Math.abs);
      entries.delete(key);
    }
    const unread = { base: base.slice(), slack: new Float64Array(base.length) };
    for (const { row } of entries.values()) {
      add(unread.base, row, 0.5);
      add(unread.slack, row, 0.5, Math.abs);
    }
    return { rectangle, entries, base, slack, above: findAbove(one), unread };
  });
}

/** Whether a class is the first cell, whose token is asked for by a marker. */
function isFirst({ cells }: CellClass): boolean {
  return cells.length === 1 && cells[0] === 0;
}

/** Adds one row to another, so many times. */
function add(
  row: Row,
  more: ArrayLike<number>,
  times = 1,
  of: (value: number) => number = (value) => value,
): void {
  for (let o = 0; o < row.length; o++) row[o]! += times * of(more[o]!);
}
