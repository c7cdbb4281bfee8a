/** Where the heads look from cells that touch some borders: places with the least and most weight that each head has there. */

import {
  BOARD_STEEPNESS,
  LOOK_SIZE,
  PLACES,
  REACH,
  REFERENCES,
  SINK_DISTANCE,
} from '../network/location-config.js';
import {
  type Arithmetic,
  bell,
  exactly,
  type Interval,
  type Intervals,
  makeIntervals,
  multiply,
  softmax,
} from './arithmetic.js';
import type { Weights } from './weights.js';

/** Offsets within which places count: beyond, keys lie so far from where a head looks that they weigh next to nothing. */
export const REACHED = 3;
/** Offsets of places from a reference. */
export const OFFSETS = 2 * REACHED + 1;
/** A head's weight at a place that is less than this is left out, and counted for anything. */
const LEAST_MASS = 2 ** -36;
/** Windows that are wider than this are not bounded. */
export const LEAST_SHARPNESS = 6;

/** The weight of a head at a place. */
export interface HeadMass {
  readonly head: number;
  readonly mass: Interval;
}

/** A place by its references and offsets, with the heads that look there. */
export interface LookedAt {
  readonly references: readonly [row: number, column: number];
  readonly offset: readonly [down: number, right: number];
  readonly heads: readonly HeadMass[];
}

/** Where all heads look. */
export interface Look {
  readonly places: readonly LookedAt[];
  /** `[heads]`: most weight at all other places together. */
  readonly leftOut: Float64Array;
}

/** Works out where heads look, by the markers of a header and the borders that a cell touches. */
export interface Looker {
  /** What a head reads that finds nothing weighs as much. */
  readonly sink: Interval;
  /** `[heads]`: the gates of the given board and of the one behind it. */
  readonly boards: readonly Intervals[];
  look(markerIds: readonly number[], touches: readonly boolean[]): Look;
}

/** Reads the weights. */
export function openLooker(arithmetic: Arithmetic, weights: Weights): Looker {
  const { config, of } = weights;
  const { n_head: heads, head_dim: size, n_embd: width, attention_sharpness: sharpness } = config;
  const { unit, exp, tanh } = arithmetic;
  const sinkAt = sharpness * SINK_DISTANCE;
  const sink: Interval = [
    Math.exp(-sinkAt * (1 + 4 * unit)) * (1 - exp),
    Math.exp(-sinkAt * (1 - 4 * unit)) * (1 + exp),
  ];
  const boards = Array.from({ length: heads }, (_, head) => {
    const own = Array.from(of('h.1.attn.board').subarray(2 * head, 2 * head + 2));
    return softmax(arithmetic, exactly(own.map((logit) => logit * BOARD_STEEPNESS)));
  });
  const headers = new Map<string, Intervals>();

  /** The first layer: what the heads bring from the header's markers, `[width]`. */
  function readHeader(markerIds: readonly number[]): Intervals {
    const values = markerIds.map((id) => {
      const x = exactly(weights.embed(id, 'marker'));
      for (let i = 0; i < width; i++) {
        const off = unit * Math.abs(x.lo[i]!);
        x.lo[i]! -= off;
        x.hi[i]! += off;
      }
      return multiply(arithmetic, x, of('h.0.attn.c_value.weight'), heads * size);
    });
    const read = makeIntervals(heads * size);
    of('h.0.attn.place').forEach((place, head) => {
      const shares = markerIds.map((_, at) => {
        const distance = Math.abs(at - place);
        return bell(arithmetic, sharpness, [distance, distance]);
      });
      const total: Interval = [
        shares.reduce((sum, [lo]) => sum + lo, sink[0]),
        shares.reduce((sum, [, hi]) => sum + hi, sink[1]),
      ];
      for (let v = head * size; v < (head + 1) * size; v++) {
        let [lo, hi, most] = [0, 0, 0];
        values.forEach((value, i) => {
          const ends = [value.lo[v]!, value.hi[v]!].flatMap((end) => [
            (end * shares[i]![0]) / total[1],
            (end * shares[i]![1]) / total[0],
          ]);
          lo += Math.min(...ends);
          hi += Math.max(...ends);
          most += Math.max(...ends.map(Math.abs));
        });
        const off = (2 * markerIds.length + 8) * unit * most;
        read.lo[v] = lo - off;
        read.hi[v] = hi + off;
      }
    });
    return multiply(arithmetic, read, of('h.0.attn.c_proj.weight'), width);
  }

  /** What each head is told, `[heads * LOOK_SIZE]`. */
  function tell(markerIds: readonly number[], touches: readonly boolean[]): Intervals {
    const key = markerIds.join();
    const header = headers.get(key) ?? readHeader(markerIds);
    headers.set(key, header);
    const touched = exactly(touches.map(Number));
    const stream = multiply(arithmetic, touched, of('wpe.border.weight'), width);
    for (let i = 0; i < width; i++) {
      const [lo, hi] = [stream.lo[i]! + header.lo[i]!, stream.hi[i]! + header.hi[i]!];
      const off = unit * Math.max(Math.abs(lo), Math.abs(hi));
      stream.lo[i] = lo - off;
      stream.hi[i] = hi + off;
    }
    const bias = of('h.0.mlp.c_fc.bias');
    const fc = multiply(arithmetic, stream, of('h.0.mlp.c_fc.weight'), config.n_inner, bias);
    const hidden = {
      lo: fc.lo.map((value) => Math.tanh(value) - tanh),
      hi: fc.hi.map((value) => Math.tanh(value) + tanh),
    };
    return multiply(
      arithmetic,
      hidden,
      of('h.1.attn.c_look.weight'),
      heads * LOOK_SIZE,
      of('h.1.attn.c_look.bias'),
    );
  }

  /** The weight of keys at whole offsets from a reference, `[OFFSETS]`. */
  function weigh(lo: number, hi: number): Interval[] {
    const bend = (raw: number): number => REACH * Math.tanh(raw / REACH);
    const [from, to] = [bend(lo) - 2 * tanh, bend(hi) + 2 * tanh];
    return Array.from({ length: OFFSETS }, (_, i) => {
      const at = i - REACHED;
      const near = Math.max(0, from - at, at - to);
      const far = Math.max(Math.abs(from - at), Math.abs(to - at));
      return bell(arithmetic, sharpness, [near, far]);
    });
  }

  // keys farther from a reference lie at least this far from where a head looks: of two sums over rows and columns one has
  // nothing nearer, and the other is at most 3; what float32 makes of keys that weigh nothing is far less than 2^-80
  const beyond = REACHED + 1 - REACH - 2 * tanh;
  const farMass = 6 * 2.1 * Math.exp(-sharpness * beyond ** 2) + 2 ** -80;

  function look(markerIds: readonly number[], touches: readonly boolean[]): Look {
    const told = tell(markerIds, touches);
    const found = new Map<number, LookedAt & { heads: HeadMass[] }>();
    const leftOut = new Float64Array(heads).fill(farMass);
    const count = REFERENCES.length;
    for (let head = 0; head < heads; head++) {
      const from = head * LOOK_SIZE;
      const part = (begin: number, end: number): Intervals => ({
        lo: told.lo.subarray(from + begin, from + end),
        hi: told.hi.subarray(from + begin, from + end),
      });
      const gates = softmax(arithmetic, part(0, PLACES));
      const raw = part(PLACES, LOOK_SIZE);
      const bells = Array.from({ length: 2 * count }, (_, i) => weigh(raw.lo[i]!, raw.hi[i]!));
      for (let pair = 0; pair < PLACES; pair++) {
        const references = [Math.floor(pair / count), pair % count] as const;
        const [onRows, onColumns] = [bells[references[0]]!, bells[count + references[1]]!];
        onRows.forEach(([rowLo, rowHi], i) =>
          onColumns.forEach(([columnLo, columnHi], j) => {
            const hi = gates.hi[pair]! * rowHi * columnHi * (1 + 14 * unit) + arithmetic.tiny;
            if (!(hi >= LEAST_MASS)) {
              leftOut[head]! += hi;
              return;
            }
            const lo = gates.lo[pair]! * rowLo * columnLo * (1 - 14 * unit) - arithmetic.tiny;
            const key = (pair * OFFSETS + i) * OFFSETS + j;
            const place = found.get(key) ?? {
              references,
              offset: [i - REACHED, j - REACHED] as const,
              heads: [],
            };
            found.set(key, place);
            place.heads.push({ head, mass: [Math.max(0, lo), hi] });
          }),
        );
      }
    }
    return { places: [...found.values()], leftOut };
  }

  return { sink, boards, look };
}
