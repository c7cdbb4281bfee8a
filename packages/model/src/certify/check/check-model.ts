/**
 * A model's weights as the check reads them: where its heads look, as intervals, and what each token that they read comes to.
 * The numbers are those of the proof (docs/certificate.md), worked out anew in fixed point.
 */

import {
  ANSWER_END,
  ANSWER_START,
  FORM_BITS,
  numberOfPart,
  type RuleForm,
  type TextPart,
  type Tokenizer,
  type TopologyToken,
} from '@lifegpt/core';
import type { NamedTensor } from '../../folder/safetensors.js';
import type { LocationConfig } from '../../network/location-config.js';
import { openCheckedLook, type CheckedLook } from './checked-look.js';
import { BITS, exponential, magnitude, times, toFixed } from './fixed.js';
import {
  addRows,
  largestOf,
  magnitudes,
  magnitudesOf,
  multiplyRow,
  toRows,
} from './fixed-matrix.js';
import { LARGEST, openRounded, type Ends, type Supposed } from './rounded.js';

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

/** Axes of the look-up. */
const AXES = 11;
/** Keys of a head that do not vanish. */
const KEYS = 35n * 35n;
const FORMS = ['counts', 'table'] as const;

/** Reads the weights. @throws RangeError where numbers are too large for a proof */
export function openChecked(
  config: LocationConfig,
  tensors: readonly NamedTensor[],
  tokenizer: Tokenizer,
  supposed: Supposed,
): CheckedModel {
  const { n_head: heads, head_dim: size, n_embd: width, vocab_size: vocabulary } = config;
  const { unit, tiny } = supposed;
  const raw = (name: string): Float32Array => tensors.find((tensor) => tensor.name === name)!.data;
  const matrix = (name: string): bigint[][] => {
    const { shape, data } = tensors.find((tensor) => tensor.name === name)!;
    return toRows(data, shape.at(-1)!);
  };
  const vector = (name: string): bigint[] => Array.from(raw(name), toFixed);
  const count = (n: number): bigint => BigInt(n);
  const rounded = openRounded(toFixed(config.attention_sharpness), supposed);

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
    sink: rounded.sink,
    gates: boardLogits.map((row) => rounded.share(row, row) as [Ends, Ends]),
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
    look: openCheckedLook({ config, tokenizer, supposed, rounded, matrix, vector, stream }),
  };
}
