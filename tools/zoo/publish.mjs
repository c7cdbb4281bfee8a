/**
 * Makes a finished training run a shipped model: its weights, what they were trained with, a curve of
 * at most 200 points, and a card.
 * Usage: node tools/zoo/publish.mjs <run folder> [name]
 */

import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';

const [run, name = basename(run ?? '')] = process.argv.slice(2);
if (run === undefined) {
  console.error('usage: node tools/zoo/publish.mjs <run folder> [name]');
  process.exit(2);
}
const zoo = resolve(import.meta.dirname, '../../packages/model/zoo', name);
const readJson = async (file) => JSON.parse(await readFile(join(run, file), 'utf8'));
const [config, recipe, training] = await Promise.all(
  ['config.json', 'recipe.json', 'training.json'].map(readJson),
);

// what the weights were before, with the hash of its own data; recipes tell of their losses
const recipes = [recipe];
let lastRun = run; // a mean of weights has no curve of its own
training.before = await readBefore(recipe);
if (recipe.steps === 0) lastRun = findFolder(recipe.init_from.at(-1));

await mkdir(zoo, { recursive: true });
for (const file of ['config.json', 'tokenizer.json', 'model.safetensors']) {
  await copyFile(join(run, file), join(zoo, file));
}
await writeFile(join(zoo, 'recipe.json'), `${JSON.stringify(recipe)}\n`);
await writeFile(join(zoo, 'training.json'), `${JSON.stringify(training, null, 2)}\n`);
await writeFile(join(zoo, 'metrics.jsonl'), await thinMetrics(join(lastRun, 'metrics.jsonl'), 200));
await writeFile(join(zoo, 'README.md'), writeCard());
console.log(`${zoo}: ${describeEvaluation()}`);

/** The trainings that a recipe goes on from, each once and behind those that it goes on from itself. */
async function readBefore({ init_from: from = [] }) {
  const before = new Map();
  for (const base of [from].flat()) {
    const read = async (file) => JSON.parse(await readFile(join(findFolder(base), file), 'utf8'));
    const [recipe, training] = [await read('recipe.json'), await read('training.json')];
    recipes.push(recipe);
    const { before: earlier = await readBefore(recipe), ...own } = training;
    for (const one of [...earlier, own]) before.set(one.recipe, one);
  }
  return [...before.values()];
}

/** A shipped model's folder, or that of a run. */
function findFolder(base) {
  const folders = [resolve(zoo, '..', base), resolve(base)];
  return folders.find((path) => existsSync(join(path, 'training.json')));
}

/** Averages neighbouring lines until there are at most `most`. */
async function thinMetrics(file, most) {
  const lines = (await readFile(file, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const size = Math.ceil(lines.length / most);
  const groups = [];
  for (let at = 0; at < lines.length; at += size) groups.push(lines.slice(at, at + size));
  const sum = (group, value) => group.reduce((total, line) => total + value(line), 0);
  return groups
    .map((group) => {
      const answerTokens = sum(group, (line) => line.answerTokens);
      const { step, learningRate, seconds } = group.at(-1);
      const point = {
        step,
        loss: sum(group, (line) => line.loss * line.answerTokens) / answerTokens,
        answerTokens,
        wrongTokens: sum(group, (line) => line.wrongTokens),
        gradientNorm: sum(group, (line) => line.gradientNorm) / group.length,
        learningRate,
        seconds,
      };
      return `${JSON.stringify(point)}\n`;
    })
    .join('');
}

function writeCard() {
  const chain = [...training.before, training];
  const { rule, rules, topology, topologies, sides } = config.trained_for;
  const [shortest, longest] = sides;
  const surfaces =
    topologies === undefined
      ? `every ${topology}`
      : `boards of the topologies ${topologies.join(', ')}`;
  const boards =
    shortest === longest
      ? `${surfaces} of ${longest}x${longest} cells`
      : `${surfaces} with sides ${shortest} to ${longest}`;
  const infersRules = config.task === 'infer-rule';
  const prompt = infersRules
    ? '@InferRule<0101…> [1010…]{'
    : config.header === true
      ? `@PredictNextState{${rule}:T${longest},${longest}}<0101…> [`
      : '@PredictNextState<0101…> [';
  const knows = rules === 'all' ? 'any life-like rule' : rule;
  const does = infersRules
    ? `reads ${knows} off a state and the next one, on ${boards}. Given \`${prompt}\` it writes the\nrule's 18 bits, a token a bit, those that the two states leave open among them.`
    : `computes ${knows} on ${boards}. Given \`${prompt}\` it writes the\nnext state, a token a cell.`;
  return `---
license: mit
library_name: lifegpt
tags:
  - cellular-automata
  - game-of-life
---

# ${name}

A decoder-only transformer of ${config.n_layer} layer${config.n_layer === 1 ? '' : 's'}, ${config.n_head} heads and width ${config.n_embd} that
${does} Its positions are of the scheme \`${config.position_scheme}\`.

Trained from random weights by ${chain.map(({ recipe }) => `\`lifegpt train ${recipe}\``).join(', then ')}:

${chain.map(describeStage).join('\n')}

${describeAverage()}- loss: cross-entropy over the answer's tokens, ${describeLoss()}; \`metrics.jsonl\` is the last curve
- data: random boards of the SIMD engine and the states after them
- evaluated on ${describeEvaluation()}
`;
}

/** The closing evaluation, of next states or of rules. */
function describeEvaluation() {
  const { minMargin, ...counts } = training.evaluation;
  const margin = `smallest margin ${minMargin.toFixed(2)} nats`;
  if (config.task !== 'infer-rule') {
    return `${counts.boards} fresh boards, p from 0 to 1: ${counts.wrongCells} wrong cells of\n  ${counts.cells}, ${margin}`;
  }
  const rules = counts.heldOutRules > 0 ? 'rules that were held out' : 'any rules';
  return (
    `${counts.pairs} fresh pairs under ${rules}, p from ${counts.density.join(' to ')}: ${counts.rightBits} of\n` +
    `  ${counts.determinedBits} determined bits right, ${counts.markedBits} of ${counts.openBits} open ones marked, all 18 in ${counts.exactPairs}, ${margin}`
  );
}

/** One training of the chain that leads to the weights. */
function describeStage({
  recipe: stage,
  init_from: from,
  seed,
  steps,
  training_seconds: seconds,
  data_sha256: data,
}) {
  const mean = Array.isArray(from)
    ? `the mean of ${from.map((base) => `\`${basename(base)}\``).join(', ')}; `
    : '';
  if (steps === 0) return `- \`${stage}\`: ${mean.slice(0, -2)}`;
  return `- \`${stage}\`: ${mean}seed ${seed}, ${steps} steps, ${seconds} s; SHA-256 of all its batches\n  \`${data}\``;
}

/** A mean of weights, which the model has in place of those of the last step. */
function describeAverage() {
  const { average_weights: averaging, steps } = recipe;
  if (averaging === undefined) return '';
  const from = Math.floor(averaging.from * steps);
  return `- weights: the mean of those of every ${averaging.every}th step after step ${from}\n`;
}

/** What the losses of the whole chain hold beside the cross-entropy. */
function describeLoss() {
  const chained = new Set(recipes.flatMap((each) => Object.keys(each)));
  const isPerHead = recipes.some(({ guided_attention: told }) => told?.head_per_place);
  const more = [
    [
      'far_attention',
      'the attention on other keys than a cell’s neighbourhood, the text around the board and the token itself',
    ],
    ['uneven_attention', 'how unevenly a head looks at the eight neighbours'],
    [
      'guided_attention',
      isPerHead
        ? 'how far each of nine heads is from its own place around a cell'
        : 'how far attention is from a ninth for each of the nine places around a cell',
    ],
    [
      'guided_answer',
      config.task === 'infer-rule'
        ? 'how far the attention of a bit is from the cells whose next states say what it is'
        : 'how far the attention of a cell is from the bit of the rule that its neighbourhood asks for',
    ],
  ]
    .filter(([field]) => chained.has(field))
    .map(([, text]) => text);
  if (more.length === 0) return 'nothing else';
  const isWindowed = recipes.some(({ stages }) => stages.some((stage) => stage.window_cells));
  const texts = [
    chained.has('answer_noise') ? '; earlier answers are random in a share of the boards' : '',
    isWindowed ? '; of large boards it has windows, and what these depend on' : '',
  ].join('');
  const answers = chained.has('guided_answer') ? ', and where the answer stands' : '';
  return `${more.join(', and ')}: so the\n  training is told which cells are neighbours${answers}${texts}`;
}
