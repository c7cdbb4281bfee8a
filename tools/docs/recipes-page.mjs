/** docs/recipes.md: the recipes and ablations of the project, and every field, from the sources' own words. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { table } from './cli-page.mjs';

/** Interfaces whose fields are told: where each stands, and what it is in a recipe. */
const INTERFACES = [
  ['packages/model/src/training/recipe.ts', 'Recipe', 'A recipe'],
  ['packages/model/src/training/recipe.ts', 'Stage', '`stages`: a list of'],
  ['packages/core/src/board-sizes.ts', 'SizeRange', '`sizes` of a stage: a list of'],
  ['packages/model/src/training/recipe.ts', 'LocationTraining', '`location`'],
  ['packages/model/src/training/held-out.ts', 'HeldOut', '`held_out`'],
  ['packages/model/src/training/training-rules.ts', 'TrainingRules', '`rules`'],
  [
    'packages/model/src/network/location-config.ts',
    'LocationConfig',
    '`model`, with attention by location',
  ],
  ['packages/model/src/network/gpt-config.ts', 'GptConfig', '`model`, in a line'],
  ['packages/model/src/network/trained-for.ts', 'TrainedFor', '`trained_for` of a model'],
];

/** The page. @param {string} root the workspace */
export function recipesPage(root) {
  const recipes = readAll(join(root, 'tools/recipes'));
  const ablations = readAll(join(root, 'tools/ablations'));
  return [
    '# Recipes and ablations',
    '',
    'Written by `npm run docs` from `tools/recipes`, `tools/ablations` and the sources.',
    '',
    'A recipe is a JSON file that decides the weights. `lifegpt train <name>` takes one of these, or a file;',
    '`--rule HighLife:T10,10` changes the rule and the board, `--set learning_rate=0.002` any field; fields of',
    'fields go with dots, `--set location.noise=0.1`, and places of lists with their number, `--set stages.0.until=1`.',
    '',
    ...table(
      ['recipe', 'network', 'trained for', 'steps'],
      recipes.map(({ name, model, steps }) => [
        `\`${name}\``,
        describeNetwork(model),
        describePurpose(model.trained_for),
        steps.toLocaleString('en'),
      ]),
    ),
    '',
    'An ablation trains arms of one recipe with several seeds: `lifegpt ablate <name>`.',
    '',
    ...ablations.flatMap(({ name, question, arms, seeds }) => [
      `- \`${name}\`: ${question} Arms: ${arms.map((arm) => arm.name).join(', ')}; seeds ${seeds.join(', ')}.`,
    ]),
    '',
    ...INTERFACES.flatMap(([file, name, title]) => [
      `## ${title}`,
      '',
      ...table(['field', 'type', 'meaning'], readFields(join(root, file), name)),
      '',
    ]),
  ].join('\n');
}

function readAll(folder) {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')));
}

function describeNetwork({ position_scheme: scheme, n_layer: layers, n_embd: width }) {
  return `${scheme}, ${layers} ${layers === 1 ? 'layer' : 'layers'}, width ${width}`;
}

function describePurpose({ rule, rules, topology, topologies, sides: [low, high] }) {
  const boards = topologies === undefined ? topology : topologies.join(' ');
  const known = { all: 'all rules', 'life-like': 'life-like rules' }[rules] ?? rule;
  return `${known}, ${boards}, ${low === high ? `sides of ${low}` : `sides from ${low} to ${high}`}`;
}

/** The fields of an interface: name, type, and the comment above it. */
function readFields(file, name) {
  const source = ts.createSourceFile(
    file,
    readFileSync(file, 'utf8'),
    ts.ScriptTarget.Latest,
    true,
  );
  const found = source.statements.find(
    (statement) => ts.isInterfaceDeclaration(statement) && statement.name.text === name,
  );
  return found.members.map((member) => {
    const [comment] = ts.getJSDocCommentsAndTags(member);
    const text = comment === undefined ? '' : ts.getTextOfJSDocComment(comment.comment);
    const type = member.type.getText(source).replaceAll('readonly ', '').replaceAll(/\s+/g, ' ');
    return [
      `\`${member.name.text}\`${member.questionToken === undefined ? '' : ' (may be left out)'}`,
      type.startsWith('{') ? 'object' : `\`${type}\``,
      (text ?? '').replaceAll(/\s+/g, ' '),
    ];
  });
}
