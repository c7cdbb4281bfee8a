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

import { numberOfPart, RULE_AXES } from '@lifegpt/core';
import type { NamedTensor } from '../folder/safetensors.js';
import {
  BOARD_STEEPNESS,
  LOOK_SIZE,
  PLACES,
  REACH,
  REFERENCES,
  SINK_DISTANCE,
  type LocationConfig,
} from './location-config.js';

/** A place that a class of cells reads: a cell counted from a reference of its row and one of its column. */
export interface ReadPlace {
  /** Indices of `REFERENCES`. */
  readonly references: readonly [row: number, column: number];
  /** Rows below and columns right of them. */
  readonly offset: readonly [down: number, right: number];
}

/** Cells that look alike. */
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

/** Number of outputs of a class: the rule's axes and the logits. */
export function countOutputs({ vocab_size: vocabulary }: LocationConfig): number {
  return RULE_AXES.length + vocabulary;
}

/** A key this many λ d² away from a place weighs e^-18, and is left out. */
const FARTHEST = 18;
/** Places that add less than this to every output are left out, and added to the error. */
const LEAST = 1e-4;
/** Keys with less of a head's mass than this are left out before anything is made of them. */
const LEAST_MASS = 1e-7;
/** More than offsets reach apart, so that a place and its offset make one number. */
const SPAN = 1024;
/** What float32 loses in a sum of a few dozen products of numbers up to about ten. */
export const ROUNDING = 2e-5;

/** Plans boards of all sizes and headers with the same weights. */
export interface NearPlanner {
  /** `[vocabulary, outputs]`: what the token itself adds. */
  readonly own: Float32Array;
  /** `[outputs]`: what the token has that predicts the end, and reads nothing. */
  readonly endBase: Float32Array;
  /**
   * @param markerIds the header's markers
   * @param tokens ids of a dead and a living cell, and of the marker that predicts the first cell
   */
  plan(board: Board, markerIds: ArrayLike<number>, tokens: CellTokens): NearPlan;
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
  const { n_head: heads, head_dim: size, n_embd: width, attention_sharpness: sharpness } = config;
  const data = new Map(tensors.map((tensor) => [tensor.name, tensor.data]));
  const of = (name: string): Float32Array => data.get(name)!;
  const outputs = countOutputs(config);
  const bell = (d: number): number => Math.exp(-sharpness * d * d);
  const sink = Math.exp(-sharpness * SINK_DISTANCE);
  const radius = Math.sqrt(FARTHEST / sharpness);

  /** What a stream's vector adds to the outputs: where it lies on the axes, and its logits. */
  function project(x: ArrayLike<number>): Float64Array {
    const axes = multiply(x, of('h.2.attn.c_axes.weight'), RULE_AXES.length);
    const projected = new Float64Array(outputs);
    projected.set(axes);
    const head = of('lm_head.weight');
    for (let id = 0; id < config.vocab_size; id++) {
      let sum = 0;
      for (let i = 0; i < width; i++) sum += x[i]! * head[id * width + i]!;
      projected[RULE_AXES.length + id] = sum;
    }
    return projected;
  }
  const row = (name: string, index: number): Float32Array =>
    of(name).subarray(index * width, (index + 1) * width);
  const part = row('wpe.part.weight', numberOfPart('answer'));
  const own = new Float32Array(config.vocab_size * outputs);
  for (let id = 0; id < config.vocab_size; id++)
    own.set(project(row('wte.weight', id)), id * outputs);
  /** What all tokens of a part have. */
  function baseOf(name: 'answer' | 'end'): Float64Array {
    const constant = project(row('wpe.part.weight', numberOfPart(name)));
    of('h.2.attn.c_axes.bias').forEach((value, i) => (constant[i]! += value));
    of('lm_head.bias').forEach((value, id) => (constant[RULE_AXES.length + id]! += value));
    return constant;
  }
  const constant = baseOf('answer');

  /** What a head with all its weight on a token brings to the outputs, `[heads][outputs]`. */
  function bringToken(id: number): Float64Array[] {
    const values = multiply(row('wte.weight', id), of('h.1.attn.c_value.weight'), heads * size);
    return Array.from({ length: heads }, (_, head) => {
      const x = new Float64Array(width);
      for (let v = head * size; v < (head + 1) * size; v++) {
        const to = of('h.1.attn.c_proj.weight').subarray(v * width, (v + 1) * width);
        to.forEach((weight, i) => (x[i]! += values[v]! * weight));
      }
      return project(x);
    });
  }

  const boardGates = Array.from({ length: heads }, (_, head) => {
    const [given, following] = of('h.1.attn.board').subarray(2 * head, 2 * head + 2);
    const share = 1 / (1 + Math.exp(BOARD_STEEPNESS * (following! - given!)));
    return [share, 1 - share] as const;
  });

  /** The first layer: the header's markers. */
  function readMarkers(markerIds: ArrayLike<number>): Float64Array {
    const marker = row('wpe.part.weight', numberOfPart('marker'));
    const values = Array.from(markerIds, (id) => {
      const x = row('wte.weight', id).map((value, i) => value + marker[i]!);
      return multiply(x, of('h.0.attn.c_value.weight'), heads * size);
    });
    const read = new Float64Array(heads * size);
    of('h.0.attn.place').forEach((place, head) => {
      const shares = values.map((_, i) => bell(i - place));
      const total = shares.reduce((sum, share) => sum + share, sink);
      for (let v = head * size; v < (head + 1) * size; v++) {
        values.forEach((value, i) => (read[v]! += (shares[i]! / total) * value[v]!));
      }
    });
    return multiply(read, of('h.0.attn.c_proj.weight'), width);
  }

  /** What the heads are told of where to look, `[heads * LOOK_SIZE]`. */
  function look(header: Float64Array, touches: readonly boolean[]): Float64Array {
    const stream = header.map((value, i) => value + part[i]!);
    touches.forEach((isTouched, border) => {
      if (!isTouched) return;
      row('wpe.border.weight', border).forEach((value, i) => (stream[i]! += value));
    });
    const fc = multiply(stream, of('h.0.mlp.c_fc.weight'), config.n_inner);
    const bias = of('h.0.mlp.c_fc.bias');
    const hidden = fc.map((value, i) => Math.tanh(value + bias[i]!));
    const told = multiply(hidden, of('h.1.attn.c_look.weight'), heads * LOOK_SIZE);
    const base = of('h.1.attn.c_look.bias');
    return told.map((value, i) => value + base[i]!);
  }

  function plan(
    board: Board,
    markerIds: ArrayLike<number>,
    { dead, alive, start }: CellTokens,
  ): NearPlan {
    const header = readMarkers(markerIds);
    const [ofDead, ofAlive, ofStart] = [dead, alive, start].map(bringToken);
    const told = new Map<string, Float64Array>();
    const classes = groupCells(board, Math.ceil(REACH + radius) + 1).map((cells): CellClass => {
      const touches = listDistances(board, cells[0]!)
        .slice(0, 4)
        .map((distance) => distance === 0);
      const key = touches.join();
      const directions = told.get(key) ?? look(header, touches);
      told.set(key, directions);
      return planClass(cells, board, directions, [ofDead!, ofAlive!, ofStart!]);
    });
    return { ...board, classes };
  }

  /** A class, by the cells at its corners: what holds at all of them holds between them. */
  function planClass(
    cells: Int32Array,
    board: Board,
    told: Float64Array,
    [ofDead, ofAlive, ofStart]: readonly Float64Array[][],
  ): CellClass {
    const corners = listCorners(cells, board).map((cell) => listDistances(board, cell));
    const found = new Map<number, FoundPlace>();
    const totals = new Float64Array(heads).fill(sink);
    /** Mass of a head that some cells of the class have and others not. */
    const doubtful = new Float64Array(heads);
    for (let head = 0; head < heads; head++) {
      const mine = told.subarray(head * LOOK_SIZE, (head + 1) * LOOK_SIZE);
      const gates = softmax(mine.subarray(0, PLACES));
      const [onRows, onColumns] = [0, 1].map((axis) =>
        REFERENCES.map((_, i) => {
          const raw = mine[PLACES + axis * REFERENCES.length + i]!;
          return listNear(REACH * Math.tanh(raw / REACH), radius, bell);
        }),
      );
      const [given, following] = boardGates[head]!;
      gates.forEach((gate, place) => {
        const references = [
          Math.floor(place / REFERENCES.length),
          place % REFERENCES.length,
        ] as const;
        if (gate < LEAST_MASS) {
          const sums = [onRows![references[0]]!, onColumns![references[1]]!].map((keys) =>
            keys.reduce((sum, [, mass]) => sum + mass, 0),
          );
          doubtful[head]! += gate * sums[0]! * sums[1]!;
          return;
        }
        for (const [down, rowMass] of onRows![references[0]]!) {
          for (const [right, columnMass] of onColumns![references[1]]!) {
            const mass = gate * rowMass * columnMass;
            if (mass < LEAST_MASS) {
              doubtful[head]! += mass;
              continue;
            }
            const key = ((place * SPAN + down) * SPAN + right) | 0;
            let entry = found.get(key);
            if (entry === undefined) {
              entry = {
                references,
                offset: [down, right],
                ...judgePlace(references, [down, right], corners, board),
                masses: new Float64Array(heads),
              };
              found.set(key, entry);
            }
            if (entry.isOnBoard === false) continue;
            if (entry.isOnBoard === null) {
              doubtful[head]! += mass;
              continue;
            }
            entry.masses[head]! += mass;
            totals[head]! += mass * (given + (entry.isEarlier === true ? following : 0));
            if (entry.isEarlier === null) doubtful[head]! += mass * following;
          }
        }
      });
    }
    const base = Float64Array.from(constant);
    const error = new Float64Array(outputs).fill(ROUNDING);
    // keys beyond the radius, on both boards: e^-18 of a head's mass for each of a few rows and columns around
    const far = 16 * Math.exp(-FARTHEST);
    for (let head = 0; head < heads; head++) {
      const share = (far + doubtful[head]!) / totals[head]!;
      const sunk = sink / totals[head]!;
      for (let o = 0; o < outputs; o++) {
        // mass m more or less moves a mean by m times how far the key is from it, and the mean lies between the keys and 0
        const [one, other] = [ofDead![head]![o]!, ofAlive![head]![o]!];
        const largest = Math.max(Math.abs(one), Math.abs(other));
        error[o]! += share * ((1 - sunk) * Math.abs(one - other) + sunk * largest);
      }
    }
    const given = new Entries(outputs, error);
    const following = new Entries(outputs, error);
    for (const entry of found.values()) {
      const { references, offset, isOnBoard, isEarlier, mayBeFirst, masses } = entry;
      if (isOnBoard !== true) continue;
      const [alive, answered] = [new Float64Array(outputs), new Float64Array(outputs)];
      let startError: Float64Array | null = null;
      for (let head = 0; head < heads; head++) {
        if (masses[head] === 0) continue;
        const [onGiven, onFollowing] = boardGates[head]!;
        const share = (masses[head]! * onGiven) / totals[head]!;
        const shareOfAnswer =
          isEarlier === true ? (masses[head]! * onFollowing) / totals[head]! : 0;
        for (let o = 0; o < outputs; o++) {
          const [ifDead, ifAlive] = [ofDead![head]![o]!, ofAlive![head]![o]!];
          base[o]! += (share + shareOfAnswer) * ifDead;
          alive[o]! += share * (ifAlive - ifDead);
          answered[o]! += shareOfAnswer * (ifAlive - ifDead);
          if (mayBeFirst && shareOfAnswer > 0) {
            startError ??= new Float64Array(outputs);
            startError[o]! += shareOfAnswer * (ofStart![head]![o]! - ifDead);
          }
        }
      }
      const place = { references, offset };
      given.add(place, alive);
      following.add(place, answered);
      // the token that predicts the first cell is no cell; where it is read, it counts as a dead one
      startError?.forEach((value, o) => (error[o]! += Math.abs(value)));
    }
    return {
      cells,
      given: given.places,
      givenWeights: given.weights(),
      following: following.places,
      followingWeights: following.weights(),
      base: Float32Array.from(base),
      error: Float32Array.from(error),
    };
  }

  return { own, endBase: Float32Array.from(baseOf('end')), plan };
}

/** Sides of a board. */
interface Board {
  readonly width: number;
  readonly height: number;
}

/** A place that some head reads, with the mass of each head there. */
interface FoundPlace extends ReadPlace {
  /** Whether it lies on the board; null where that differs from cell to cell. */
  readonly isOnBoard: boolean | null;
  /** Whether the token of the answer there stands before the query, or is it; null where that differs. */
  readonly isEarlier: boolean | null;
  /** Whether it may be the first cell, where the answer's board has a marker. */
  readonly mayBeFirst: boolean;
  readonly masses: Float64Array;
}

/** What holds of a place for all cells between some corners: its row and column move evenly with theirs. */
function judgePlace(
  [i, j]: ReadPlace['references'],
  [down, right]: ReadPlace['offset'],
  corners: readonly (readonly number[])[],
  { width, height }: Board,
): Pick<FoundPlace, 'isOnBoard' | 'isEarlier' | 'mayBeFirst'> {
  const places = corners.map((distances) => [distances[i]! + down, distances[j]! + right] as const);
  const rows = places.map(([row]) => Math.sign(row < 0 ? -1 : row >= height ? 1 : 0));
  const columns = places.map(([, column]) => Math.sign(column < 0 ? -1 : column >= width ? 1 : 0));
  const isOn = (sides: readonly number[]): boolean | null => {
    if (sides.every((side) => side === 0)) return true;
    return sides.every((side) => side === sides[0]) ? false : null;
  };
  const [onRows, onColumns] = [isOn(rows), isOn(columns)];
  const isOnBoard =
    onRows === false || onColumns === false
      ? false
      : onRows === true && onColumns === true
        ? true
        : null;
  const mayBeFirst = places.some(([row]) => row <= 0) && places.some(([, column]) => column <= 0);
  const below = places.map(([row], n) => Math.sign(row - corners[n]![0]!));
  if (below.every((sign) => sign === below[0]) && below[0] !== 0) {
    return { isOnBoard, isEarlier: below[0]! < 0, mayBeFirst };
  }
  if (below.some((sign) => sign !== 0)) return { isOnBoard, isEarlier: null, mayBeFirst };
  const behind = places.map(([, column], n) => column <= corners[n]![2]!);
  const isEarlier = behind.every((is) => is === behind[0]) ? behind[0]! : null;
  return { isOnBoard, isEarlier, mayBeFirst };
}

/** A cell's distances to the borders, and 0: its references. */
function listDistances({ width, height }: Board, cell: number): number[] {
  const [row, column] = [Math.floor(cell / width), cell % width];
  return [row, height - 1 - row, column, width - 1 - column, 0];
}

/** The corners of a rectangle of cells in reading order. */
function listCorners(cells: Int32Array, { width }: Board): number[] {
  const [first, last] = [cells[0]!, cells.at(-1)!];
  const rows = [Math.floor(first / width), Math.floor(last / width)];
  const columns = [first % width, last % width];
  return [...new Set(rows.flatMap((row) => columns.map((column) => row * width + column)))];
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
      this.rows.push(row);
    } else row.forEach((value, o) => (this.error[o]! += Math.abs(value)));
  }

  weights(): Float32Array {
    const all = new Float32Array(this.rows.length * this.outputs);
    this.rows.forEach((row, i) => all.set(row, i * this.outputs));
    return all;
  }
}

/** Where the places of some cells lie on a board, `[cells, places]`. */
export function locatePlaces(
  cells: Int32Array,
  places: readonly ReadPlace[],
  board: { readonly width: number; readonly height: number },
): Int32Array {
  const located = new Int32Array(cells.length * places.length);
  let at = 0;
  for (const cell of cells) {
    const distances = listDistances(board, cell);
    for (const { references, offset } of places) {
      const row = distances[references[0]]! + offset[0];
      located[at++] = row * board.width + distances[references[1]]! + offset[1];
    }
  }
  return located;
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

/** The cells of a board by their distances to the borders, as far as these are below `reach`. */
function groupCells({ width, height }: Board, reach: number): Int32Array[] {
  const classOf = (side: number): Int32Array =>
    Int32Array.from({ length: side }, (_, at) => {
      const [before, behind] = [Math.min(at, reach), Math.min(side - 1 - at, reach)];
      return before * (reach + 1) + behind;
    });
  const [rows, columns] = [classOf(height), classOf(width)];
  const size = (reach + 1) ** 2;
  const counts = new Map<number, number>();
  for (const row of rows) {
    for (const column of columns) {
      const key = row * size + column;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  const groups = new Map([...counts].map(([key, count]) => [key, new Int32Array(count)]));
  const filled = new Map<number, number>();
  for (let r = 0; r < height; r++) {
    for (let c = 0; c < width; c++) {
      const key = rows[r]! * size + columns[c]!;
      const at = filled.get(key) ?? 0;
      groups.get(key)![at] = r * width + c;
      filled.set(key, at + 1);
    }
  }
  return [...groups.values()];
}

/** A row by a matrix of so many columns. */
function multiply(row: ArrayLike<number>, matrix: Float32Array, columns: number): Float64Array {
  const product = new Float64Array(columns);
  for (let i = 0; i < row.length; i++) {
    const value = row[i]!;
    for (let column = 0; column < columns; column++)
      product[column]! += value * matrix[i * columns + column]!;
  }
  return product;
}

function softmax(scores: Float64Array): Float64Array {
  const top = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - top));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}
