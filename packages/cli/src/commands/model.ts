/** `lifegpt model list | show | export`. */

import { readdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { InputError } from '@lifegpt/core';
import {
  countParameters,
  describeTopologies,
  sidesInReach,
  type ModelConfig,
  type ModelFolder,
} from '@lifegpt/model';
import type { Command } from 'commander';
import { pathIn, targetIn } from '../folder-path.js';
import type { CommandContext } from '../context.js';
import { exportFolder } from '../export-folder.js';
import { DEFAULT_MODEL, findModelFolder, openModelFolder } from '../model-argument.js';
import { makeFolder, writeOutputFile } from '../output-file.js';
import { listModels } from '../shipped-folder.js';
import { registerAttention } from './model-attention.js';

interface ModelFlags {
  readonly json?: boolean;
}

/** Adds the commands. */
export function registerModel(program: Command, context: CommandContext): void {
  const model = program
    .command('model')
    .description('the models that ship, or one that you trained');
  model
    .command('list')
    .description('list the models that ship')
    .option('--json', 'print as JSON')
    .action((flags: ModelFlags) => runList(flags, context));
  model
    .command('show')
    .description('show what a model is and what it was trained for')
    .argument('[model]', 'name of a shipped model, or a model folder', DEFAULT_MODEL)
    .option('--json', 'print as JSON')
    .action((name: string, flags: ModelFlags) => runShow(name, flags, context));
  model
    .command('export')
    .description('write a folder that Hugging Face’s transformers and transformers.js load')
    .argument('<model>', 'name of a shipped model, or a model folder')
    .requiredOption('--out <folder>', 'a new folder')
    .option('--json', 'print as JSON')
    .action((name: string, flags: ExportFlags) => runExport(name, flags, context));
  registerAttention(model, context);
}

interface ExportFlags extends ModelFlags {
  readonly out: string;
}

async function runExport(
  name: string,
  { out, json }: ExportFlags,
  { print }: CommandContext,
): Promise<void> {
  const folder = await openModelFolder(name);
  const files = await exportFolder(folder);
  if ((await readdir(out).catch(() => [])).length > 0) {
    throw new InputError(`${out} is not empty; give a new folder`);
  }
  for (const [path, bytes] of Object.entries(files)) {
    await makeFolder(dirname(targetIn(out, path)));
    await writeOutputFile(targetIn(out, path), bytes);
  }
  if (json === true) return print(JSON.stringify({ out, files: Object.keys(files) }));
  print(`${out}: ${Object.keys(files).join(', ')}`);
  if (!('model.safetensors' in files)) {
    print('no safetensors: Python’s GPT-2 has learned positions, this model has rotary ones');
  }
}

async function runList({ json }: ModelFlags, { print }: CommandContext): Promise<void> {
  const folders = await Promise.all(listModels().map(openModelFolder));
  if (json === true) return print(JSON.stringify(folders.map(summarise)));
  for (const folder of folders) {
    const { name, config } = folder;
    const { parameters, rule, rules, topology, topologies } = summarise(folder);
    const known = rules === 'all' ? 'any two-state rule of the 3x3 neighbourhood' : rule;
    const boards =
      topologies === undefined ? `every ${topology}` : describeTopologies(config.trained_for);
    print(
      `${name.padEnd(12)} ${parameters} parameters, ${known} on ${boards} with ${describeSides(config)}`,
    );
  }
}

async function runShow(
  name: string,
  { json }: ModelFlags,
  { print }: CommandContext,
): Promise<void> {
  const folder = await openModelFolder(name);
  const training = await readFile(
    pathIn(await findModelFolder(name), 'training.json'),
    'utf8',
  ).then(
    (text) => JSON.parse(text) as Record<string, unknown>,
    () => null,
  );
  const {
    weights_sha256: hash,
    trained_for: _,
    ...sizes
  } = { weights_sha256: '', ...folder.config };
  const described = { ...summarise(folder), ...sizes, weights_sha256: hash, training };
  if (json === true) return print(JSON.stringify(described));
  for (const [key, value] of Object.entries(described)) {
    print(`${key.padEnd(20)} ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`);
  }
}

/** The sides that a model can be asked about; where those are more than it was trained on, both. */
function describeSides(config: ModelConfig): string {
  const trained = config.trained_for.sides.join(' to ');
  const [shortest, longest] = sidesInReach(config);
  return `${shortest} to ${longest}` === trained
    ? `sides ${trained}`
    : `sides of any length (trained on ${trained})`;
}

function summarise({ name, config }: ModelFolder) {
  return { name, parameters: countParameters(config), ...config.trained_for };
}
