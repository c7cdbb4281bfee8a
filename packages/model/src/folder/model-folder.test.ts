import {
  createTokenizer,
  formatTokenizerJson,
  HEADER_START,
  InputError,
  CHARACTER_VOCABULARY,
  PIECE_VOCABULARY,
} from '@lifegpt/core';
import { describe, expect, it } from 'vitest';
import { lineConfig, locationConfig } from '../../test/tiny-model.js';
import { readModelFolder, writeModelFolder, type ModelFile } from './model-folder.js';
import { initialiseState, nameParameters } from '../training/train-state.js';

const config = lineConfig('learned', 1);
const { parameters } = initialiseState(config, 1);

async function readChanged(change: (files: Record<ModelFile, Uint8Array>) => void) {
  const files = await writeModelFolder(config, CHARACTER_VOCABULARY, parameters);
  change(files);
  return readModelFolder('zoo/tiny', (file) => Promise.resolve(files[file]));
}

const text = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

describe('a model folder', () => {
  it('is read back as it was written', async () => {
    const folder = await readChanged(() => {});
    expect(folder.config).toMatchObject(config);
    expect(folder.tokenizer.vocabulary).toEqual(CHARACTER_VOCABULARY);
    expect(folder.tensors).toEqual(nameParameters(config, parameters));
  });

  it('is refused when one bit of the weights differs', async () => {
    const damaged = readChanged((files) => (files['model.safetensors'][5000]! ^= 1));
    await expect(damaged).rejects.toThrow(/zoo\/tiny\/model.safetensors is damaged .* SHA-256/);
    await expect(damaged).rejects.toThrow(InputError);
  });

  it('is refused when its tokenizer reads no headers and its configuration does', async () => {
    const header = locationConfig;
    const weights = initialiseState(header, 1).parameters;
    const files = await writeModelFolder(header, PIECE_VOCABULARY, weights);
    const read = () => readModelFolder('zoo/tiny', async (file) => files[file]);
    expect((await read()).config).toMatchObject(header);
    const other = PIECE_VOCABULARY.map((piece) => (piece === HEADER_START ? '@{' : piece));
    const tokenizer = formatTokenizerJson(createTokenizer(other));
    files['tokenizer.json'] = new TextEncoder().encode(tokenizer);
    await expect(read()).rejects.toThrow(
      /"position_scheme": "location", but the pieces .* are of another/,
    );
  });

  it('is refused when its configuration is another model’s', async () => {
    const files = await writeModelFolder(config, CHARACTER_VOCABULARY, parameters);
    const written = JSON.parse(new TextDecoder().decode(files['config.json']));
    const other = readChanged(
      (changed) => (changed['config.json'] = text({ ...written, n_inner: 25 })),
    );
    await expect(other).rejects.toThrow(
      /h.0.mlp.c_fc.weight has shape \[16,24\]; config.json asks for \[16,25\]/,
    );
    const broken = readChanged(
      (changed) => (changed['config.json'] = text({ ...written, n_layer: 'two' })),
    );
    await expect(broken).rejects.toThrow(/zoo\/tiny\/config.json: "n_layer" is "two"/);
    const cut = readChanged(
      (changed) => (changed['config.json'] = changed['config.json'].subarray(0, 20)),
    );
    await expect(cut).rejects.toThrow(/zoo\/tiny\/config.json is not JSON/);
  });
});
