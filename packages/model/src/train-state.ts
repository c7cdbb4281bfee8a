/** What a training run carries from step to step, and its file. */

import {
  checkShape,
  InputError,
  MAX_SIDE,
  shapes,
  showValue,
  TOPOLOGY_TOKENS,
} from '@lifegpt/core';
import { countParameters, listParameters, sizeOf, type GptConfig } from './config.js';
import type { BoardKind } from './recipe.js';
import { hashBytes } from './hash.js';
import { drawInitialWeights } from './initial-weights.js';
import {
  decodeSafetensors,
  encodeSafetensors,
  type NamedTensor,
  type TensorFile,
} from './safetensors.js';

/**
 * Parameters and moments as flat vectors in the order of `listParameters`. Random draws are a
 * function of the recipe's seed and the step's number, so no random state needs to be kept.
 */
export interface TrainState {
  /** Steps done. */
  readonly step: number;
  readonly parameters: Float32Array;
  readonly firstMoment: Float32Array;
  readonly secondMoment: Float32Array;
  /** Sizes of the latest batches that had something wrong, newest first: what replays draw from. */
  readonly hardSizes: readonly BoardKind[];
  /** SHA-256 over all batches so far, each hashed together with the hash before it. */
  readonly dataHash: string;
  /** The mean of the weights so far, where the recipe asks for one and it has begun. */
  readonly average?: WeightAverage;
}

/** A running mean of weights. */
export interface WeightAverage {
  readonly weights: Float32Array;
  /** How many weights there are in it. */
  readonly count: number;
}

/** The weights that a model has which is taken from the state. */
export function learnedWeights({ parameters, average }: TrainState): Float32Array {
  return average?.weights ?? parameters;
}

/** The mean with one more in it. */
export function addToAverage(
  average: WeightAverage | undefined,
  parameters: Float32Array,
): WeightAverage {
  if (average === undefined) return { weights: parameters.slice(), count: 1 };
  const count = average.count + 1;
  return {
    weights: average.weights.map((mean, i) => mean + (parameters[i]! - mean) / count),
    count,
  };
}

/** The state before the first step. */
export function initialiseState(config: GptConfig, seed: number): TrainState {
  const total = countParameters(config);
  const parameters = new Float32Array(total);
  let at = 0;
  for (const spec of listParameters(config)) {
    const values = drawInitialWeights(spec, seed);
    parameters.set(values, at);
    at += values.length;
  }
  return {
    step: 0,
    parameters,
    firstMoment: new Float32Array(total),
    secondMoment: new Float32Array(total),
    hardSizes: [],
    dataHash: '',
  };
}

/** Cuts a flat vector into the model's named tensors (views, not copies). */
export function nameParameters(config: GptConfig, flat: Float32Array): NamedTensor[] {
  let at = 0;
  return listParameters(config).map(({ name, shape }) => {
    const data = flat.subarray(at, at + sizeOf(shape));
    at += sizeOf(shape);
    return { name, shape, data };
  });
}

/** Name of the mean weights in a state's file. */
const AVERAGE = 'average';

/** Serialises a state; `recipeHash` ties it to the run that it belongs to, and a checksum tells damage. */
export async function encodeState(
  state: TrainState,
  recipeHash: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const vector = (name: string, data: Float32Array): NamedTensor => ({
    name,
    shape: [data.length],
    data,
  });
  const file = {
    tensors: [
      vector('parameters', state.parameters),
      vector('first_moment', state.firstMoment),
      vector('second_moment', state.secondMoment),
      ...(state.average === undefined ? [] : [vector(AVERAGE, state.average.weights)]),
    ],
    metadata: {
      step: String(state.step),
      recipe: recipeHash,
      hard_sizes: JSON.stringify(state.hardSizes),
      data: state.dataHash,
      ...(state.average === undefined ? {} : { averaged: String(state.average.count) }),
    },
  };
  const metadata = { ...file.metadata, sha256: await hashBytes(encodeSafetensors(file)) };
  return encodeSafetensors({ ...file, metadata });
}

/** Takes the checksum off a state's file. @throws InputError when it is not the one of the rest */
async function checkDamage(
  { tensors, metadata }: TensorFile,
  source: string,
): Promise<Readonly<Record<string, string>>> {
  const { sha256: expected, format: _, ...own } = metadata;
  if (expected === undefined) {
    throw new InputError(
      `${source} has no checksum, so nobody knows whether it is whole; train anew`,
    );
  }
  const found = await hashBytes(encodeSafetensors({ tensors, metadata: own }));
  if (found !== expected) {
    throw new InputError(
      `${source} is damaged: its SHA-256 is ${found}, it says ${showValue(expected)}; bring back a copy, or train anew`,
    );
  }
  return own;
}

const { list, oneOf, optional, record, wholeNumber } = shapes;

const HARD_SIZES = list(
  record<BoardKind>({
    height: wholeNumber(1, MAX_SIDE),
    width: wholeNumber(1, MAX_SIDE),
    topology: optional(oneOf(...TOPOLOGY_TOKENS)),
  }),
  0,
  1_000_000,
);

function parseHardSizes(written: string, source: string): readonly BoardKind[] {
  let value: unknown;
  try {
    value = JSON.parse(written);
  } catch {
    throw new InputError(`${source}: "hard_sizes" is no JSON`);
  }
  return checkShape(HARD_SIZES, value, `${source}: hard_sizes`);
}

/** @throws InputError when the file is damaged or belongs to another recipe. */
export async function decodeState(
  bytes: Uint8Array,
  source: string,
  config: GptConfig,
  recipeHash: string,
): Promise<TrainState> {
  const file = decodeSafetensors(bytes, source);
  const { tensors } = file;
  const metadata = await checkDamage(file, source);
  const count = (field: string): number => {
    const written = metadata[field] ?? '';
    if (/^\d{1,15}$/.test(written)) return Number(written);
    throw new InputError(`${source}: "${field}" is ${showValue(written)}; expected a whole number`);
  };
  if (metadata.recipe !== recipeHash) {
    throw new InputError(
      `${source} belongs to another recipe (${metadata.recipe}, not ${recipeHash}); give another --out or the recipe it was begun with`,
    );
  }
  const total = countParameters(config);
  const find = (name: string): Float32Array => {
    const tensor = tensors.find((candidate) => candidate.name === name);
    if (tensor?.data.length !== total) {
      throw new InputError(
        `${source}: tensor ${name} has ${tensor?.data.length} values; expected ${total}`,
      );
    }
    return tensor.data;
  };
  return {
    step: count('step'),
    parameters: find('parameters'),
    firstMoment: find('first_moment'),
    secondMoment: find('second_moment'),
    hardSizes: parseHardSizes(metadata.hard_sizes ?? '[]', source),
    dataHash: metadata.data ?? '',
    ...(metadata.averaged === undefined
      ? {}
      : { average: { weights: find(AVERAGE), count: count('averaged') } }),
  };
}
