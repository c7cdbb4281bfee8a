/**
 * What a logit is made of. A logit is linear in the residual stream, up to GPT-2's last normalisation, whose scale is taken as it
 * came out: so it is the sum of what the embedding, each head and each feed-forward part wrote ("direct logit attribution",
 * Elhage et al. 2021, A Mathematical Framework for Transformer Circuits).
 */

import { InputError } from '@lifegpt/core';
import type { ModelFolder } from '../folder/model-folder.js';
import type { ModelConfig } from '../network/config.js';
import { headSize, type GptConfig } from '../network/gpt-config.js';
import { isLocationConfig, type LocationConfig } from '../network/location-config.js';
import { dot, take, toRows, type Vector } from '../network/plain-math.js';
import { takeRows, type Activation } from './activation.js';
import { headSpan } from './interventions.js';
import type { Trace } from './workbench.js';

/** What one part adds to a difference of two logits. */
export interface Contribution {
  /** `embed`, `h.1 head 3`, `h.0 mlp`, `bias`. */
  readonly part: string;
  readonly value: number;
}

/**
 * What each part adds to the lead of a living cell's logit over a dead one's.
 * @param trace has all places
 * @returns parts that add up to the lead
 */
export function attributeLogits(folder: ModelFolder, trace: Trace, cell: number): Contribution[] {
  const { config } = folder;
  const weights = openRows(folder);
  const token = trace.layout.promptTokens - 1 + cell;
  const row = (place: string): Activation => rowOf(trace, place, token);
  return isLocationConfig(config)
    ? attributeLocation(config, weights, row, trace)
    : attributeGpt(config, weights, row, trace);
}

/** One place of the residual stream, read as if it were the last. */
export interface LensReading {
  readonly place: string;
  /** Logits, `[cells, vocabulary]`. */
  readonly logits: Float32Array;
}

/** The logits that each place of the residual stream comes to by itself (the logit lens, nostalgebraist 2020). */
export function readLens(folder: ModelFolder, trace: Trace): LensReading[] {
  const weights = openRows(folder);
  const asked = trace.cells.map((cell) => trace.layout.promptTokens - 1 + cell);
  const streams = [...trace.activations.keys()].filter((place) => {
    // the first layer of a model by location is a stream of its own, which no logit reads
    const isOwn = isLocationConfig(folder.config) && place.startsWith('h.0.');
    return /\.resid_(pre|mid|post)$/.test(place) && !isOwn;
  });
  return streams.map((place) => {
    const { data, shape } = takeRows(trace.activations.get(place)!, asked);
    const rows = toRows({ data, shape });
    return {
      place,
      logits: Float32Array.from(rows.flatMap((x) => unembed(folder.config, weights, x))),
    };
  });
}

/** A model's weights by name, as rows. */
export type Weights = (name: string) => Vector[];

/** Opens them. */
export function openRows({ tensors }: ModelFolder): Weights {
  const known = new Map<string, Vector[]>();
  return (name) => {
    const rows = known.get(name) ?? toRows(tensors.find((tensor) => tensor.name === name)!);
    known.set(name, rows);
    return rows;
  };
}

/** The values at a place for one token. @throws InputError where the trace has none */
export function rowOf(trace: Trace, place: string, token: number): Activation {
  const activation = trace.activations.get(place);
  if (activation === undefined)
    throw new InputError(`the trace has no ${place}; ask for all places`);
  return takeRows(activation, [token]);
}

/** The matrix that reads a token's logit, `[vocabulary][width]`. */
const outputOf = (config: ModelConfig): string =>
  isLocationConfig(config) || config.tie_word_embeddings === false
    ? 'lm_head.weight'
    : 'wte.weight';

function unembed(config: ModelConfig, weights: Weights, x: Vector): Vector {
  const normed = isLocationConfig(config) ? x : lastNorm(config, weights, x);
  const logits = weights(outputOf(config)).map((row) => dot(row, normed));
  return isLocationConfig(config)
    ? logits.map((logit, i) => logit + weights('lm_head.bias')[0]![i]!)
    : logits;
}

function lastNorm(config: GptConfig, weights: Weights, x: Vector): Vector {
  const { mean, scale } = measure(config, x);
  const gain = weights('ln_f.weight')[0]!;
  const bias = config.norm_bias === false ? null : weights('ln_f.bias')[0]!;
  return x.map((value, i) => (value - mean) * scale * gain[i]! + (bias?.[i] ?? 0));
}

function measure({ layer_norm_epsilon: epsilon }: GptConfig, x: Vector) {
  const mean = x.reduce((sum, value) => sum + value, 0) / x.length;
  const variance = x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.length;
  return { mean, scale: 1 / Math.sqrt(variance + epsilon) };
}

/** What raises a living cell's logit over a dead one's. */
function directionOf(config: ModelConfig, weights: Weights, { layout }: Trace): Vector {
  const [dead, alive] = layout.cellTokens;
  const output = weights(outputOf(config));
  return output[alive!]!.map((value, i) => value - output[dead!]![i]!);
}

type RowOf = (place: string) => Activation;

/** What each head writes into the stream. @param matrix the rows of `attn.c_proj` */
export function headOutputs(
  config: ModelConfig,
  z: Activation,
  matrix: readonly Vector[],
): Vector[] {
  const size = isLocationConfig(config) ? config.head_dim : headSize(config);
  return take(config.n_head, (head) => {
    const [from] = headSpan(config, z, 0, head);
    return take(matrix[0]!.length, (column) =>
      take(size, (i) => z.data[from + i]! * matrix[head * size + i]![column]!).reduce(
        (a, b) => a + b,
        0,
      ),
    );
  });
}

function attributeLocation(
  config: LocationConfig,
  weights: Weights,
  row: RowOf,
  trace: Trace,
): Contribution[] {
  const direction = directionOf(config, weights, trace);
  const along = (x: ArrayLike<number>): number => dot(Array.from(x), direction);
  const heads = headOutputs(config, row('h.1.attn.z'), weights('h.1.attn.c_proj.weight'));
  const [dead, alive] = trace.layout.cellTokens;
  const bias = weights('lm_head.bias')[0]!;
  return [
    { part: 'embed', value: along(row('h.1.resid_pre').data) },
    ...heads.map((x, head) => ({ part: `h.1 head ${head}`, value: along(x) })),
    { part: 'h.2 rule', value: along(row('h.2.attn_out').data) },
    { part: 'bias', value: bias[alive!]! - bias[dead!]! },
  ];
}

function attributeGpt(
  config: GptConfig,
  weights: Weights,
  row: RowOf,
  trace: Trace,
): Contribution[] {
  const last = config.n_layer - 1;
  const { scale } = measure(config, Array.from(row(`h.${last}.resid_post`).data));
  const gain = weights('ln_f.weight')[0]!;
  const direction = directionOf(config, weights, trace);
  const scaled = direction.map((value, i) => value * gain[i]! * scale);
  const mean = scaled.reduce((sum, value) => sum + value, 0) / scaled.length;
  // taking the mean off what is read is the same as taking it off what reads
  const reading = scaled.map((value) => value - mean);
  const along = (x: ArrayLike<number>): number => dot(Array.from(x), reading);
  const parts: Contribution[] = [{ part: 'embed', value: along(row('h.0.resid_pre').data) }];
  let bias = config.norm_bias === false ? 0 : dot(weights('ln_f.bias')[0]!, direction);
  for (let i = 0; i < config.n_layer; i++) {
    const heads = headOutputs(config, row(`h.${i}.attn.z`), weights(`h.${i}.attn.c_proj.weight`));
    heads.forEach((x, head) => parts.push({ part: `h.${i} head ${head}`, value: along(x) }));
    if (config.attention_bias !== false) bias += along(weights(`h.${i}.attn.c_proj.bias`)[0]!);
    parts.push({ part: `h.${i} mlp`, value: along(row(`h.${i}.mlp_out`).data) });
  }
  return [...parts, { part: 'bias', value: bias }];
}
