/**
 * Trains a model of 8x8 boards from random weights, by cross-entropy on boards and the states after them. Every number is computed by a
 * graph of plain ONNX operations. Usage: node 03_train.mjs [steps]; all 1,500 steps make it exact in about a minute.
 */

import { checkRecipe, train } from '@lifegpt/model';
import { readFile } from 'node:fs/promises';
import { openEngine, runtime } from './open.mjs';

const file = new URL('../tools/recipes/torus8.json', import.meta.url);
const recipe = checkRecipe(JSON.parse(await readFile(file, 'utf8')), 'torus8.json');
const steps = Number(process.argv[2] ?? recipe.steps);
const every = Math.ceil(steps / 10);
for await (const event of train({
  runtime,
  recipe: { ...recipe, steps },
  source: await openEngine(),
})) {
  if (event.kind !== 'step' || event.step % every !== 0) continue;
  const { step, loss, wrongTokens, answerTokens } = event;
  console.log(
    `step ${step}: loss ${loss.toFixed(4)}, ${((100 * wrongTokens) / answerTokens).toFixed(1)} % wrong`,
  );
}
