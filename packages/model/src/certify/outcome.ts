/**
 * What a stream comes to: where it lies on the rule's axes, and by how much each token that may be right leads each other one.
 * All of it is linear in the stream, and so in the tokens read: each token that a head reads adds a row of these numbers.
 */

import { RULE_AXES, type RuleForm, type TextPart } from '@lifegpt/core';
import { lookUpWidth } from '../network/location-config.js';
import type { Weights } from './weights.js';

/** The rule's axes stand first in a row. */
export const AXES = RULE_AXES.length;
/** The rule's forms. */
export const FORMS: readonly RuleForm[] = ['counts', 'table'];

/** The ids of the tokens that stand on the boards of a text, and of the one that ends it. */
export interface TokenIds {
  readonly dead: number;
  readonly alive: number;
  /** Opens the answer, and so predicts the first cell. */
  readonly start: number;
  /** Closes the answer. */
  readonly end: number;
}

/** Rows of numbers: `[axes]`, then of a dead cell its leads over each token, `[vocabulary]`, then of a living one. */
export interface Outcomes {
  readonly size: number;
  /** Where the leads of a dead (0) or living (1) cell begin in a row. */
  leads(state: 0 | 1): number;
  /** What a token that predicts has itself, with all biases. */
  own(id: number): Float64Array;
  /** What a head with all its weight on a token brings, `[heads][size]`. */
  bring(id: number): Float64Array[];
  /** What the third layer brings of an unset bit and of a set one. */
  bits(form: RuleForm): readonly [unset: Float64Array, set: Float64Array];
}

/** Projects streams, in doubles. */
export function openOutcomes(weights: Weights, tokens: TokenIds): Outcomes {
  const { config, of, embed } = weights;
  const { n_embd: width, n_head: heads, head_dim: size, vocab_size: vocabulary } = config;
  const outcomes = AXES + 2 * vocabulary;
  const states = [tokens.dead, tokens.alive];
  const projection = projectStreams(weights);

  /** Axes and logits to axes and leads. */
  function lead(row: Float64Array): Float64Array {
    const leads = new Float64Array(outcomes);
    leads.set(row.subarray(0, AXES));
    states.forEach((state, i) => {
      for (let id = 0; id < vocabulary; id++) {
        leads[AXES + i * vocabulary + id] = row[AXES + state]! - row[AXES + id]!;
      }
    });
    return leads;
  }
  const project = (x: ArrayLike<number>): Float64Array =>
    lead(times(x, projection, AXES + vocabulary));

  return {
    size: outcomes,
    leads: (state) => AXES + state * vocabulary,
    own(id) {
      const row = times(embed(id, 'answer'), projection, AXES + vocabulary);
      of('h.2.attn.c_axes.bias').forEach((value, axis) => (row[axis]! += value));
      of('lm_head.bias').forEach((value, token) => (row[AXES + token]! += value));
      return lead(row);
    },
    bring(id) {
      const values = times(
        of('wte.weight').subarray(id * width, (id + 1) * width),
        of('h.1.attn.c_value.weight'),
        heads * size,
      );
      return Array.from({ length: heads }, (_, head) => {
        const [from, to] = [head * size, (head + 1) * size];
        const rows = of('h.1.attn.c_proj.weight').subarray(from * width, to * width);
        return project(times(values.subarray(from, to), rows, width));
      });
    },
    bits(form) {
      const bring = (id: number): Float64Array => project(bringBit(weights, form, id));
      return [bring(tokens.dead), bring(tokens.alive)];
    },
  };
}

/** What the third layer adds to a stream that finds a bit, `[width]`. */
export function bringBit(weights: Weights, form: RuleForm, id: number): Float64Array {
  const { config, of, embed } = weights;
  const value = times(embed(id, partOf(form)), of('h.2.attn.c_value.weight'), lookUpWidth(config));
  return times(value, of('h.2.attn.c_proj.weight'), config.n_embd);
}

/** The part of the text whose tokens are a rule's bits. */
export const partOf = (form: RuleForm): TextPart => (form === 'counts' ? 'bit' : 'table bit');

/** The map from a stream to the axes and all logits, `[width][axes + vocabulary]`. */
export function projectStreams({ config, of }: Weights): Float64Array {
  const { n_embd: width, vocab_size: vocabulary } = config;
  const columns = AXES + vocabulary;
  const map = new Float64Array(width * columns);
  for (let i = 0; i < width; i++) {
    map.set(of('h.2.attn.c_axes.weight').subarray(i * AXES, (i + 1) * AXES), i * columns);
    for (let id = 0; id < vocabulary; id++) {
      map[i * columns + AXES + id] = of('lm_head.weight')[id * width + i]!;
    }
  }
  return map;
}

/** A row by a matrix, `[rows][columns]`. */
export function times(
  row: ArrayLike<number>,
  matrix: ArrayLike<number>,
  columns: number,
): Float64Array {
  const product = new Float64Array(columns);
  for (let i = 0; i < row.length; i++) {
    for (let c = 0; c < columns; c++) product[c]! += row[i]! * matrix[i * columns + c]!;
  }
  return product;
}
