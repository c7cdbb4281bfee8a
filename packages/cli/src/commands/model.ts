/** `lifegpt model list | show | export`. */

import { readdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { InputError } from '@lifegpt/core';
import {
  countParameters,
  describeRules,
  describeTopologies,
  sidesInReach,
  type ModelConfig,
  type ModelFolder,
} from '@lifegpt/model';
import type { Command } from 'commander';
import { addExamples } from '../command-examples.js';
import { pathIn, targetIn } from '../folder-path.js';
import type { CommandContext } from '../context.js';
import { exportFolder } from '../export-folder.js';
import { DEFAULT_MODEL, findModelFolder, openModelFolder } from '../model-argument.js';
import { makeFolder, writeOutputFile } from '../output-file.js';
import { listModels } from '../shipped-folder.js';
import { countNoun, formatCount } from '../terminal/count.js';
import { wrapLines } from '../terminal/wrap.js';
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
  addExamples(model, 'list', [['', 'the models that ship']]);
  addExamples(model, 'show', [['runs/mine', 'what a model is and what it was trained for']]);
  addExamples(model, 'export', [
    ['flat32 --out hf', 'a folder for transformers and transformers.js'],
  ]);
}

interface ExportFlags extends ModelFlags {
  readonly out: string;
}

async function runExport(
  name: string,
  { out, json }: ExportFlags,
  { print, printJson }: CommandContext,
): Promise<void> {
  const folder = await openModelFolder(name);
  const files = await exportFolder(folder);
  await makeFolder(out);
  if ((await readdir(out)).length > 0) {
    throw new InputError(`${out} is not empty; give a new folder`);
  }
  for (const [path, bytes] of Object.entries(files)) {
    await makeFolder(dirname(targetIn(out, path)));
    await writeOutputFile(targetIn(out, path), bytes);
  }
  if (json === true) return printJson({ out, files: Object.keys(files) });
  print(`wrote ${out}: ${Object.keys(files).join(', ')}`);
  if (!('model.safetensors' in files)) {
    print('no safetensors: Python’s GPT-2 has learned positions, this model has rotary ones');
  }
}

async function runList(
  { json }: ModelFlags,
  { print, printJson, terminal }: CommandContext,
): Promise<void> {
  const folders = await Promise.all(listModels().map(openModelFolder));
  if (json === true) return printJson(folders.map(summarise));
  for (const folder of folders) {
    const about = [`${describeKnowledge(folder)}.`, purposeOf(folder.config)].join(' ');
    const isDefault = folder.name === DEFAULT_MODEL ? ', the default' : '';
    print(`${folder.name}, ${countNoun(summarise(folder).parameters, 'parameter')}${isDefault}`);
    print(wrapLines(`    ${about}`, Math.min(terminal.columns, MOST_COLUMNS), ''));
  }
}

/** Rules, boards and sides in words. */
function describeKnowledge({ config }: ModelFolder): string {
  return `${describeRules(config.trained_for)} on ${describeTopologies(config.trained_for)}, ${describeSides(config)}`;
}

/** What a model is good for. */
function purposeOf({ position_scheme: scheme }: ModelConfig): string {
  return scheme === 'location'
    ? 'Next states, and rules read off states.'
    : 'The paper’s text in GPT-2’s own parts: for comparisons, samples and Hugging Face’s libraries.';
}

async function runShow(
  name: string,
  { json }: ModelFlags,
  { print, printJson, terminal }: CommandContext,
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
  if (json === true) return printJson(described);
  const lines = {
    name: folder.name,
    parameters: formatCount(described.parameters),
    computes: describeKnowledge(folder),
    ...sizes,
    weights_sha256: hash,
    ...describeTraining(training),
  };
  const isNarrow = terminal.columns < NARROW;
  for (const [key, value] of Object.entries(lines)) {
    const isAlone = !String(value).includes(' ') && 21 + String(value).length > terminal.columns;
    if (isNarrow) print(`${key}: ${value}`);
    else if (isAlone)
      print(`${key}\n  ${value}`); // a hash, which has no blank to go over at
    else {
      const columns = Math.min(terminal.columns, MOST_COLUMNS);
      print(wrapLines(`${key.padEnd(20)} ${value}`, columns, ' '.repeat(21)));
    }
  }
  if (training !== null) print('(--json has every figure of its training and closing evaluation)');
}

/** Columns of prose that is read with ease, and those below which names and values do not stand beside each other. */
const [MOST_COLUMNS, NARROW] = [100, 60];

/** The lines of `training.json` that are worth a screen. */
function describeTraining(training: Record<string, unknown> | null): Record<string, string> {
  if (training === null) return { training: 'nothing is written of it' };
  const { recipe, seed, steps, training_seconds: seconds, evaluation } = training;
  const counts = (evaluation ?? {}) as Partial<Record<string, number>>;
  const { wrongCells, cells, boards } = counts;
  const isCounted = wrongCells !== undefined && cells !== undefined && boards !== undefined;
  return {
    training: `recipe ${String(recipe)}, seed ${String(seed)}, ${formatCount(Number(steps))} steps in ${formatCount(Number(seconds))} s`,
    ...(isCounted
      ? {
          evaluation: `${countNoun(wrongCells, 'wrong cell')} of ${formatCount(cells)} on ${countNoun(boards, 'fresh board')}`,
        }
      : {}),
  };
}

/** The sides that a model can be asked about; where those are more than it was trained on, both. */
function describeSides(config: ModelConfig): string {
  const trained = config.trained_for.sides.join(' to ');
  const [shortest, longest] = sidesInReach(config);
  if (`${shortest} to ${longest}` !== trained) return `any sides (trained on ${trained})`;
  return shortest === longest ? `sides of ${shortest}` : `sides from ${trained}`;
}

function summarise({ name, config }: ModelFolder) {
  return { name, parameters: countParameters(config), ...config.trained_for };
}
