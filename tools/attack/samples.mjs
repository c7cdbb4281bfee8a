/** A right file of every format that the product reads, and what reads it. */

import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createGrid, openStream, PATTERN_FORMATS } from '@lifegpt/core';
import {
  checkRecipe,
  encodeState,
  initialiseState,
  vocabularyOf,
  writeModelFolder,
} from '@lifegpt/model';
import { loadBuilt } from './built.mjs';
import { mutateBytes, mutateJson, mutateText } from './mutate.mjs';

const TOOLS = resolve(import.meta.dirname, '..');
const GLIDER = createGrid(3, 3, Uint8Array.of(0, 1, 0, 0, 0, 1, 1, 1, 1));
const PATTERN = {
  name: 'glider',
  comments: ['flies'],
  rule: 'B3/S23:T8,8',
  grid: GLIDER,
  warnings: [],
};
/** A glider in every format of patterns, by the file's name; two formats may have one extension. */
const GLIDERS = PATTERN_FORMATS.map(({ name, extensions, format, example }) => ({
  name,
  file: `${name.toLowerCase().replaceAll(/[ .]/g, '-')}${extensions[0]}`,
  text: format?.(PATTERN) ?? example,
}));

const sha256 = (text) => createHash('sha256').update(text).digest('hex');

/**
 * @typedef {object} Format
 * @property {string} name
 * @property {string} file that is changed, below the sandbox
 * @property {(random: object, bytes: Buffer) => Buffer} mutate
 * @property {string[]} [command] arguments of `lifegpt`, with `{}` for the sandbox
 * @property {string} [reader] one of worker.mjs, where no command reads the file and nothing else
 */

/**
 * Writes the samples.
 * @param {string} sandbox an empty folder
 * @param {(given: string[]) => Promise<void>} run runs `lifegpt`
 * @returns {Promise<Format[]>}
 */
export async function writeSamples(sandbox, run) {
  const put = (name, content) => writeFileSync(join(sandbox, name), content);
  for (const folder of ['model', 'attack']) mkdirSync(join(sandbox, folder));
  for (const { file, text } of GLIDERS) put(file, text);
  for (const format of ['csv', 'jsonl', 'parquet']) {
    const given = `--rows 12 --size 4..6 --format ${format} --rows-per-file 12 --threads 1`;
    await run(['dataset', 'generate', '--out', join(sandbox, format), ...given.split(' ')]);
  }
  put('life.gif', await drawGif());
  const recipe = checkRecipe(readJson(join(TOOLS, 'recipes/flat8.json')), 'flat8');
  const state = initialiseState(recipe.model, 1);
  const model = await writeModelFolder(recipe.model, vocabularyOf(recipe), state.parameters);
  for (const [name, bytes] of Object.entries(model)) put(`model/${name}`, bytes);
  put('state.safetensors', await encodeState(state, 'hash'));
  put('recipe.json', JSON.stringify(recipe));
  put('ablation.json', readFileSync(join(TOOLS, 'ablations/entropy-fcm.json')));
  const evaluated = `--fresh 3 --size 4 --arar 2 --shard 0/1 --out ${join(sandbox, 'eval')}`;
  await run(['eval', ...evaluated.split(' ')]);
  put('task.json', JSON.stringify(await describeTask(sandbox)));
  return listFormats(sandbox);
}

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));

async function drawGif() {
  const { encodeGif } = await loadBuilt('gif.js');
  const random = openStream(1, 'gif');
  const draw = () =>
    createGrid(
      6,
      6,
      Uint8Array.from({ length: 36 }, () => random.nextInt(2)),
    );
  return encodeGif([draw(), draw(), draw()], null, { panels: ['prediction'] });
}

/** What a queue says of a shard. */
async function describeTask(sandbox) {
  const { job } = readJson(join(sandbox, 'eval/job.json'));
  return { kind: 'eval', job, folder: sandbox, shard: { index: 0, count: 1 } };
}

function listFormats(sandbox) {
  const pattern = ({ name, file }) => ({
    name,
    file,
    mutate: mutateText,
    command: ['simulate', `{}/${file}`, '-n', '1', '--json'],
  });
  const data = (name, mutate) => ({
    name,
    file: `${name}/data/train-00000-of-00001.${name}`,
    mutate,
    command: ['dataset', 'inspect', `{}/${name}/data/train-00000-of-00001.${name}`, '--json'],
  });
  const merged = (name, folder, file, reseal) => ({
    name,
    file: `${folder}/${file}`,
    mutate: (random, bytes) => mutateJson(random, bytes, reseal),
    command: ['merge', '{}/attack/out', `{}/${folder}`, '--json'],
  });
  const model = (file, mutate) => ({
    name: file,
    file: `model/${file}`,
    mutate,
    command: ['model', 'show', '{}/model', '--json'],
  });
  const read = (name, file, reader, mutate = mutateJson) => ({ name, file, mutate, reader });
  return [
    ...GLIDERS.map(pattern),
    data('csv', mutateText),
    data('jsonl', mutateText),
    data('parquet', mutateBytes),
    {
      ...data('csv', mutateText),
      name: 'csv as observation',
      command: ['infer-rule', '{}/csv/data/train-00000-of-00001.csv', '--json'],
    },
    {
      name: 'gif',
      file: 'life.gif',
      mutate: mutateBytes,
      command: ['infer-rule', '{}/life.gif', '--json'],
    },
    model('config.json', mutateJson),
    model('tokenizer.json', mutateJson),
    model('model.safetensors', mutateHeader),
    merged('data set', 'csv', 'config.json', (value) =>
      value?.config === undefined
        ? value
        : { ...value, config_sha256: sha256(JSON.stringify(value.config)) },
    ),
    merged('manifest', 'csv', 'manifest/train-00000-of-00001.csv.json'),
    merged('job', 'eval', 'job.json', (value) =>
      value?.job === undefined
        ? value
        : { ...value, job_sha256: sha256(JSON.stringify([value.kind, value.job])) },
    ),
    merged('piece', 'eval', 'pieces/0-of-1.json', (value) =>
      value?.result === undefined
        ? value
        : { ...value, result_sha256: sha256(JSON.stringify(value.result)) },
    ),
    read('recipe', 'recipe.json', 'recipe'),
    read('ablation', 'ablation.json', 'ablation'),
    read('task of a queue', 'task.json', 'task'),
    read('evaluation state', 'eval/pieces/0-of-1.json', 'evaluation'),
    read('training state', 'state.safetensors', 'state', mutateHeader),
  ].map((format) => ({ ...format, path: join(sandbox, format.file) }));
}

/** Of a safetensors file mostly the header, which is a JSON object behind eight bytes. */
function mutateHeader(random, bytes) {
  if (random.nextInt(3) === 0) return mutateBytes(random, bytes);
  const length = Number(bytes.readBigUInt64LE(0));
  const header = mutateJson(random, bytes.subarray(8, 8 + length));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([size, header, bytes.subarray(8 + length)]);
}
