/** What attention by location is fed: boards and the tokens that look at them, from ids and coordinates. */

import {
  COORDINATES,
  listBitPlaces,
  numberOfPart,
  RULE_AXES,
  type RuleForm,
  type TextPart,
  type Tokenizer,
} from '@lifegpt/core';
import { Tensor } from 'onnxruntime-common';
import type { NearBoards } from './near-pass.js';

/** A batch of texts of one size and topology. */
export interface BoardTexts {
  readonly texts: number;
  readonly width: number;
  readonly height: number;
  /** The markers of the header behind the first, which tells the task: the same for all texts. */
  readonly markerIds: Int32Array;
  /** `[texts, cells]` */
  readonly given: Int32Array;
  /** `[texts, cells]`: the board behind the given one, as far as it is known, at the places of its tokens. */
  readonly following: Int32Array;
}

/** Tokens that look at a board. */
export interface BoardQueries {
  /** `[texts, queries]` */
  readonly ids: Int32Array;
  /** `[queries, 5]` */
  readonly positions: Int32Array;
}

/** The inputs of the network's `declareBoardInputs`. */
export function feedBoards(
  { texts, width, height, markerIds, given, following }: BoardTexts,
  { ids, positions }: BoardQueries,
): Record<string, Tensor> {
  const cells = width * height;
  const queries = positions.length / COORDINATES;
  const count = (length: number): Float32Array => Float32Array.from({ length }, (_, i) => i);
  const standing = Int32Array.from({ length: queries }, (_, i) => cellOf(positions, i, width));
  return {
    marker_ids: new Tensor('int32', markerIds, [markerIds.length]),
    marker_index: new Tensor('float32', count(markerIds.length), [markerIds.length]),
    query_ids: new Tensor('int32', ids, [texts, queries]),
    query_positions: new Tensor('int32', positions, [queries, COORDINATES]),
    query_cells: new Tensor('int32', standing, [queries, 1]),
    given_ids: new Tensor('int32', given, [texts, cells]),
    following_ids: new Tensor('int32', following, [texts, cells]),
    cell_index: new Tensor(
      'int32',
      Int32Array.from({ length: cells }, (_, i) => i),
      [1, cells],
    ),
    rows: new Tensor('float32', count(height), [height, 1]),
    columns: new Tensor('float32', count(width), [1, width]),
  };
}

/** The cell where a token of an answer stands; -1 for one that stands nowhere. */
export function cellOf(positions: Int32Array, token: number, width: number): number {
  const at = token * COORDINATES;
  const stands = positions[at] === numberOfPart('answer');
  return stands ? (positions[at + 1]! - 1) * width + positions[at + 3]! - 1 : -1;
}

/**
 * The coordinates of some cells' tokens in an answer, `[cells, 5]`. To the network the next state of a pair is one, too: what it
 * makes of a cell there is what it makes of it when it predicts.
 */
export function locateCells(
  part: 'answer',
  cells: ArrayLike<number>,
  width: number,
  height: number,
): Int32Array {
  const positions = new Int32Array(cells.length * COORDINATES);
  for (let i = 0; i < cells.length; i++) {
    const [row, column] = [Math.floor(cells[i]! / width), cells[i]! % width];
    const place = [row + 1, height - row, column + 1, width - column];
    positions.set([numberOfPart(part), ...place], i * COORDINATES);
  }
  return positions;
}

/** Where tokens that ask for bits lie on the rule's axes, `[queries, 11]`; 0 for the one that asks for the end. */
export function placeBits(positions: Int32Array, form: RuleForm): Float32Array {
  const axes = RULE_AXES.length;
  const all = listBitPlaces(form);
  const queries = positions.length / COORDINATES;
  const places = new Float32Array(queries * axes);
  for (let i = 0; i < queries; i++) {
    const bit = positions[i * COORDINATES + 1]! - 1;
    if (positions[i * COORDINATES] !== numberOfPart('end')) {
      places.set(all.subarray(bit * axes, (bit + 1) * axes), i * axes);
    }
  }
  return places;
}

/** The parts of a batch of prompts, by their coordinates. A text of several pairs counts as several here, a pair each. */
export interface ReadPrompt extends BoardTexts {
  readonly asksForRule: boolean;
  readonly form: RuleForm;
  /** `[texts, bits]`; empty where the prompt asks for them. */
  readonly bitIds: Int32Array;
}

/** Takes a batch of prompts apart. @param inputIds `[boards, tokens]` */
export function readPrompt(
  inputIds: Int32Array,
  boards: number,
  positions: Int32Array,
): ReadPrompt {
  const tokens = positions.length / COORDINATES;
  const given = findPart(positions, 'given');
  const next = findPart(positions, 'next');
  const table = findPart(positions, 'table bit');
  const bits = table.length > 0 ? table : findPart(positions, 'bit');
  const longest = (column: number): number =>
    given.reduce((most, token) => Math.max(most, positions[token * COORDINATES + column]!), 0);
  const [height, width] = [longest(1), longest(3)];
  const take = (places: readonly number[], rows: number): Int32Array => {
    const ids = new Int32Array(rows * places.length);
    for (let row = 0; row < rows; row++) {
      places.forEach(
        (token, i) => (ids[row * places.length + i] = inputIds[row * tokens + token]!),
      );
    }
    return ids;
  };
  const cells = take(given, boards);
  return {
    texts: cells.length / (width * height),
    width,
    height,
    markerIds: take(
      findPart(positions, 'marker').filter((token) => token > 0 && token < given[0]!),
      1,
    ),
    form: table.length > 0 ? 'table' : 'counts',
    bitIds: take(bits, boards),
    given: cells,
    asksForRule: next.length > 0,
    following: next.length > 0 ? take(next, boards) : new Int32Array(cells.length),
  };
}

/** The tokens of a part of a text. */
export function findPart(positions: Int32Array, part: TextPart): number[] {
  const number = numberOfPart(part);
  const tokens: number[] = [];
  for (let at = 0; at < positions.length; at += COORDINATES) {
    if (positions[at] === number) tokens.push(at / COORDINATES);
  }
  return tokens;
}

/** Puts the tokens of an answer on the board behind the given one. */
export function layOnBoard(
  { texts, width, height, following }: BoardTexts,
  inputIds: Int32Array,
  positions: Int32Array,
): void {
  const cells = width * height;
  const count = positions.length / COORDINATES;
  for (let token = 0; token < count; token++) {
    const cell = cellOf(positions, token, width);
    if (cell < 0) continue;
    for (let text = 0; text < texts; text++) {
      following[text * cells + cell] = inputIds[text * count + token]!;
    }
  }
}

/** Those of the queries of all texts from one to another. */
export function takeQueries(
  { ids, positions }: BoardQueries,
  texts: number,
  from: number,
  to: number,
): BoardQueries {
  const count = positions.length / COORDINATES;
  const taken = new Int32Array(texts * (to - from));
  for (let text = 0; text < texts; text++) {
    taken.set(ids.subarray(text * count + from, text * count + to), text * (to - from));
  }
  return { ids: taken, positions: positions.slice(from * COORDINATES, to * COORDINATES) };
}

/**
 * The texts of some boards with their answers as they stand, and the tokens that predict some of the cells.
 * @param next `[boards, cells]`, 0 or 1
 * @param cells row-major; the number of all cells asks for the end
 */
export function layStates(
  tokenizer: Tokenizer,
  { width, height, markerIds, form, texts: boards, rules }: NearBoards,
  next: Uint8Array,
  cells: ArrayLike<number>,
): {
  readonly texts: BoardTexts & Pick<ReadPrompt, 'bitIds' | 'form'>;
  readonly queries: BoardQueries;
} {
  const ids = [tokenizer.idOf('0'), tokenizer.idOf('1')];
  const write = (bits: ArrayLike<number>): Int32Array => Int32Array.from(bits, (bit) => ids[bit]!);
  const size = width * height;
  const count = boards.length;
  const given = new Int32Array(count * size);
  const start = tokenizer.idOf('> [');
  const following = new Int32Array(count * size);
  const asking = new Int32Array(count * cells.length);
  for (let b = 0; b < count; b++) {
    given.set(write(boards[b]!.subarray(1, 1 + size)), b * size);
    following.set(write(next.subarray(b * size, (b + 1) * size - 1)), b * size + 1);
    following[b * size] = start;
    for (let i = 0; i < cells.length; i++) {
      asking[b * cells.length + i] =
        cells[i] === size ? ids[next[(b + 1) * size - 1]!]! : following[b * size + cells[i]!]!;
    }
  }
  const positions = locateCells('answer', cells, width, height);
  for (let i = 0; i < cells.length; i++) {
    if (cells[i] === size) positions.set([numberOfPart('end'), 1, 0, 0, 0], i * COORDINATES);
  }
  return {
    texts: {
      texts: count,
      width,
      height,
      markerIds: Int32Array.from(markerIds),
      given,
      following,
      bitIds: write(rules),
      form,
    },
    queries: { ids: asking, positions },
  };
}
