/**
 * Where the tokens of a size and topology look, worked out once: for each class of cells the few places that its heads read,
 * with the weights of all heads together, and a bound on what is left out.
 *
 * A head's window falls as e^(-λ d²) around places that lie at references of the cell (its distances to the borders, and 0),
 * and gates and offsets know nothing but which borders the cell touches and the header. So all cells whose distances to the
 * borders are the same, as far as they are small, have the same weights: they are a class. What the heads bring is linear in
 * the tokens read, and so is all that is made of it before the look-up; so a class needs one matrix: what a living cell at
 * each place adds to where the look-up lands, and to the logits.
 */

import { RULE_AXES } from '@lifegpt/core';
import type { NamedTensor } from '../folder/safetensors.js';
import {
  groupCells,
  judgePlace,
  listCorners,
  listDistances,
  type Board,
  type JudgedPlace,
  type ReadPlace,
} from './cell-classes.js';
import { LOOK_SIZE, PLACES, REACH, REFERENCES, type LocationConfig } from './location-config.js';
import type { FoldedLookUp } from './near-look-up.js';
import { countOutputs, readNearWeights } from './near-weights.js';
import { softmax } from './plain-math.js';

/** Cells that look alike: a rectangle. */
export interface CellClass {
  /** Their row-major indices. */
  readonly cells: Int32Array;
  /** The places that they read on the given board. */
  readonly given: readonly ReadPlace[];
  /** `[given places, outputs]`: what a living cell adds at each; outputs are the rule's axes, then the logits. */
  readonly givenWeights: Float32Array;
  /** The same of the board behind it, the answer so far. */
  readonly following: readonly ReadPlace[];
  readonly followingWeights: Float32Array;
  /** `[outputs]`: what all of them have. */
  readonly base: Float32Array;
  /** `[outputs]`: how far what was left out can move them. */
  readonly error: Float32Array;
}

/** The classes of a board. */
export interface NearPlan {
  readonly width: number;
  readonly height: number;
  readonly classes: readonly CellClass[];
}

/** A key this many λ d² away from a place weighs e^-18, and is left out. */
const FARTHEST = 18;
/** Places that add less than this to every output are left out, and added to the error. */
const LEAST = 1e-4;
/** Keys with less of a head's mass than this are left out before anything is made of them. */
const LEAST_MASS = 1e-7;
/** Contents of classes that are kept: those of a dozen headers. */
const KEPT_CONTENTS = 2048;
/** More than offsets reach apart, so that a place and its offset make one number. */
const SPAN = 1024;
/** What float32 loses in a sum of a few dozen products of numbers up to about ten. */
const ROUNDING = 2e-5;

/** Plans boards of all sizes and headers with the same weights. */
export interface NearPlanner {
  /** `[vocabulary, outputs]`: what the token itself adds. */
  readonly own: Float32Array;
  /**
   * @param markerIds the header's markers
   * @param tokens ids of a dead and a living cell, and of the marker that predicts the first cell
   */
  plan(board: Board, markerIds: ArrayLike<number>, tokens: CellTokens): NearPlan;
  /** How far the end's logit lies above all others, at least, behind a cell, under any rule; the token before it reads nothing. */
  endMargin(lookUp: FoldedLookUp, end: number, cells: readonly number[]): number;
}

/** Ids of the tokens that stand on the boards of a text. */
export interface CellTokens {
  readonly dead: number;
  readonly alive: number;
  readonly start: number;
}

/** Reads the weights. */
export function createNearPlanner(
  config: LocationConfig,
  tensors: readonly NamedTensor[],
): NearPlanner {
  const { n_head: heads } = config;
  const outputs = countOutputs(config);
  const { own, baseOf, bringToken, boardGates, tell, bell, sink } = readNearWeights(
    config,
    tensors,
  );
  const constant = baseOf('answer');
  const radius = Math.sqrt(FARTHEST / config.attention_sharpness);

  /** The places that heads look at which touch some borders, behind a header. */
  function direct(told: Float64Array): Directions {
    const found = new Map<number, { place: ReadPlace; masses: Float64Array }>();
    // keys beyond the radius, on both boards: e^-18 of a head's mass for each of a few rows and columns around
    const leftOut = new Float64Array(heads).fill(16 * Math.exp(-FARTHEST));
    for (let head = 0; head < heads; head++) {
      const mine = told.subarray(head * LOOK_SIZE, (head + 1) * LOOK_SIZE);
      const gates = softmax(Array.from(mine.subarray(0, PLACES)));
      const [onRows, onColumns] = [0, 1].map((axis) =>
        REFERENCES.map((_, i) => {
          const raw = mine[PLACES + axis * REFERENCES.length + i]!;
          return listNear(REACH * Math.tanh(raw / REACH), radius, bell);
        }),
      );
      gates.forEach((gate, pair) => {
        const references = [
          Math.floor(pair / REFERENCES.length),
          pair % REFERENCES.length,
        ] as const;
        for (const [down, rowMass] of onRows![references[0]]!) {
          for (const [right, columnMass] of onColumns![references[1]]!) {
            const mass = gate * rowMass * columnMass;
            if (mass < LEAST_MASS) {
              leftOut[head]! += mass;
              continue;
            }
            const key = (pair * SPAN + down) * SPAN + right;
            const known = found.get(key);
            const one = known ?? {
              place: { references, offset: [down, right] },
              masses: new Float64Array(heads),
            };
            if (known === undefined) found.set(key, one);
            one.masses[head]! += mass;
          }
        }
      });
    }
    const places = [...found.values()].map(({ place, masses }) => ({
      ...place,
      masses: Array.from(masses, (mass, head) => ({ head, mass })).filter(({ mass }) => mass > 0),
    }));
    return { places, leftOut };
  }

  const known = new Map<string, Directions>();
  /** What classes read hangs on what holds of their places; sizes have most of it in common. */
  const contents = new Map<string, Omit<CellClass, 'cells'>>();

  function plan(board: Board, markerIds: ArrayLike<number>, tokens: CellTokens): NearPlan {
    const brought = [tokens.dead, tokens.alive, tokens.start].map(bringToken);
    const classes = groupCells(board, Math.ceil(REACH + radius) + 1).map((cells): CellClass => {
      const [top, bottom, left, right] = listDistances(board, cells[0]!);
      const touches = [top, bottom, left, right].map((distance) => distance === 0);
      const key = `${Array.from(markerIds).join()} ${touches.join()}`;
      const directions = known.get(key) ?? direct(tell(markerIds, touches));
      known.set(key, directions);
      const corners = listCorners(cells, board).map((cell) => listDistances(board, cell));
      const judged = directions.places.map(({ references, offset }) =>
        judgePlace(references, offset, corners, board),
      );
      const held = judged.map(
        ({ isOnBoard, isEarlier, isFirst }) => `${isOnBoard}${isEarlier}${isFirst}`,
      );
      const read = `${key} ${held.join()}`;
      const content = contents.get(read) ?? planClass(judged, directions, brought);
      contents.set(read, content);
      if (contents.size > KEPT_CONTENTS) contents.delete(contents.keys().next().value!);
      return { cells, ...content };
    });
    return { ...board, classes };
  }

  /** A class, by the cells at its corners: what holds at all of them holds between them. */
  function planClass(
    judged: readonly JudgedPlace[],
    { places, leftOut }: Directions,
    [ofDead, ofAlive, ofStart]: readonly Float64Array[][],
  ): Omit<CellClass, 'cells'> {
    const totals = new Float64Array(heads).fill(sink);
    /** Mass of a head that some cells of the class have and others not. */
    const doubtful = leftOut.slice();
    /** Of that, and of the rest, what may lie on the marker that predicts the first cell. */
    const doubtfulStart = leftOut.map((mass, head) => mass * boardGates[head]![1]);
    const started = new Float64Array(heads);
    places.forEach(({ masses }, i) => {
      const { isOnBoard, isEarlier, isFirst } = judged[i]!;
      if (isOnBoard === false) return;
      const isSure = isOnBoard === true && isEarlier !== null;
      for (const { head, mass } of masses) {
        const [given, following] = boardGates[head]!;
        if (isOnBoard === null) doubtful[head]! += mass;
        else totals[head]! += mass * (given + (isEarlier === true ? following : 0));
        if (isOnBoard === true && isEarlier === null) doubtful[head]! += mass * following;
        if (isFirst === false || isEarlier === false) continue;
        (isSure ? started : doubtfulStart)[head]! += mass * following;
      }
    });
    const base = Float64Array.from(constant);
    const error = new Float64Array(outputs).fill(ROUNDING);
    for (let head = 0; head < heads; head++) {
      const share = doubtful[head]! / totals[head]!;
      const sunk = sink / totals[head]!;
      for (let o = 0; o < outputs; o++) {
        const [ifDead, ifAlive] = [ofDead![head]![o]!, ofAlive![head]![o]!];
        base[o]! += (1 - sunk) * ifDead;
        // mass m more or less moves a mean by m times how far the key is from it, and the mean lies between the keys and 0
        const largest = Math.max(Math.abs(ifDead), Math.abs(ifAlive));
        error[o]! += share * ((1 - sunk) * Math.abs(ifDead - ifAlive) + sunk * largest);
        // the marker is neither of both keys, and may lie beyond them
        const ifStart = ofStart![head]![o]!;
        const beyond = Math.max(
          ifStart - Math.max(ifDead, ifAlive),
          Math.min(ifDead, ifAlive) - ifStart,
          0,
        );
        error[o]! += (beyond * (doubtfulStart[head]! + share * started[head]!)) / totals[head]!;
      }
    }
    const given = new Entries(outputs, error);
    const following = new Entries(outputs, error);
    const [alive, answered] = [new Float64Array(outputs), new Float64Array(outputs)];
    places.forEach(({ references, offset, masses }, i) => {
      const { isOnBoard, isEarlier, isFirst } = judged[i]!;
      if (isOnBoard !== true) return;
      alive.fill(0);
      answered.fill(0);
      for (const { head, mass } of masses) {
        const [onGiven, onFollowing] = boardGates[head]!;
        const share = (mass * onGiven) / totals[head]!;
        const shareOfAnswer = isEarlier === true ? (mass * onFollowing) / totals[head]! : 0;
        const [ifDead, ifAlive, ifStart] = [ofDead![head]!, ofAlive![head]!, ofStart![head]!];
        for (let o = 0; o < outputs; o++) {
          const step = ifAlive[o]! - ifDead[o]!;
          alive[o]! += share * step;
          answered[o]! += shareOfAnswer * step;
          // the token that predicts the first cell is no cell; where it may be read, it counts as a dead one
          const asStart = shareOfAnswer * (ifStart[o]! - ifDead[o]!);
          if (isFirst === true) base[o]! += asStart;
          else if (isFirst === null) error[o]! += Math.abs(asStart);
        }
      }
      given.add({ references, offset }, alive);
      if (isFirst !== true) following.add({ references, offset }, answered);
    });
    return {
      given: given.places,
      givenWeights: given.weights(),
      following: following.places,
      followingWeights: following.weights(),
      base: Float32Array.from(base),
      error: Float32Array.from(error),
    };
  }

  function endMargin(
    { ifSet, ifUnset }: FoldedLookUp,
    end: number,
    cells: readonly number[],
  ): number {
    const base = baseOf('end').subarray(RULE_AXES.length);
    let least = Infinity;
    for (const cell of cells) {
      const logits = base.map((value, id) => value + own[cell * outputs + RULE_AXES.length + id]!);
      // what the rule adds is a mean of what a bit adds that is set and one that is not
      for (const looked of [ifSet, ifUnset]) {
        const lead = (id: number): number => logits[id]! + looked[id]!;
        logits.forEach((_, id) => {
          if (id !== end) least = Math.min(least, lead(end) - lead(id));
        });
      }
    }
    return least - ROUNDING;
  }

  return { own, plan, endMargin };
}

/** Where heads look that touch the same borders. */
interface Directions {
  readonly places: readonly (ReadPlace & {
    readonly masses: readonly { readonly head: number; readonly mass: number }[];
  })[];
  /** Mass of each head at places that are too small to be listed. */
  readonly leftOut: Float64Array;
}

/** Places with what they add; those that add hardly anything go to the error. */
class Entries {
  readonly places: ReadPlace[] = [];
  private readonly rows: Float64Array[] = [];

  constructor(
    private readonly outputs: number,
    private readonly error: Float64Array,
  ) {}

  add(place: ReadPlace, row: Float64Array): void {
    if (row.some((value) => Math.abs(value) >= LEAST)) {
      this.places.push(place);
      this.rows.push(row.slice());
    } else row.forEach((value, o) => (this.error[o]! += Math.abs(value)));
  }

  weights(): Float32Array {
    const all = new Float32Array(this.rows.length * this.outputs);
    this.rows.forEach((row, i) => all.set(row, i * this.outputs));
    return all;
  }
}

/** Whole numbers near an offset, with the weight of a key there. */
function listNear(
  offset: number,
  radius: number,
  bell: (d: number) => number,
): readonly (readonly [number, number])[] {
  const near: [number, number][] = [];
  for (let at = Math.ceil(offset - radius); at <= Math.floor(offset + radius); at++) {
    near.push([at, bell(at - offset)]);
  }
  return near;
}
