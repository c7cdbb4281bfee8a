/** What a training run carries from step to step, and its file. */

import { InputError, showValue } from '@lifegpt/core';
import { hashBytes } from '../folder/hash.js';
import {
  decodeSafetensors,
  encodeSafetensors,
  type NamedTensor,
  type TensorFile,
} from '../folder/safetensors.js';
import { countParameters, listParameters, type ModelConfig } from '../network/config.js';
import { drawInitialWeights, sizeOf } from '../network/parameter.js';

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
  /** SHA-256 over all batches so far, each hashed together with the hash before it. */
  readonly dataHash: string;
}

/** The state before the first step. */
export function initialiseState(config: ModelConfig, seed: number): TrainState {
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
    dataHash: '',
  };
}

/**
 * The state before the first step of a training that begins with the weights of a model.
 * @param source for messages
 * @throws InputError when the model has other parameters than the configuration
 */
export function stateOfWeights(
  config: ModelConfig,
  weights: readonly NamedTensor[],
  source: string,
): TrainState {
  const state = initialiseState(config, 0);
  for (const { name, shape, data } of nameParameters(config, state.parameters)) {
    const found = weights.find((tensor) => tensor.name === name);
    if (found === undefined || String(found.shape) !== String(shape)) {
      const has =
        found === undefined ? 'no such parameter' : `one of shape ${found.shape.join('x')}`;
      throw new InputError(
        `the recipe's model has a parameter ${name} of shape ${shape.join('x')}, and ${source} has ${has}; ` +
          'a training can begin only with weights of a model of the same sizes',
      );
    }
    data.set(found.data);
  }
  return state;
}

/** Cuts a flat vector into the model's named tensors (views, not copies). */
export function nameParameters(config: ModelConfig, flat: Float32Array): NamedTensor[] {
  let at = 0;
  return listParameters(config).map(({ name, shape }) => {
    const data = flat.subarray(at, at + sizeOf(shape));
    at += sizeOf(shape);
    return { name, shape, data };
  });
}

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
    ],
    metadata: {
      step: String(state.step),
      recipe: recipeHash,
      data: state.dataHash,
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

/** @throws InputError when the file is damaged or belongs to another recipe. */
export async function decodeState(
  bytes: Uint8Array,
  source: string,
  config: ModelConfig,
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
    dataHash: metadata.data ?? '',
  };
}
