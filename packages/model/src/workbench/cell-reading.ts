/** All that a network computes for one cell, from where its heads look to the logits, read off a trace. */

import { FORM_BITS, listBitPlaces, RULE_AXES } from '@lifegpt/core';
import type { ModelFolder } from '../folder/model-folder.js';
import {
  isLocationConfig,
  PLACES,
  REACH,
  REFERENCES,
  type LocationConfig,
} from '../network/location-config.js';
import { softmax, times, type Vector } from '../network/plain-math.js';
import type { HeadAttention } from '../probe/attention-weights.js';
import type { ModelConfig } from '../network/config.js';
import { attributeLogits, headOutputs, openRows, rowOf, type Contribution } from './attribution.js';
import { readHeads } from './head-attention.js';
import type { Trace } from './workbench.js';

/** One of the places that a head of a model by location is told to look at. */
export interface HeadPlace {
  /** The references from which it is counted. */
  readonly row: (typeof REFERENCES)[number];
  readonly column: (typeof REFERENCES)[number];
  /** Cells below and to the right of them. */
  readonly down: number;
  readonly right: number;
  /** How much of the head's window lies there. */
  readonly share: number;
}

/** What one head does for a cell. */
export interface HeadReading extends HeadAttention {
  /** Where it looks, the largest share first; empty in a line, where heads have no place. */
  readonly places: readonly HeadPlace[];
}

/** How what heads bring adds up to a place on the rule's axes. */
export interface AxisSum {
  /** What each part adds, one number for each axis of the rule's form; they add up to `at`. */
  readonly parts: readonly { readonly part: string; readonly values: readonly number[] }[];
  /** Where the stream lies: birth or survival and the count, or the nine cells of the neighbourhood. */
  readonly at: readonly number[];
}

/** A bit of the rule, as the look-up sees it. */
export interface BitReading {
  /** Where it lies on these axes. */
  readonly place: readonly number[];
  /** How much of it is read. */
  readonly share: number;
  /** The token that stands there. */
  readonly piece: string;
}

/** What a network computes for one cell. */
export interface CellReading {
  readonly cell: number;
  readonly heads: readonly HeadReading[];
  /** By location; null in a line. */
  readonly sum: AxisSum | null;
  /** The bits of the rule, in their order; empty in a line. */
  readonly bits: readonly BitReading[];
  /** A logit for each piece of the vocabulary. */
  readonly logits: readonly { readonly piece: string; readonly logit: number }[];
  /** What each part adds to the lead of a living cell's logit over a dead one's. */
  readonly contributions: readonly Contribution[];
}

/** Places of heads with less of its window than this are not told. */
const LEAST_SHARE = 0.001;

/**
 * Reads what was computed for a cell.
 * @param trace has all places
 * @throws InputError where a place is missing; RangeError for a cell that was not asked for
 */
export function readCell(folder: ModelFolder, trace: Trace, cell: number): CellReading {
  const { config, tokenizer } = folder;
  const { data: logits } = rowOf(trace, 'logits', trace.layout.promptTokens - 1 + cell);
  const isLocation = isLocationConfig(config);
  return {
    cell,
    heads: tellHeads(config, trace, cell),
    sum: isLocation ? addUpAxes(folder, config, trace, cell) : null,
    bits: isLocation ? readBits(folder, trace, cell) : [],
    logits: Array.from(logits, (logit, id) => ({ piece: tokenizer.vocabulary[id]!, logit })),
    contributions: attributeLogits(folder, trace, cell),
  };
}

/** The attention of all heads, with the places that they are told to look at. */
function tellHeads(config: ModelConfig, trace: Trace, cell: number): HeadReading[] {
  const heads = readHeads(config, trace, cell);
  if (!isLocationConfig(config)) return heads.map((own) => ({ ...own, places: [] }));
  const { data } = rowOf(trace, 'h.1.attn.look', trace.layout.promptTokens - 1 + cell);
  const size = data.length / config.n_head;
  return heads.map((own, head) => {
    const look = Array.from(data.subarray(head * size, (head + 1) * size));
    return { ...own, places: readPlaces(look) };
  });
}

/** @param look what the head is told: logits of gates, and offsets before they are bounded */
function readPlaces(look: Vector): HeadPlace[] {
  const offset = (axis: number, reference: number): number =>
    REACH * Math.tanh(look[PLACES + axis * REFERENCES.length + reference]! / REACH);
  return softmax(look.slice(0, PLACES))
    .map((share, place): HeadPlace => {
      const [i, j] = [Math.floor(place / REFERENCES.length), place % REFERENCES.length];
      const [row, column] = [REFERENCES[i]!, REFERENCES[j]!];
      return { row, column, down: offset(0, i), right: offset(1, j), share };
    })
    .filter(({ share }) => share >= LEAST_SHARE)
    .sort((a, b) => b.share - a.share);
}

/** The indices of the axes on which a trace's rule lies. */
const axesOf = ({ layout }: Trace): number[] =>
  RULE_AXES.flatMap(({ form }, i) => (form === layout.form ? [i] : []));

function addUpAxes(
  folder: ModelFolder,
  config: LocationConfig,
  trace: Trace,
  cell: number,
): AxisSum {
  const weights = openRows(folder);
  const token = trace.layout.promptTokens - 1 + cell;
  const axes = axesOf(trace);
  const row = (place: string): Vector => Array.from(rowOf(trace, place, token).data);
  const onAxes = (x: Vector): number[] => {
    const all = times(x, weights('h.2.attn.c_axes.weight'));
    return axes.map((axis) => all[axis]!);
  };
  const z = rowOf(trace, 'h.1.attn.z', token);
  const heads = headOutputs(config, z, weights('h.1.attn.c_proj.weight'));
  const bias = weights('h.2.attn.c_axes.bias')[0]!;
  const at = row('h.2.axes');
  return {
    parts: [
      { part: 'embed', values: onAxes(row('h.1.resid_pre')) },
      ...heads.map((x, head) => ({ part: `h.1 head ${head}`, values: onAxes(x) })),
      { part: 'bias', values: axes.map((axis) => bias[axis]!) },
    ],
    at: axes.map((axis) => at[axis]!),
  };
}

function readBits({ tokenizer }: ModelFolder, trace: Trace, cell: number): BitReading[] {
  const { form, firstCell, promptTokens } = trace.layout;
  const { data: shares } = rowOf(trace, 'h.2.attn.pattern', promptTokens - 1 + cell);
  const places = listBitPlaces(form);
  const axes = axesOf(trace);
  // a marker stands between the bits and the first cell
  const first = firstCell - 1 - FORM_BITS[form];
  return Array.from(shares, (share, bit) => ({
    place: axes.map((axis) => places[bit * RULE_AXES.length + axis]!),
    share,
    piece: tokenizer.vocabulary[trace.tokens[first + bit]!]!,
  }));
}
