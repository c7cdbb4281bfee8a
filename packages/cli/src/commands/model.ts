/** `lifegpt model list | show`. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { countParameters, type ModelFolder } from '@lifegpt/model';
import type { Command } from 'commander';
import type { CommandContext } from '../context.js';
import { DEFAULT_MODEL, findModelFolder, listModels, openModelFolder } from '../model-argument.js';

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
}

async function runList({ json }: ModelFlags, { print }: CommandContext): Promise<void> {
  const folders = await Promise.all((await listModels()).map(openModelFolder));
  if (json === true) return print(JSON.stringify(folders.map(summarise)));
  for (const folder of folders) {
    const { name, parameters, rule, topology, sides } = summarise(folder);
    print(
      `${name.padEnd(12)} ${parameters} parameters, ${rule} on every ${topology} with sides ${sides.join(' to ')}`,
    );
  }
}

async function runShow(
  name: string,
  { json }: ModelFlags,
  { print }: CommandContext,
): Promise<void> {
  const folder = await openModelFolder(name);
  const training = await readFile(join(await findModelFolder(name), 'training.json'), 'utf8').then(
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

function summarise({ name, config }: ModelFolder) {
  const { rule, topology, sides } = config.trained_for;
  return { name, parameters: countParameters(config), rule, topology, sides };
}
