/**
 * Makes a finished training run a shipped model: its weights, what they were trained with, a curve of
 * at most 200 points, and a card.
 * Usage: node tools/zoo/publish.mjs <run folder> [name]
 */

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
const attendsByLocation = config.position_scheme === 'location';

await mkdir(zoo, { recursive: true });
for (const file of ['config.json', 'tokenizer.json', 'model.safetensors']) {
  await copyFile(join(run, file), join(zoo, file));
}
await writeFile(join(zoo, 'recipe.json'), `${JSON.stringify(recipe)}\n`);
await writeFile(join(zoo, 'training.json'), `${JSON.stringify(training, null, 2)}\n`);
await writeFile(join(zoo, 'metrics.jsonl'), await thinMetrics(join(run, 'metrics.jsonl'), 200));
await writeFile(join(zoo, 'README.md'), writeCard());
console.log(`${zoo}: ${describeEvaluation()}`);

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
  const knows = rules === 'all' ? 'any two-state rule of the 3x3 neighbourhood' : rule;
  const prompt = attendsByLocation
    ? `@PredictNextState{${rule}:T${longest},${longest}}<0101…> [`
    : '@PredictNextState<0101…> [';
  const inverse =
    recipe.location?.inverse === undefined
      ? ''
      : ` Given \`@InferRule{T${longest},${longest}}<0101…> [1010…]{\` it writes the rule
behind a state and the next one, a token a bit, \`?\` for those that the two leave open.`;
  const { recipe: trained, seed, steps, training_seconds: seconds, data_sha256: data } = training;
  return `---
license: mit
library_name: lifegpt
tags:
  - cellular-automata
  - game-of-life
---

# ${name}

A decoder-only transformer of ${config.n_layer} layer${config.n_layer === 1 ? '' : 's'}, ${config.n_head} heads and width ${config.n_embd} that
computes ${knows} on ${boards}. Given
\`${prompt}\` it writes the next state, a token a cell.${inverse}
${attendsByLocation ? describeLocation() : `Its positions are of the scheme \`${config.position_scheme}\`.\n`}
Trained from random weights by \`lifegpt train ${trained}\`: seed ${seed}, ${steps} steps, ${seconds} s; SHA-256 of all
its batches \`${data}\`

- loss: cross-entropy over the answer's tokens, nothing else; \`metrics.jsonl\` is the curve
- data: random boards of the SIMD engine and the states after them${describeHeldOut()}
- evaluated on ${describeEvaluation()}
`;
}

/** What a network with attention by location is given, and what it is not. */
function describeLocation() {
  return `
It attends by location: a head looks at a mixture of places that lie at learned offsets from the board's borders. What is
given: that distances are numbers, which borders a cell touches, that a head begins near its own cell and ends within two
cells of a reference (a border, or 0), and on which axes a rule's bits lie. What is not: which cells count, how borders are
joined, what a rule means.
`;
}

/** What no batch had. */
function describeHeldOut() {
  const { held_out: sizes, rules } = recipe;
  const bands = sizes?.bands.map(
    ({ topology, height, width }) =>
      `sides ${height.join(' to ')} by ${width.join(' to ')} on topology ${topology}`,
  );
  const parts = [
    ...(sizes === undefined
      ? []
      : [`${(100 * sizes.share).toFixed(0)} % of the pairs of sides`, ...bands]),
    ...(rules === undefined ? [] : [`${rules.held_out} life-like rules, all isotropic tables`]),
  ];
  return parts.length === 0 ? '' : `\n- held out: ${parts.join(', ')}`;
}

/** The closing evaluation, of next states and, where there is one, of rules. */
function describeEvaluation() {
  const { boards, cells, wrongCells, minMargin, pairs } = training.evaluation;
  const margin = (least) => `smallest margin ${least.toFixed(2)} nats`;
  const states = `${boards} fresh boards, p from 0 to 1: ${wrongCells} wrong cells of\n  ${cells}, ${margin(minMargin)}`;
  if (!pairs) return states;
  const rules = pairs.heldOutRules > 0 ? 'rules that were held out' : 'any rules';
  return (
    `${states}; on ${pairs.pairs} fresh pairs under ${rules}: ${pairs.rightBits} of ${pairs.determinedBits}\n` +
    `  determined bits right, ${pairs.markedBits} of ${pairs.openBits} open ones marked, all 18 in ${pairs.exactPairs}, ${margin(pairs.minMargin)}`
  );
}
