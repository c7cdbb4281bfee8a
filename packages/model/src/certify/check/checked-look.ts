/** Where the heads of a model look, as the check works it out: the weight of each at each place near a reference. */

import { HEADER_END, type TextPart, type Tokenizer, type TopologyToken } from '@lifegpt/core';
import type { LocationConfig } from '../../network/location-config.js';
import {
  exponential,
  hyperbolicTangent,
  least,
  magnitude,
  most,
  ONE,
  over,
  times,
  toFixed,
} from './fixed.js';
import type { Ends, Rounded, Supposed } from './rounded.js';

/** The weight of a head at a place. */
export interface PlaceMass {
  readonly rowReference: number;
  readonly columnReference: number;
  readonly down: number;
  readonly right: number;
  readonly head: number;
  readonly mass: Ends;
}

/** Where heads look. */
export interface CheckedLook {
  readonly masses: readonly PlaceMass[];
  readonly rest: readonly bigint[];
}

/** Of the network: references, and how far offsets reach. */
const [REFERENCES, REACH] = [5, 2n];
/** Of the proof: offsets of places that are listed, and the least weight. */
const [LISTED, LEAST_WEIGHT] = [3, ONE >> 36n];

/** What the weights say. */
export interface LookParts {
  readonly config: LocationConfig;
  readonly tokenizer: Tokenizer;
  readonly supposed: Supposed;
  readonly rounded: Rounded;
  readonly matrix: (name: string) => bigint[][];
  readonly vector: (name: string) => bigint[];
  /** A token's vector with that of its part of the text. */
  readonly stream: (id: number, part: TextPart) => bigint[];
}

/** Prepares what all borders and topologies have in common. */
export function openCheckedLook(
  parts: LookParts,
): (topology: TopologyToken, touches: readonly boolean[]) => CheckedLook {
  const { config, tokenizer, supposed, rounded, matrix, vector, stream } = parts;
  const { n_head: heads, head_dim: size } = config;
  const { unit, tanh, tiny } = supposed;
  const { fall, sink, share, sumUp } = rounded;
  const sharpness = toFixed(config.attention_sharpness);
  const valueMap0 = matrix('h.0.attn.c_value.weight');
  const outMap0 = matrix('h.0.attn.c_proj.weight');
  const borders = matrix('wpe.border.weight');
  const fcMap = matrix('h.0.mlp.c_fc.weight');
  const fcBias = vector('h.0.mlp.c_fc.bias');
  const lookMap = matrix('h.1.attn.c_look.weight');
  const lookBias = vector('h.1.attn.c_look.bias');
  const header = new Map<TopologyToken, Ends[]>();

  function readHeader(topology: TopologyToken): Ends[] {
    const values = [topology, HEADER_END].map((piece) => {
      const x = stream(tokenizer.idOf(piece), 'marker').map((value): Ends => {
        const off = times(unit, magnitude(value)) + 1n;
        return [value - off, value + off];
      });
      return sumUp(x, valueMap0);
    });
    const read = vector('h.0.attn.place').flatMap((place, head) => {
      const shares = values.map((_, at) => {
        const distance = magnitude((BigInt(at) << 96n) - place);
        return fall(distance, distance);
      });
      const total = shares.reduce<Ends>((sum, one) => [sum[0] + one[0], sum[1] + one[1]], sink);
      return Array.from({ length: size }, (_, v): Ends => {
        let [lo, hi, largest] = [0n, 0n, 0n];
        values.forEach((row, i) => {
          const ends = row[head * size + v]!.flatMap((value) => [
            over(times(value, shares[i]![0]), total[1]),
            over(times(value, shares[i]![1]), total[0]),
          ]);
          lo += ends.reduce(least) - 2n;
          hi += ends.reduce(most) + 2n;
          largest += ends.map(magnitude).reduce(most) + 2n;
        });
        const off = times(BigInt(2 * values.length + 8) * unit, largest) + 1n;
        return [lo - off, hi + off];
      });
    });
    return sumUp(read, outMap0);
  }

  function tell(topology: TopologyToken, touches: readonly boolean[]): Ends[] {
    const known = header.get(topology) ?? readHeader(topology);
    header.set(topology, known);
    const touched = touches.map((is): Ends => (is ? [ONE, ONE] : [0n, 0n]));
    const x = sumUp(touched, borders).map(([lo, hi], i): Ends => {
      const [from, to] = [lo + known[i]![0], hi + known[i]![1]];
      const off = times(unit, most(magnitude(from), magnitude(to))) + 1n;
      return [from - off, to + off];
    });
    const hidden = sumUp(x, fcMap, fcBias).map(([lo, hi]): Ends => [
      hyperbolicTangent(lo)[0] - tanh,
      hyperbolicTangent(hi)[1] + tanh,
    ]);
    return sumUp(hidden, lookMap, lookBias);
  }

  // keys beyond the listed offsets
  const beyond = (2n << 96n) - 2n * tanh;
  const far = times(
    12n * ONE + (6n * ONE) / 10n,
    exponential(-times(sharpness, times(beyond, beyond)) + 1n)[1],
  );
  const farMass = far + (ONE >> 80n) + 1n;

  function look(topology: TopologyToken, touches: readonly boolean[]): CheckedLook {
    const told = tell(topology, touches);
    const masses: PlaceMass[] = [];
    const rest = Array<bigint>(heads).fill(farMass);
    const pairs = REFERENCES * REFERENCES;
    const toldAHead = pairs + 2 * REFERENCES;
    const around = Array.from({ length: 2 * LISTED + 1 }, (_, i) => i - LISTED);
    for (let head = 0; head < heads; head++) {
      const own = told.slice(head * toldAHead, (head + 1) * toldAHead);
      const scores = own.slice(0, pairs);
      const gates = share(
        scores.map(([lo]) => lo),
        scores.map(([, hi]) => hi),
      );
      const weights = own.slice(pairs).map(([lo, hi]) => {
        const from = REACH * hyperbolicTangent(lo / REACH - 1n)[0] - 2n * tanh;
        const to = REACH * hyperbolicTangent(hi / REACH + 1n)[1] + 2n * tanh;
        return around.map((offset) => {
          const at = BigInt(offset) << 96n;
          const near = most(0n, most(from - at, at - to));
          return fall(near, most(magnitude(from - at), magnitude(to - at)));
        });
      });
      gates.forEach(([gateLo, gateHi], pair) => {
        const [rowReference, columnReference] = [Math.floor(pair / REFERENCES), pair % REFERENCES];
        around.forEach((down, i) => {
          const [rowLo, rowHi] = weights[rowReference]![i]!;
          const onRows: Ends = [times(gateLo, rowLo), times(gateHi, rowHi) + 1n];
          around.forEach((right, j) => {
            const [columnLo, columnHi] = weights[REFERENCES + columnReference]![j]!;
            const hi = times(times(onRows[1], columnHi) + 1n, ONE + 14n * unit) + tiny + 1n;
            if (hi < LEAST_WEIGHT) {
              rest[head]! += hi;
              return;
            }
            const lo = times(times(onRows[0], columnLo), ONE - 14n * unit) - tiny - 1n;
            masses.push({
              rowReference,
              columnReference,
              down,
              right,
              head,
              mass: [most(0n, lo), hi],
            });
          });
        });
      });
    }
    return { masses, rest };
  }

  return look;
}
