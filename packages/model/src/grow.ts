/**
 * A trained model inside a larger one that computes the same, so that training goes on from there: the larger one
 * reads a header, with a layer of its own in front if the trained one does not, may be wider, and may have more
 * heads, a wider feed-forward layer and longer tables of distances.
 *
 * The layer in front adds nothing at first: what its projections write back is zero. A width of k times
 * holds k copies of each channel, whose mean and variance are those of one; what reads
 * them takes a k-th of each copy, give or take noise that cancels out, without which the copies would stay alike
 * for ever. New heads and new units write zeros.
 */

import { InputError, openStream, type RandomStream } from '@lifegpt/core';
import { headSize, NOISE, type GptConfig } from './config.js';
import type { ModelFolder } from './model-folder.js';
import type { NamedTensor } from './safetensors.js';

/**
 * Writes a model's weights into a larger model's, which are at their random start.
 * @param into the larger model's tensors; all of them but the tokens' are written, or stay as they are where they are new
 * @throws InputError when the one does not fit into the other
 */
export function growInto(
  base: ModelFolder,
  next: GptConfig,
  into: readonly NamedTensor[],
  seed: number,
): void {
  const growth = measureGrowth(base, next);
  const random = openStream(seed, 'growth');
  const isFirst = base.config.header !== true;
  for (const { name, shape, data } of into) {
    const source = isFirst ? sourceInFront(name) : name;
    if (source === 'nothing') data.fill(0);
    if (source === 'new') amplify(name, data, next.n_embd);
    if (source === 'nothing' || source === 'new' || name === 'wte.weight') continue;
    const found = base.tensors.find((tensor) => tensor.name === source);
    if (found === undefined) {
      throw new InputError(
        `${base.name} has no ${source}, which the recipe's model needs for its ${name}`,
      );
    }
    const write = WRITERS.find(([pattern]) => pattern.test(name))?.[1];
    if (write === undefined) throw new InputError(`a larger model cannot take over ${name}`);
    write(found, { name, shape, data }, growth, random);
  }
}

/** Repeats the channels of a token's vector: `[width]` becomes `[copies * width]`. */
export function repeatChannels(row: Float32Array, copies: number): Float32Array {
  const wide = new Float32Array(row.length * copies);
  for (let copy = 0; copy < copies; copy++) wide.set(row, copy * row.length);
  return wide;
}

/** How much larger a model is. */
export interface Growth {
  /** Copies of each channel. */
  readonly copies: number;
  /** Widths of attention, all heads together, before and after. */
  readonly across: readonly [number, number];
}

/** @throws InputError when one model does not fit into the other */
export function measureGrowth({ name, config }: ModelFolder, next: GptConfig): Growth {
  const copies = next.n_embd / config.n_embd;
  const layers = config.n_layer + (config.header === true ? 0 : 1);
  const fits =
    config.position_scheme === 'border' &&
    next.position_scheme === 'border' &&
    next.n_layer === layers &&
    Number.isInteger(copies) &&
    headSize(next) === headSize(config) &&
    next.n_head >= config.n_head &&
    next.n_inner >= config.n_inner &&
    next.n_positions >= config.n_positions;
  if (!fits) {
    throw new InputError(
      `${name} does not fit into the recipe's model with a header: that needs border positions, ${layers} layers, ` +
        `a width that is a multiple of ${config.n_embd}, heads of size ${headSize(config)}, and no size below those of ${name}`,
    );
  }
  const size = headSize(config);
  return { copies, across: [config.n_head * size, next.n_head * size] };
}

/** The tensor that a tensor starts from behind a new layer, `nothing` for zeros, or `new` for its random start. */
function sourceInFront(name: string): string {
  if (name === 'wte.weight' || name === 'wpe.rule.weight') return 'new';
  if (!name.startsWith('h.')) return name;
  const [, layer, ...rest] = name.split('.');
  const path = rest.join('.');
  if (layer !== '0') return `h.${Number(layer) - 1}.${path}`;
  return path.endsWith('c_proj.weight') ? 'nothing' : 'new';
}

/** Size of new vectors of tokens and bits: about that of trained vectors of places. */
const VECTOR_NOISE = 0.3;

/**
 * Makes a random start as large as what it stands beside: next to trained vectors, GPT-2's noise would drown what a
 * header says, and leave the new layer's units all but linear.
 */
function amplify(name: string, data: Float32Array, width: number): void {
  const size = name.startsWith('w') ? VECTOR_NOISE : 1 / Math.sqrt(width);
  if (name.startsWith('w') || /c_(attn|fc)\.weight$/.test(name)) {
    data.forEach((value, i) => (data[i] = (value * size) / NOISE));
  }
}

type Writer = (from: NamedTensor, to: NamedTensor, growth: Growth, random: RandomStream) => void;

const WRITERS: readonly (readonly [RegExp, Writer])[] = [
  [/^wpe\./, writeTable],
  [
    /^ln_f\./,
    (from, to, { copies }) => to.data.set(repeatChannels(from.data, copies).map((x) => x / copies)),
  ],
  [
    /\.ln_\d\.|c_proj\.bias$/,
    (from, to, { copies }) => to.data.set(repeatChannels(from.data, copies)),
  ],
  [/c_attn\.weight$/, writeReader],
  [/c_fc\.weight$/, writeReader],
  [/c_attn\.bias$/, (from, to, growth) => spreadThirds(from.data, to.data, growth)],
  [/c_fc\.bias$/, (from, to) => to.data.set(from.data)],
  [/c_proj\.weight$/, writeProjection],
];

/** Distances that the trained model did not have start as its longer ones are on average, and as new ones do. */
function writeTable(from: NamedTensor, to: NamedTensor, { copies }: Growth): void {
  const width = from.shape[1]!;
  const wide = copies * width;
  const rowOf = (row: number): Float32Array => from.data.subarray(row * width, (row + 1) * width);
  const known = from.shape[0]!;
  const long = Math.ceil(known / 2);
  const mean = new Float32Array(width);
  for (let row = long; row < known; row++) {
    rowOf(row).forEach((value, i) => (mean[i]! += value / (known - long)));
  }
  for (let row = 0; row < to.shape[0]!; row++) {
    const own = to.data.subarray(row * wide, (row + 1) * wide);
    if (row < known) own.set(repeatChannels(rowOf(row), copies));
    else repeatChannels(mean, copies).forEach((value, i) => (own[i]! += value));
  }
}

/** Maps that read the channels. What is new of them keeps its random start, and a new head starts like an old one. */
function writeReader(
  from: NamedTensor,
  to: NamedTensor,
  growth: Growth,
  random: RandomStream,
): void {
  const [width, before] = from.shape as [number, number];
  const after = to.shape[1]!;
  const isAttention = to.name.endsWith('c_attn.weight');
  for (let channel = 0; channel < width; channel++) {
    const row = from.data.subarray(channel * before, (channel + 1) * before);
    const noise = drawCancelling(growth.copies, before, random);
    for (let copy = 0; copy < growth.copies; copy++) {
      const at = (copy * width + channel) * after;
      const share = row.map((value, i) => value / growth.copies + noise[copy]![i]!);
      const own = to.data.subarray(at, at + after);
      if (isAttention) spreadThirds(share, own, growth);
      else own.set(share);
    }
  }
}

/** `[copies][count]` of noise that sums to nothing. */
function drawCancelling(copies: number, count: number, random: RandomStream): Float32Array[] {
  const noise = Array.from({ length: copies }, () =>
    Float32Array.from({ length: count }, () => (copies === 1 ? 0 : NOISE * random.nextGaussian())),
  );
  const mean = noise[0]!.map((_, i) => noise.reduce((sum, own) => sum + own[i]!, 0) / copies);
  return noise.map((own) => own.map((value, i) => value - mean[i]!));
}

/** Queries, keys and values of the old heads into their thirds; new heads add their random start to an old one's. */
function spreadThirds(
  from: Float32Array,
  to: Float32Array,
  { across: [before, after] }: Growth,
): void {
  for (let third = 0; third < 3; third++) {
    for (let i = 0; i < after; i++) {
      const value = from[third * before + (i % before)]!;
      const at = third * after + i;
      to[at] = i < before ? value : to[at]! + value;
    }
  }
}

/** Maps that write the channels: what is new writes zeros. */
function writeProjection(from: NamedTensor, to: NamedTensor, { copies }: Growth): void {
  const [rows, width] = from.shape as [number, number];
  to.data.fill(0);
  for (let row = 0; row < rows; row++) {
    const own = from.data.subarray(row * width, (row + 1) * width);
    to.data.set(repeatChannels(own, copies), row * copies * width);
  }
}
