/**
 * A model's weights as the check reads them: where its heads look, as intervals, and what each token that they read comes to.
 * The numbers are those of the proof (docs/certificate.md), worked out anew in fixed point.
 */

import {
  ANSWER_END,
  ANSWER_START,
  FORM_BITS,
  HEADER_END,
  numberOfPart,
  type RuleForm,
  type TextPart,
  type Tokenizer,
  type TopologyToken,
} from '@lifegpt/core';
import type { NamedTensor } from '../../folder/safetensors.js';
import type { LocationConfig } from '../../network/location-config.js';
import {
  BITS,
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
import {
  addRows,
  type FixedRows,
  largestOf,
  magnitudes,
  magnitudesOf,
  multiplyRow,
  toRows,
} from './fixed-matrix.js';

/** What the runtime's arithmetic is supposed to be; all 0 for numbers that do not round. */
export interface Supposed {
  readonly unit: bigint;
  readonly exp: bigint;
  readonly tanh: bigint;
  readonly tiny: bigint;
}

/** float32, with a hundredth to spare. */
export const ROUNDED: Supposed = {
  unit: toFixed(1.01 * 2 ** -24),
  exp: ONE >> 21n,
  tanh: ONE >> 20n,
  tiny: 1n,
};
/** Numbers that do not round. */
export const UNROUNDED: Supposed = { unit: 0n, exp: 0n, tanh: 0n, tiny: 0n };

/** Two ends. */
export type Ends = readonly [lo: bigint, hi: bigint];

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

/** A row of outcomes: 11 axes, the leads of a dead cell over each token, those of a living one. */
export type Outcome = readonly bigint[];

/** What the check knows of a model. */
export interface CheckedModel {
  readonly supposed: Supposed;
  readonly heads: number;
  readonly vocabulary: number;
  readonly ids: { readonly dead: number; readonly alive: number; readonly end: number };
  readonly sink: Ends;
  /** `[heads]`: gates of the given board, and of the answer. */
  readonly gates: readonly (readonly [given: Ends, answer: Ends])[];
  /** `[axes]` */
  readonly steepness: readonly bigint[];
  /** What a predicting token has itself: dead, alive, and the marker before the first cell. */
  readonly own: readonly [dead: Outcome, alive: Outcome, start: Outcome];
  /** `[heads]` of what each of these brings when a head reads it alone. */
  readonly brought: readonly [
    dead: readonly Outcome[],
    alive: readonly Outcome[],
    start: readonly Outcome[],
  ];
  /** What a bit that is found brings, unset and set. */
  readonly bits: Readonly<Record<RuleForm, readonly [Outcome, Outcome]>>;
  /** What rounding may move: axes, and logits by form. */
  readonly axesOff: readonly bigint[];
  readonly logitsOff: Readonly<Record<RuleForm, readonly bigint[]>>;
  /** Logits of the token behind the last cell, dead or alive, and of the bits that it finds. */
  readonly ending: {
    readonly own: readonly [readonly bigint[], readonly bigint[]];
    readonly bits: Readonly<Record<RuleForm, readonly [readonly bigint[], readonly bigint[]]>>;
  };
  look(topology: TopologyToken, touches: readonly boolean[]): CheckedLook;
}

/** Of the network: references, places, and how far offsets reach. */
const [REFERENCES, REACH, AXES] = [5, 2n, 11];
/** Of the proof: offsets of places that are listed, the least weight, and keys that count. */
const [LISTED, LEAST_WEIGHT, KEYS] = [3, ONE >> 36n, 35n * 35n];
/** Numbers that sums must stay below. */
const LARGEST = 1n << 50n;
const FORMS = ['counts', 'table'] as const;

/** Reads the weights. @throws RangeError where numbers are too large for a proof */
export function openChecked(
  config: LocationConfig,
  tensors: readonly NamedTensor[],
  tokenizer: Tokenizer,
  supposed: Supposed,
): CheckedModel {
  const { n_head: heads, head_dim: size, n_embd: width, vocab_size: vocabulary } = config;
  const { unit, exp, tanh, tiny } = supposed;
  const raw = (name: string): Float32Array => tensors.find((tensor) => tensor.name === name)!.data;
  const matrix = (name: string): bigint[][] => {
    const { shape, data } = tensors.find((tensor) => tensor.name === name)!;
    return toRows(data, shape.at(-1)!);
  };
  const vector = (name: string): bigint[] => Array.from(raw(name), toFixed);
  const count = (n: number): bigint => BigInt(n);
  const sharpness = toFixed(config.attention_sharpness);

  const wte = matrix('wte.weight');
  const wpe = matrix('wpe.part.weight');
  const stream = (id: number, part: TextPart): bigint[] =>
    addRows(wte[id]!, wpe[numberOfPart(part)]!);
  const [dead, alive, start, end] = ['0', '1', ANSWER_START, ANSWER_END].map(tokenizer.idOf) as [
    number,
    number,
    number,
    number,
  ];

  /** e^-λd² for d from `near` to `far`, as it may come out. */
  function fall(near: bigint, far: bigint): Ends {
    const [from, to] = [near, far].map((d) => times(sharpness, times(d, d)));
    const low = exponential(-times(to!, ONE + 6n * unit) - 1n)[0];
    const high = exponential(-times(from!, ONE - 6n * unit) + 1n)[1];
    return [most(0n, times(low, ONE - exp) - tiny), times(high, ONE + exp) + tiny + 1n];
  }

  const sinkAt = times(sharpness, toFixed(0.6));
  const sink: Ends = [
    times(exponential(-times(sinkAt, ONE + 4n * unit))[0], ONE - exp),
    times(exponential(-times(sinkAt, ONE - 4n * unit))[1], ONE + exp) + 1n,
  ];

  /** Shares of e^score. */
  function share(lows: readonly bigint[], highs: readonly bigint[]): Ends[] {
    const top = highs.reduce(most);
    const spread = top - lows.reduce(least);
    const apart = times(2n * unit, spread);
    const off = 2n * exp + count(lows.length + 8) * unit;
    // against the largest, so that nothing overflows
    const low = lows.map((score) => exponential(score - top));
    const high = highs.map((score) => exponential(score - top));
    const [up, down] = [exponential(apart)[1], exponential(-apart)[0]];
    const sumHigh = high.reduce((sum, [, hi]) => sum + hi, 0n);
    const sumLow = low.reduce((sum, [lo]) => sum + lo, 0n);
    return lows.map((_, i) => {
      const others = [
        times(sumHigh - high[i]![1], up) + 1n,
        times(sumLow - low[i]![0], down),
      ] as const;
      const from = over(times(low[i]![0], ONE - off), low[i]![0] + others[0] + 1n);
      const to = over(times(high[i]![1], ONE + off), high[i]![1] + others[1]);
      return [most(0n, from - tiny - 1n), to + tiny + 2n];
    });
  }

  /** A row between ends by a matrix of weights, as any order of float32 sums may give it. */
  function sumUp(row: readonly Ends[], weights: FixedRows, bias?: readonly bigint[]): Ends[] {
    const columns = weights[0]!.length;
    const [lo, hi, size_] = [0, 1, 2].map(() => Array<bigint>(columns).fill(0n)) as [
      bigint[],
      bigint[],
      bigint[],
    ];
    row.forEach(([from, to], i) => {
      const largest = most(magnitude(from), magnitude(to));
      const own = weights[i]!;
      for (let c = 0; c < columns; c++) {
        const weight = own[c]!;
        if (weight >= 0n) {
          lo[c]! += weight * from;
          hi[c]! += weight * to;
          size_[c]! += weight * largest;
        } else {
          lo[c]! += weight * to;
          hi[c]! += weight * from;
          size_[c]! -= weight * largest;
        }
      }
    });
    return lo.map((sum, c) => {
      const added = bias?.[c] ?? 0n;
      const all = times(size_[c]!, 1n) + magnitude(added) + 1n;
      if (all >= LARGEST << BITS) throw new RangeError('numbers of it are too large');
      const off = count(row.length + 2) * (times(unit, all) + tiny + 1n);
      return [times(sum, 1n) + added - off, times(hi[c]!, 1n) + added + off + 1n];
    });
  }

  // layer 0 and what heads are told
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
        const off = times(count(2 * values.length + 8) * unit, largest) + 1n;
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

  // what streams come to
  const axesMap = matrix('h.2.attn.c_axes.weight');
  const lmHead = matrix('lm_head.weight');
  const projection = axesMap.map((row, i) => [...row, ...lmHead.map((token) => token[i]!)]);
  const bias = [...vector('h.2.attn.c_axes.bias'), ...vector('lm_head.bias')];
  const lead = (row: readonly bigint[]): bigint[] => {
    const logits = row.slice(AXES);
    return [
      ...row.slice(0, AXES),
      ...[dead, alive].flatMap((right) => logits.map((logit) => logits[right]! - logit)),
    ];
  };
  const project = (x: readonly bigint[]): bigint[] => multiplyRow(x, projection);
  const valueMap = matrix('h.1.attn.c_value.weight');
  const outMap = matrix('h.1.attn.c_proj.weight');
  const bringToken = (id: number): Outcome[] => {
    const values = multiplyRow(wte[id]!, valueMap);
    return Array.from({ length: heads }, (_, head) => {
      const cut = [head * size, (head + 1) * size] as const;
      return lead(project(multiplyRow(values.slice(...cut), outMap.slice(...cut))));
    });
  };
  const ownOf = (id: number): Outcome => lead(addRows(project(stream(id, 'answer')), bias));
  const bitMap = matrix('h.2.attn.c_value.weight');
  const backMap = matrix('h.2.attn.c_proj.weight');
  const partOf = (form: RuleForm): TextPart => (form === 'counts' ? 'bit' : 'table bit');
  const bringBit = (form: RuleForm, id: number): bigint[] =>
    project(multiplyRow(multiplyRow(stream(id, partOf(form)), bitMap), backMap));

  const boardLogits = matrix('h.1.attn.board').map((row) => row.map((logit) => 4n * logit));

  // rounding behind the shares
  const widthOf = count(width);
  const steep = magnitudesOf(projection);
  const onBoard = [dead, alive, start];
  const values = largestOf(onBoard.map((id) => multiplyRow(wte[id]!, valueMap)));
  const valueSums = largestOf(
    onBoard.map((id) => multiplyRow(magnitudes(wte[id]!), magnitudesOf(valueMap))),
  );
  const broughtOff = values.map(
    (value, v) =>
      times(unit, 2n * (KEYS + 16n) * value + (widthOf + 2n) * valueSums[v]!) +
      (KEYS + widthOf) * tiny,
  );
  const broughtSums = multiplyRow(values, magnitudesOf(outMap));
  const starts = onBoard.flatMap((id) => [stream(id, 'answer'), stream(id, 'end')]);
  const whole = addRows(largestOf(starts), broughtSums);
  const readCount = count(heads * size);
  const wholeOff = whole.map(
    (value, i) => times(unit, (readCount + 2n) * broughtSums[i]! + 4n * value) + readCount * tiny,
  );
  const throughHeads = multiplyRow(broughtOff, magnitudesOf(outMap.map(project)));
  const settle = (sizes: readonly bigint[], off: readonly bigint[]): bigint[] => {
    const sums = multiplyRow(sizes, steep);
    const offs = multiplyRow(off, steep);
    return sums.map(
      (sum, c) =>
        offs[c]! +
        throughHeads[c]! +
        (widthOf + 4n) * (times(unit, sum + magnitude(bias[c]!)) + tiny) +
        (sum >> 38n) +
        1n,
    );
  };
  const sizes = [...whole, ...valueSums, ...multiplyRow(whole, steep)];
  const logitsOff = Object.fromEntries(
    FORMS.map((form) => {
      const rows = [dead, alive].map((id) => stream(id, partOf(form)));
      const read = largestOf(rows.map((row) => multiplyRow(row, bitMap)));
      const readSums = largestOf(
        rows.map((row) => multiplyRow(magnitudes(row), magnitudesOf(bitMap))),
      );
      const bits = count(FORM_BITS[form]);
      const readOff = read.map(
        (value, w) =>
          times(unit, (2n * bits + 24n) * value + (widthOf + 3n) * readSums[w]!) + bits * tiny,
      );
      const backSums = multiplyRow(read, magnitudesOf(backMap));
      const all = addRows(whole, backSums);
      const found = count(backMap.length);
      const off = all.map(
        (value, i) =>
          wholeOff[i]! + times(unit, (found + 2n) * backSums[i]! + 2n * value) + found * tiny,
      );
      sizes.push(...readSums, ...all);
      const throughBits = multiplyRow(readOff, magnitudesOf(backMap.map(project)));
      return [form, addRows(settle(all, off), throughBits).slice(AXES)];
    }),
  ) as unknown as CheckedModel['logitsOff'];
  sizes.push(...bias.map(magnitude), ...boardLogits.flat().map(magnitude));
  if (sizes.some((value) => value >= LARGEST << BITS))
    throw new RangeError('numbers of it are too large');

  return {
    supposed,
    heads,
    vocabulary,
    ids: { dead, alive, end },
    sink,
    gates: boardLogits.map((row) => share(row, row) as [Ends, Ends]),
    steepness: vector('h.2.attn.sharpness')
      .slice(0, AXES)
      .map((value) => exponential(value)[1]),
    own: [ownOf(dead), ownOf(alive), ownOf(start)],
    brought: [bringToken(dead), bringToken(alive), bringToken(start)],
    bits: Object.fromEntries(
      FORMS.map((form) => [form, [dead, alive].map((id) => lead(bringBit(form, id)))]),
    ) as unknown as CheckedModel['bits'],
    axesOff: settle(whole, wholeOff).slice(0, AXES),
    logitsOff,
    ending: {
      own: [dead, alive].map((id) =>
        addRows(project(stream(id, 'end')), bias).slice(AXES),
      ) as unknown as CheckedModel['ending']['own'],
      bits: Object.fromEntries(
        FORMS.map((form) => [form, [dead, alive].map((id) => bringBit(form, id).slice(AXES))]),
      ) as unknown as CheckedModel['ending']['bits'],
    },
    look,
  };
}
