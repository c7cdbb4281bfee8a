/**
 * A model on disk or on a server: a Hugging Face folder of `config.json`, `tokenizer.json` and
 * `model.safetensors`. Reading and writing bytes is the caller's; what they mean is here.
 */

import {
  createTokenizer,
  formatTokenizerJson,
  InputError,
  parseTokenizerJson,
  readsHeaders,
  showValue,
  type Tokenizer,
} from '@lifegpt/core';
import { hashBytes } from './hash.js';
import { checkConfig, listParameters, type ModelConfig } from '../network/config.js';
import { createGptModel } from '../network/gpt-model.js';
import type { LanguageModel } from '../network/language-model.js';
import { isLocationConfig } from '../network/location-config.js';
import { createLocationModel } from '../network/location-model.js';
import type { Runtime } from '../runtime.js';
import { decodeSafetensors, encodeSafetensors, type NamedTensor } from './safetensors.js';
import { nameParameters } from '../training/train-state.js';

/** The files of a model folder, by name. */
export const MODEL_FILES = ['config.json', 'tokenizer.json', 'model.safetensors'] as const;
/** One of the files of a model folder. */
export type ModelFile = (typeof MODEL_FILES)[number];

/** The contents of a model folder. */
export interface ModelFolder {
  readonly name: string;
  readonly config: ModelConfig;
  readonly tokenizer: Tokenizer;
  readonly tensors: readonly NamedTensor[];
}

/**
 * Reads a model folder and checks that its parts belong together.
 * @param name what the model is called in messages
 * @param read returns a file's bytes, or throws an InputError that says what is missing
 * @throws InputError when a file is missing or damaged, or the weights are not the ones that the
 * configuration was written with (their SHA-256 differs).
 */
export async function readModelFolder(
  name: string,
  read: (file: ModelFile) => Promise<Uint8Array>,
): Promise<ModelFolder> {
  const source = (file: ModelFile): string => `${name}/${file}`;
  const [configBytes, tokenizerBytes, weights] = await Promise.all(MODEL_FILES.map(read));
  const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);

  let parsed: unknown;
  try {
    parsed = JSON.parse(text(configBytes));
  } catch {
    throw new InputError(`${source('config.json')} is not JSON`);
  }
  const config = checkConfig(parsed, source('config.json'));
  const expected = (parsed as { weights_sha256?: unknown }).weights_sha256;
  const found = await hashBytes(weights!);
  if (found !== expected) {
    throw new InputError(
      `${source('model.safetensors')} is damaged or not the one that belongs here: its SHA-256 is ${found}, ` +
        `config.json says ${showValue(expected)}; fetch or train the model again`,
    );
  }
  const { tensors } = decodeSafetensors(weights!, source('model.safetensors'));
  checkTensors(config, tensors, source('model.safetensors'));
  const tokenizer = parseTokenizerJson(text(tokenizerBytes), source('tokenizer.json'));
  if (tokenizer.vocabulary.length !== config.vocab_size) {
    throw new InputError(
      `${source('tokenizer.json')} has ${tokenizer.vocabulary.length} pieces; config.json says ${config.vocab_size}`,
    );
  }
  if (readsHeaders(tokenizer) !== isLocationConfig(config)) {
    throw new InputError(
      `${source('config.json')} says "position_scheme": "${config.position_scheme}", but the pieces in tokenizer.json ` +
        `are of another; fetch the model again`,
    );
  }
  return { name, config, tokenizer, tensors };
}

/** Compiles a folder's model. */
export async function loadModel(folder: ModelFolder, runtime: Runtime): Promise<LanguageModel> {
  const { config } = folder;
  return isLocationConfig(config)
    ? createLocationModel({ ...folder, config, runtime })
    : createGptModel({ ...folder, config, runtime });
}

/** The files of a model folder for trained parameters (a flat vector as in `TrainState`). */
export async function writeModelFolder(
  config: ModelConfig,
  vocabulary: readonly string[],
  parameters: Float32Array,
): Promise<Record<ModelFile, Uint8Array>> {
  const weights = encodeSafetensors({ tensors: nameParameters(config, parameters), metadata: {} });
  const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
  const described = { ...config, weights_sha256: await hashBytes(weights) };
  return {
    'config.json': encode(`${JSON.stringify(described, null, 2)}\n`),
    'tokenizer.json': encode(formatTokenizerJson(createTokenizer(vocabulary))),
    'model.safetensors': weights,
  };
}

function checkTensors(config: ModelConfig, tensors: readonly NamedTensor[], source: string): void {
  const found = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  const expected = listParameters(config);
  const known = new Set(expected.map(({ name }) => name));
  const unknown = tensors.find(({ name }) => !known.has(name));
  if (unknown !== undefined) {
    throw new InputError(
      `${source}: there is a tensor ${showValue(unknown.name)}, which a model of config.json does not have`,
    );
  }
  for (const { name, shape } of expected) {
    const tensor = found.get(name);
    if (tensor === undefined) throw new InputError(`${source}: tensor ${name} is missing`);
    if (tensor.shape.join() !== shape.join()) {
      throw new InputError(
        `${source}: tensor ${name} has shape [${tensor.shape}]; config.json asks for [${shape}]`,
      );
    }
    if (!tensor.data.every(Number.isFinite))
      throw new InputError(`${source}: tensor ${name} has values that are not finite`);
  }
}
