/**
 * The network with attention by location in plain loops and doubles: slow, readable, kept as the reference that the graphs
 * are tested against. It goes through one whole text, token by token, and knows nothing of boards: each token looks at all
 * tokens before it whose part its layer reads.
 */

import {
  COORDINATES,
  listBitPlaces,
  numberOfPart,
  RULE_AXES,
  TEXT_PARTS,
  type TextPart,
} from '@lifegpt/core';
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
import { dot, plus, softmax, sum, take, times, toRows, type Vector } from './plain-math.js';

/** The parts of a text that have cells, and which of its two boards they are on. */
const BOARD_OF_PART: Partial<Record<TextPart, number>> = { given: 0, answer: 1, next: 1 };
/** Parts whose tokens write, and those that look up or are looked up. */
const WRITING: readonly TextPart[] = ['answer', 'asked bit', 'asked table bit', 'end'];

/**
 * Logits of the tokens that write, `[written tokens][vocabulary]`. A text of several pairs is read pair by pair.
 * @param inputIds the whole text but its last token
 * @param positions `[tokens, 5]`
 */
export function locationReference(
  config: LocationConfig,
  tensors: readonly NamedTensor[],
  inputIds: ArrayLike<number>,
  positions: ArrayLike<number>,
): Vector[] {
  const weights = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  const matrix = (name: string): Vector[] => toRows(weights.get(`${name}.weight`)!);
  const vector = (name: string): Vector => Array.from(weights.get(name)!.data);
  const { n_head: heads, head_dim: size, attention_sharpness: sharpness } = config;
  const bell = (d: number): number => Math.exp(-sharpness * d * d);
  const sink = Math.exp(-sharpness * SINK_DISTANCE);

  const wte = matrix('wte');
  const wpe = matrix('wpe.part');
  const tokens = Array.from(inputIds, (id, at) => {
    const place = Array.from({ length: COORDINATES }, (_, i) => positions[at * COORDINATES + i]!);
    const part = TEXT_PARTS[place[0]!]!;
    const board = BOARD_OF_PART[part];
    const [top, bottom, left, right] = place.slice(1).map((distance) => distance - 1);
    const distances = [top!, bottom!, left!, right!];
    // the next state of a pair is read as the answer that it is
    const x = plus(wte[id]!, wpe[numberOfPart(part === 'next' ? 'answer' : part)]!);
    return { at, id, part, board, index: place[1]! - 1, distances, x };
  });
  type Token = (typeof tokens)[number];
  const firstCell = tokens.findIndex(({ part }) => part === 'given');
  const cellsOfBoard = lengthOfBoard(tokens.find(({ part }) => part === 'given')!);
  const pairOf = (token: Token): number =>
    Math.floor(
      tokens.slice(0, token.at).filter(({ board }) => board === token.board).length / cellsOfBoard,
    );

  // layer 0: each head at a place of its own among the header's markers, but for the first, which tells the task
  const markers = tokens.slice(1, firstCell).filter(({ part }) => part === 'marker');
  const readMarkers = vector('h.0.attn.place').flatMap((place, head) => {
    const shares = markers.map((_, i) => bell(i - place));
    const total = sum(shares) + sink;
    const values = markers.map(({ x }) => times(x, matrix('h.0.attn.c_value')));
    return take(size, (v) =>
      sum(shares.map((share, i) => (share / total) * values[i]![head * size + v]!)),
    );
  });
  const header = times(readMarkers, matrix('h.0.attn.c_proj'));

  // layer 1: windows on the boards
  const gates = toRows(weights.get('h.1.attn.board')!).map((row) =>
    softmax(row.map((logit) => logit * BOARD_STEEPNESS)),
  );
  const values = wte.map((row) => times(row, matrix('h.1.attn.c_value')));
  function look(token: Token): Vector {
    const borders = matrix('wpe.border').filter((_, border) => token.distances[border] === 0);
    const stream = [header, ...borders].reduce(plus);
    const hidden = plus(times(stream, matrix('h.0.mlp.c_fc')), vector('h.0.mlp.c_fc.bias'));
    const told = plus(
      times(hidden.map(Math.tanh), matrix('h.1.attn.c_look')),
      vector('h.1.attn.c_look.bias'),
    );
    const references = [...token.distances, 0];
    const keys = tokens.filter(
      (key) =>
        key.board !== undefined &&
        (key.board === 0 || key.at <= token.at) &&
        pairOf(key) === pairOf(token),
    );
    const read = take(heads, (head) => {
      const own = told.slice(head * LOOK_SIZE, (head + 1) * LOOK_SIZE);
      const shares = softmax(own.slice(0, PLACES));
      const offset = (axis: number, reference: number): number =>
        REACH * Math.tanh(own[PLACES + axis * REFERENCES.length + reference]! / REACH);
      const masses = keys.map(({ board, distances: [row, , column] }) => {
        const window = shares.map((share, place) => {
          const [i, j] = [Math.floor(place / REFERENCES.length), place % REFERENCES.length];
          const down = row! - references[i]! - offset(0, i);
          const right = column! - references[j]! - offset(1, j);
          return share * bell(down) * bell(right);
        });
        return gates[head]![board!]! * sum(window);
      });
      const total = sum(masses) + sink;
      return take(size, (v) =>
        sum(masses.map((mass, k) => (mass / total) * values[keys[k]!.id]![head * size + v]!)),
      );
    }).flat();
    return plus(token.x, times(read, matrix('h.1.attn.c_proj')));
  }

  // layer 2: the rule's bits that lie where a stream says, or the cells that say a bit's place
  const places = { counts: toPlaces('counts'), table: toPlaces('table') };
  const axes = (x: Vector): Vector =>
    plus(times(x, matrix('h.2.attn.c_axes')), vector('h.2.attn.c_axes.bias'));
  const moved = (place: Vector): Vector =>
    plus(
      place.map((value, i) => value * vector('h.2.attn.key_scale')[i]!),
      vector('h.2.attn.key_shift'),
    );
  const steepness = toRows(weights.get('h.2.attn.sharpness')!).map((row) => row.map(Math.exp));
  const hasTable = tokens.some(({ part }) => part.endsWith('table bit'));
  const form = hasTable ? 'table' : 'counts';
  function score(direction: number, a: Vector, b: Vector): number {
    const terms = RULE_AXES.map((axis, i) =>
      axis.form === form ? steepness[direction]![i]! * (a[i]! - b[i]!) ** 2 : 0,
    );
    return -sum(terms);
  }
  const write = (x: Vector, read: Vector): Vector => {
    const stream = plus(x, times(read, matrix('h.2.attn.c_proj')));
    return plus(
      matrix('lm_head').map((row) => dot(row, stream)),
      vector('lm_head.bias'),
    );
  };
  const isInverse = tokens.some(({ part }) => part === 'next');
  const keys = isInverse
    ? tokens.filter(({ part }) => part === 'next').map(look)
    : tokens.filter(({ part }) => part.endsWith('bit')).map(({ x }) => x);
  return tokens
    .filter(({ part }) => WRITING.includes(part))
    .map((token) => {
      let shares: Vector;
      let x = token.x;
      if (isInverse) {
        const own = token.part === 'end' ? Array<number>(11).fill(0) : places[form][token.index]!;
        const scores = keys.map((key) => score(1, own, moved(axes(key))));
        shares = softmax([...scores, vector('h.2.attn.sink')[0]!]).slice(0, -1);
      } else {
        if (token.part === 'answer') x = look(token);
        const own = axes(x);
        shares = softmax(keys.map((_, bit) => score(0, own, places[form][bit]!)));
      }
      const found = keys.map((key) => times(key, matrix('h.2.attn.c_value')));
      return write(
        x,
        take(found[0]!.length, (v) => sum(shares.map((s, k) => s * found[k]![v]!))),
      );
    });
}

/** Cells of the board that a token's cell is on. */
function lengthOfBoard({ distances }: { readonly distances: readonly number[] }): number {
  const [top, bottom, left, right] = distances;
  return (top! + bottom! + 1) * (left! + right! + 1);
}

function toPlaces(form: 'counts' | 'table'): Vector[] {
  return toRows({ data: listBitPlaces(form), shape: [0, RULE_AXES.length] });
}
