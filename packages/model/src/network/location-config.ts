/**
 * The description of a model with attention by location, and its parameters. Three layers: the first reads the header's
 * markers, the second looks at the board, the third looks the rule up (or, asked for a rule, looks for the cells of a case).
 *
 * What is given: that distances are numbers, which borders a cell touches, that a head begins within `INITIAL_REACH` cells
 * of its own, on the given board rather than on the answer, and ends within `REACH` of a reference, and on which axes a
 * rule's bits lie. What is not: which cells
 * count, how borders are joined, what a rule means.
 */

import { checkShape, RULE_AXES, shapes, TEXT_PARTS, type RandomStream } from '@lifegpt/core';
import type { ParameterSpec } from './parameter.js';
import { trainedForShape, type TrainedFor } from './trained-for.js';

/** The contents of the `config.json` of a model with attention by location; sizes are named as in GPT-2. */
export interface LocationConfig {
  /** The only one. */
  readonly model_type: 'lifegpt';
  /** Attention by location. */
  readonly position_scheme: 'location';
  /** The header, the board, the rule: always three. */
  readonly n_layer: 3;
  /** Heads of the layer that looks at the board. */
  readonly n_head: number;
  /** Size of a head's values (Llama's name). */
  readonly head_dim: number;
  /** Width of the residual stream. */
  readonly n_embd: number;
  /** Width inside the feed-forward part that says where heads look. */
  readonly n_inner: number;
  /** Tokens that there are: 18. */
  readonly vocab_size: number;
  /** λ: a key's weight falls as e^(-λ d²) with its distance d from where a head looks. */
  readonly attention_sharpness: number;
  /** What the weights were trained for, so that nobody asks them for anything else unknowingly. */
  readonly trained_for: TrainedFor;
}

/** Whether a configuration is one of attention by location. */
export function isLocationConfig(config: {
  readonly position_scheme: string;
}): config is LocationConfig {
  return config.position_scheme === 'location';
}

/** The references from which a head may look: the token's distances to the four borders, and 0. */
export const REFERENCES = ['top', 'bottom', 'left', 'right', 'zero'] as const;
/** Pairs of a reference for the row and one for the column. */
export const PLACES = REFERENCES.length ** 2;
/** What a head is told of where to look: how much of each place, and an offset from each reference, on both axes. */
export const LOOK_SIZE = PLACES + 2 * REFERENCES.length;
/** The boards of a text whose cells are keys: the given one, and the answer (or the next state of a pair) so far. */
export const BOARDS_OF_TEXT = 2;

/** How steep the gates of boards are: logits are the parameters times this, so that a head soon decides for one board. */
export const BOARD_STEEPNESS = 4;

/** Offsets end within so many cells of a reference: beyond training's sides a place far off the board would be on it. */
export const REACH = 2;
/** The sink weighs as much as a key whose squared distance is this. */
export const SINK_DISTANCE = 0.6;
/** The columns of `sharpness`, one for each direction of a look-up: cells look for bits, bits for cells. */
export const DIRECTIONS = ['cells to bits', 'bits to cells'] as const;

/** Heads begin to look within so many rows and columns of their own cell. */
const INITIAL_REACH = 1.5;
/** The logit at which the gate of a head's own row and column begins, where the others are 0. */
const INITIAL_OWN = 3.2;
const OWN_PLACE = REFERENCES.indexOf('top') * REFERENCES.length + REFERENCES.indexOf('left');

/** Width of what the third layer reads. */
export function lookUpWidth({ n_embd: width }: LocationConfig): number {
  return width / 4;
}

/** All parameters, in the order in which they are stored. */
export function listLocationParameters(config: LocationConfig): ParameterSpec[] {
  const { n_embd: width, n_inner: inner, n_head: heads, head_dim: size } = config;
  const values = heads * size;
  const found = lookUpWidth(config);
  const matrix = (name: string, from: number, to: number, scale = 1): ParameterSpec => ({
    name: `${name}.weight`,
    shape: [from, to],
    initial: scale / Math.sqrt(from),
  });
  const bias = (name: string, to: number, initial: ParameterSpec['initial']): ParameterSpec => ({
    name: `${name}.bias`,
    shape: [to],
    initial,
  });
  return [
    { name: 'wte.weight', shape: [config.vocab_size, width], initial: 1 },
    { name: 'wpe.part.weight', shape: [TEXT_PARTS.length, width], initial: 1 },
    { name: 'wpe.border.weight', shape: [4, width], initial: 1 },
    {
      name: 'h.0.attn.place',
      shape: [heads],
      initial: (random, n) => uniform(random, n, -0.5, 1.5),
    },
    matrix('h.0.attn.c_value', width, values),
    matrix('h.0.attn.c_proj', values, width),
    matrix('h.0.mlp.c_fc', width, inner),
    bias('h.0.mlp.c_fc', inner, 0.5),
    { name: 'h.1.attn.c_look.weight', shape: [inner, heads * LOOK_SIZE], initial: 0.02 },
    bias('h.1.attn.c_look', heads * LOOK_SIZE, drawFirstPlaces),
    {
      name: 'h.1.attn.board',
      shape: [heads, BOARDS_OF_TEXT],
      initial: (_, n) => Array.from({ length: n }, (__, i) => (i % 2 === 0 ? 0.5 : -0.5)),
    },
    matrix('h.1.attn.c_value', width, values),
    matrix('h.1.attn.c_proj', values, width),
    matrix('h.2.attn.c_axes', width, RULE_AXES.length, 0.3),
    bias('h.2.attn.c_axes', RULE_AXES.length, () => RULE_AXES.map(({ middle }) => middle)),
    {
      name: 'h.2.attn.sharpness',
      shape: [DIRECTIONS.length, RULE_AXES.length],
      initial: () =>
        DIRECTIONS.flatMap((direction) => RULE_AXES.map((axis) => firstSharpness(axis, direction))),
    },
    // looking for bits, a stream may lie beyond its corner of the cube; looked for, it has to lie at it
    {
      name: 'h.2.attn.key_scale',
      shape: [RULE_AXES.length],
      initial: () => RULE_AXES.map(firstKeyScale),
    },
    {
      name: 'h.2.attn.key_shift',
      shape: [RULE_AXES.length],
      initial: () => RULE_AXES.map((axis) => axis.middle * (1 - firstKeyScale(axis))),
    },
    { name: 'h.2.attn.sink', shape: [1], initial: () => [-1] },
    matrix('h.2.attn.c_value', width, found),
    matrix('h.2.attn.c_proj', found, width),
    { name: 'lm_head.weight', shape: [config.vocab_size, width], initial: 1 / Math.sqrt(width) },
    { name: 'lm_head.bias', shape: [config.vocab_size], initial: 'zeros' },
  ];
}

/** An axis' sharpness begins at e¹; at less where it has many places and cells look for bits, with counts that are wrong yet. */
function firstSharpness(
  { places }: (typeof RULE_AXES)[number],
  direction: (typeof DIRECTIONS)[number],
): number {
  return places > 2 && direction === 'cells to bits' ? -1 : 1;
}

/**
 * Keys begin drawn in to the middle of an axis of two places: streams that ask for bits lie beyond them by then, and from
 * there no bit is near, so that a training may settle on the sink, `?` for every bit.
 */
function firstKeyScale({ places }: (typeof RULE_AXES)[number]): number {
  return places > 2 ? 1 : 1 / 4;
}

/** Each head begins at one place at random around its own cell, from whatever reference. */
function drawFirstPlaces(random: RandomStream, count: number): number[] {
  return Array.from({ length: count / LOOK_SIZE }, () => {
    const gates = Array.from({ length: PLACES }, (_, i) => (i === OWN_PLACE ? INITIAL_OWN : 0));
    const [row, column] = uniform(random, 2, -INITIAL_REACH, INITIAL_REACH);
    return [...gates, ...REFERENCES.map(() => row!), ...REFERENCES.map(() => column!)];
  }).flat();
}

function uniform(random: RandomStream, count: number, low: number, high: number): number[] {
  return Array.from({ length: count }, () => low + (high - low) * random.nextFloat());
}

/** Beyond it the sink would weigh less than float32 can tell from nothing. */
const MOST_SHARPNESS = 100;
/** Most heads, units and pieces that a configuration may ask for: far beyond what anyone trains. */
const MOST = 4096;
const { above, oneOf, optional, text, wholeNumber } = shapes;

const SHAPE = shapes.record<LocationConfig & { readonly weights_sha256?: string }>({
  model_type: oneOf('lifegpt'),
  position_scheme: oneOf('location'),
  n_layer: oneOf(3),
  n_head: wholeNumber(1, MOST),
  head_dim: wholeNumber(1, MOST),
  n_embd: wholeNumber(4, MOST),
  n_inner: wholeNumber(1, MOST),
  vocab_size: wholeNumber(1, MOST),
  attention_sharpness: above(0, MOST_SHARPNESS),
  trained_for: trainedForShape(true),
  // the file of a model has the hash of its weights beside its configuration
  weights_sha256: optional(text(64)),
});

/** @throws InputError naming the field, its value and what it should be, or a field that there is not. */
export function checkLocationConfig(value: unknown, source: string): LocationConfig {
  const config = checkShape(SHAPE, value, source);
  const { n_embd: width } = config;
  if (width % 4 !== 0) shapes.failShape(width, { source, path: 'n_embd' }, 'a multiple of 4');
  return config;
}
