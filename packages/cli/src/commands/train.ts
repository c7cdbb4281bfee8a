/** `lifegpt train`: a recipe from random weights, from those of a model, or from where it was interrupted. */

import { InputError } from '@lifegpt/core';
import { stateOfWeights, type Recipe, type TrainState } from '@lifegpt/model';
import type { Command } from 'commander';
import { addExamples } from '../command-examples.js';
import { describeCounts, describeTrial, isExact } from '../closing-evaluation.js';
import { countNoun } from '../terminal/count.js';
import { quoteWord } from '../terminal/wrap.js';
import type { CommandContext } from '../context.js';
import { targetIn } from '../folder-path.js';
import { openHashedModel } from '../model-argument.js';
import { parseWholeNumber } from '../option-values.js';
import { readRecipe } from '../recipe-argument.js';
import type { RecipeFlags } from '../recipe-changes.js';
import { findRunRecipe, hasCheckpoint } from '../training-run.js';
import { wrapCommand } from '../terminal/wrap.js';
import { trainRecipe } from '../training.js';

interface TrainFlags extends RecipeFlags {
  readonly out?: string;
  readonly resume?: boolean;
  readonly from?: string;
  readonly keepEvery?: string;
  readonly tensorboard?: boolean;
  readonly device: string;
  readonly json?: boolean;
}

/** Adds the command. */
export function registerTrain(program: Command, context: CommandContext): void {
  program
    .command('train')
    .description('train a model from random weights by a recipe')
    .argument(
      '[recipe]',
      'a recipe of the project, or a JSON file (default: torus8, or what --resume finds in the folder)',
    )
    .option('--out <folder>', 'folder of the run (default: runs/<recipe>)')
    .option('--resume', 'go on from the last checkpoint in the folder')
    .option('--from <model>', 'begin with the weights of a model instead of random ones')
    .option(
      '--keep-every <steps>',
      'keep the model of so many steps each, in checkpoints/, to study how it comes about',
    )
    .option('--rule <rule>', 'another rule, or rule and board to train on, e.g. HighLife:T10,10')
    .option('--steps <count>', 'another number of steps; a longer warm-up is cut to it')
    .option('--seed <number>', 'another seed: other weights to begin with, other boards')
    .option(
      '--set <field=value>',
      'another value of a field of the recipe, e.g. learning_rate=0.002; again for more',
      (value: string, before: readonly string[] = []) => [...before, value],
    )
    .option('--tensorboard', 'write metrics as TensorBoard’s event file too')
    .option('--device <name>', 'auto, cpu, webgpu, cuda or wasm', 'auto')
    .option('--json', 'print the result as JSON')
    .action((recipe: string | undefined, flags: TrainFlags) => runTrain(recipe, flags, context));
  addExamples(program, 'train', [
    ['', 'all life-like rules on 8x8 tori, from random weights'],
    ['--rule HighLife:T10,10 --out runs/highlife', 'another rule and board'],
    ['torus8 --seed 2 --set learning_rate=0.002 --out runs/other', 'some of it otherwise'],
    ['recipe.json --out runs/mine', 'a recipe of your own'],
    ['--out runs/mine --resume', 'goes on where it was interrupted'],
    ['--keep-every 500', 'the models of steps 500, 1000, … stay, each a model folder'],
  ]);
}

/** How often a model is kept: at some of the checkpoints, which the recipe has. */
function readKeepEvery(
  { checkpoint_every: every, steps: all }: Recipe,
  text?: string,
): number | null {
  if (text === undefined) return null;
  const steps = parseWholeNumber('--keep-every', text, 1, Number.MAX_SAFE_INTEGER);
  if (steps > all) {
    throw new InputError(
      `--keep-every ${steps} keeps nothing of a training of ${countNoun(all, 'step')}; give fewer, or leave it out`,
    );
  }
  if (steps % every === 0) return steps;
  throw new InputError(
    `--keep-every ${steps} is no multiple of the recipe's checkpoint_every, ${every}; give one, or --set checkpoint_every=${steps}`,
  );
}

/** The recipe of the first training that one types. */
const FIRST_RECIPE = 'torus8';

/** The recipe that is named; or where a run goes on, its own. */
function findRecipe({ resume, out = targetIn('runs', FIRST_RECIPE) }: TrainFlags): string {
  return (resume === true ? findRunRecipe(out) : null) ?? FIRST_RECIPE;
}

async function runTrain(
  recipeName: string | undefined,
  flags: TrainFlags,
  context: CommandContext,
): Promise<void> {
  const written = await readRecipe(recipeName ?? findRecipe(flags), flags);
  const { recipe, initial } = await openWeights(written, flags.from);
  const keepEvery = readKeepEvery(recipe, flags.keepEvery);
  const folder = flags.out ?? targetIn('runs', recipe.name);
  const { seconds, evaluation } = await trainRecipe(
    {
      recipe,
      folder,
      beginning: flags.resume === true ? 'checkpoint' : 'anew',
      device: flags.device,
      tensorboard: flags.tensorboard === true,
      ...(keepEvery === null ? {} : { keepEvery }),
      ...(initial === null ? {} : { initial }),
    },
    context,
  ).catch((error: unknown) => {
    if (context.signal.aborted && hasCheckpoint(folder)) {
      context.leave(`to go on: ${context.program} train --resume --out ${quoteWord(folder)}`);
    }
    throw error;
  });
  if (flags.json === true) {
    const { drawn: _, ...counts } = evaluation;
    context.printJson({ model: folder, steps: recipe.steps, seconds, ...counts });
    return;
  }
  context.print(`${describeCounts(evaluation)}, ${seconds.toFixed(0)} s of training`);
  const { columns } = context.terminal;
  const trial = `try: ${context.program} ${describeTrial(recipe.model, folder)}`;
  context.printData(wrapCommand(trial, columns));
  if (isExact(evaluation)) return;
  context.print(
    'to get further: more --steps, another --seed, or on from these weights by --from, each with another --out',
  );
}

/** The weights to begin with, and the recipe that names them. @throws InputError when they do not fit it */
async function openWeights(
  recipe: Recipe,
  model: string | undefined,
): Promise<{ recipe: Recipe; initial: TrainState | null }> {
  if (model === undefined) return { recipe, initial: null };
  const { folder, hashes } = await openHashedModel(model);
  const hash = hashes['model.safetensors'];
  if (![undefined, hash].includes(recipe.initial_weights)) {
    throw new InputError(
      `--from ${model}: its weights have the SHA-256 ${hash}, and the recipe begins with ${recipe.initial_weights}`,
    );
  }
  const initial = stateOfWeights(recipe.model, folder.tensors, model);
  return { recipe: { ...recipe, initial_weights: hash }, initial };
}
