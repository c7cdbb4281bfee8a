/** `lifegpt train`: a recipe from random weights, or from where it was interrupted. */

import type { Command } from 'commander';
import { targetIn } from '../folder-path.js';
import { describeCounts } from '../closing-evaluation.js';
import type { CommandContext } from '../context.js';
import { readRecipe } from '../recipe-argument.js';
import { trainRecipe } from '../training.js';

interface TrainFlags {
  readonly out?: string;
  readonly resume?: boolean;
  readonly device: string;
  readonly json?: boolean;
}

/** Adds the command. */
export function registerTrain(program: Command, context: CommandContext): void {
  program
    .command('train')
    .description('train a model from random weights by a recipe')
    .argument('[recipe]', 'a recipe of the project, or a JSON file', 'torus8')
    .option('--out <folder>', 'folder of the run (default: runs/<recipe>)')
    .option('--resume', 'go on from the last checkpoint in the folder')
    .option('--device <name>', 'auto, cpu, webgpu or cuda', 'auto')
    .option('--json', 'print the result as JSON')
    .action((recipe: string, flags: TrainFlags) => runTrain(recipe, flags, context));
}

async function runTrain(
  recipeName: string,
  flags: TrainFlags,
  context: CommandContext,
): Promise<void> {
  const recipe = await readRecipe(recipeName);
  const folder = flags.out ?? targetIn('runs', recipe.name);
  const { seconds, evaluation } = await trainRecipe(
    { recipe, folder, resume: flags.resume ?? false, device: flags.device },
    context,
  );
  const { drawn: _, ...counts } = evaluation;
  const result = { model: folder, steps: recipe.steps, seconds, ...counts };
  const { line, trial } = describeCounts(evaluation, folder);
  context.print(
    flags.json === true
      ? JSON.stringify(result)
      : `${line}, ${seconds.toFixed(0)} s of training; try: ${trial}`,
  );
}
