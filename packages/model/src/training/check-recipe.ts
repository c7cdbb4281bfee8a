/** What a recipe file has to hold, field by field. */

import { createTokenizer, InputError, layoutPrompt, shapes as checks } from '@lifegpt/core';
import { checkConfig } from '../network/config.js';
import type { SizeBand } from './held-out.js';
import { listTopologies } from '../network/trained-for.js';
import { checkRecipeFields, FILE_NAME, FILE_NAME_IN_WORDS } from './recipe-fields.js';
import { largestAreaOf, vocabularyOf, type Densities, type Recipe } from './recipe.js';
import { RULE_COUNT } from './training-rules.js';

const { failShape } = checks;

type Expect = (holds: boolean, field: string, found: unknown, expected: string) => void;

/**
 * Checks a parsed recipe file.
 * @throws InputError naming the file, the field, its value and what it should be.
 */
export function checkRecipe(value: unknown, source: string): Recipe {
  if (typeof value !== 'object' || value === null)
    throw new InputError(`${source}: a recipe is a JSON object`);
  checkRecipeFields(value, source);
  const recipe = value as Recipe;
  const expect: Expect = (holds, path, found, expected) => {
    if (!holds) failShape(found, { source, path }, expected);
  };
  const { name } = recipe;
  expect(typeof name === 'string' && FILE_NAME.test(name), 'name', name, FILE_NAME_IN_WORDS);
  checkConfig(recipe.model, `${source}: model`);
  checkNumbers(recipe, expect);
  checkHeldOut(recipe, expect);
  expectDensities(expect, 'densities', recipe.densities);
  checkStages(recipe, expect);
  if (recipe.model.position_scheme === 'location') checkLocationTraining(recipe, expect);
  else checkLineTraining(recipe, expect);
  expect(
    recipe.model.vocab_size === vocabularyOf(recipe).length,
    'model.vocab_size',
    recipe.model.vocab_size,
    `${vocabularyOf(recipe).length}, the size of the vocabulary`,
  );
  return recipe;
}

function checkNumbers(recipe: Recipe, expect: Expect): void {
  const numbers = {
    seed: [0, Number.MAX_SAFE_INTEGER],
    steps: [1, 1e9],
    learning_rate: [0, 1],
    warmup_steps: [0, 1e9],
    final_learning_rate_ratio: [0, 1],
    adam_beta1: [0, 1],
    adam_beta2: [0, 1],
    adam_epsilon: [0, 1],
    weight_decay: [0, 1],
    max_grad_norm: [0, 1e9],
    checkpoint_every: [1, 1e9],
  } as const;
  for (const [field, [low, high]] of Object.entries(numbers)) {
    const found = recipe[field as keyof typeof numbers];
    expect(
      typeof found === 'number' && found >= low && found <= high,
      field,
      found,
      `a number from ${low} to ${high}`,
    );
  }
  const { warmup_steps: warmup, steps } = recipe;
  expect(warmup <= steps, 'warmup_steps', warmup, `at most "steps", ${steps}`);
}

const isRange = (range: unknown): range is [number, number] =>
  Array.isArray(range) &&
  range.length === 2 &&
  range.every(Number.isFinite) &&
  range[0] <= range[1];

const isShare = (share: unknown): boolean => typeof share === 'number' && share >= 0 && share <= 1;

function expectDensities(expect: Expect, field: string, found: Densities): void {
  const fit = found?.length > 0 && found.every((d) => isRange(d) && d[0] >= 0 && d[1] <= 1);
  expect(fit, field, found, 'ranges within 0..1 such as [[0, 1]]');
}

function checkStages({ stages, model }: Recipe, expect: Expect): void {
  expect(stages?.length > 0, 'stages', stages, 'at least one stage');
  stages.forEach(({ densities, sizes }, i) => {
    const name = `stages[${i}]`;
    if (densities !== undefined) expectDensities(expect, `${name}.densities`, densities);
    checkSizes(`${name}.sizes`, sizes, model.trained_for.sides, expect);
  });
}

function checkSizes(
  name: string,
  sizes: Recipe['stages'][number]['sizes'],
  [shortest, longest]: readonly [number, number],
  expect: Expect,
): void {
  expect(sizes?.length > 0, name, sizes, 'at least one range of sizes');
  for (const { height, width, weight, max_area: area } of sizes) {
    const sidesFit = [height, width].every(
      (s) => isRange(s) && s[0] >= shortest && s[1] <= longest,
    );
    expect(sidesFit, name, { height, width }, `sides within ${shortest}..${longest}`);
    expect(weight > 0, `${name}.weight`, weight, 'a number above 0');
    expect(
      area === undefined || area >= height[0] * width[0],
      `${name}.max_area`,
      area,
      `at least ${height[0] * width[0]}, the area of its smallest board`,
    );
  }
}

/** What only a training with attention by location has, and what it goes without. */
function checkLocationTraining(recipe: Recipe, expect: Expect): void {
  const { location, model, rules } = recipe;
  const whole = (field: string, found: unknown): void =>
    expect(
      Number.isInteger(found) && (found as number) > 0,
      field,
      found,
      'a whole number above 0',
    );
  expect(
    typeof location === 'object' && location !== null,
    'location',
    location,
    'what the training has, such as {"shapes": 6, "texts": 8, "queries": 40, …}',
  );
  const { shapes, texts, queries, sharpness, sharpens, noise, inverse } = location!;
  whole('location.shapes', shapes);
  whole('location.texts', texts);
  whole('location.queries', queries);
  for (const field of ['border_queries', 'tables'] as const) {
    expect(isShare(location![field]), `location.${field}`, location![field], 'a share from 0 to 1');
  }
  expect(
    Array.isArray(sharpness) && sharpness.length === 2 && sharpness.every((value) => value > 0),
    'location.sharpness',
    sharpness,
    'two numbers above 0 such as [1.5, 12]',
  );
  expect(
    sharpness[1] === (model as { attention_sharpness?: number }).attention_sharpness,
    'location.sharpness',
    sharpness,
    'the model’s "attention_sharpness" as the last one',
  );
  expect(
    isRange(sharpens) && sharpens.every(isShare),
    'location.sharpens',
    sharpens,
    'two shares of the steps such as [0.5, 0.9]',
  );
  expect(noise >= 0, 'location.noise', noise, 'a number from 0');
  if (inverse !== undefined) {
    expect(isShare(inverse.from), 'location.inverse.from', inverse.from, 'a share from 0 to 1');
    expect(
      isShare(inverse.open_from) && inverse.open_from >= inverse.from,
      'location.inverse.open_from',
      inverse.open_from,
      `at least the share of "from", ${inverse.from}, and 1 at most`,
    );
    whole('location.inverse.shapes', inverse.shapes);
    expect(
      isShare(inverse.tables),
      'location.inverse.tables',
      inverse.tables,
      'a share from 0 to 1',
    );
    expect(inverse.weight > 0, 'location.inverse.weight', inverse.weight, 'a number above 0');
    checkSizes('location.inverse.sizes', inverse.sizes, model.trained_for.sides, expect);
  }
  expect(
    rules === undefined ||
      (Number.isInteger(rules.held_out) && rules.held_out >= 0 && rules.held_out < RULE_COUNT),
    'rules',
    rules,
    `so many rules, below ${RULE_COUNT}, such as {"held_out": 12000}`,
  );
  expect(
    rules === undefined || model.trained_for.rules !== undefined,
    'rules',
    rules,
    'none for a model of one rule',
  );
  for (const field of LINE_FIELDS) {
    expect(
      recipe[field] === undefined,
      field,
      recipe[field],
      'nothing beside attention by location',
    );
  }
}

const LINE_FIELDS = [
  'vocabulary',
  'forgetful_masking',
  'initial_positions',
  'training_boards',
] as const;

/** What only a training on texts in a line has, and what it goes without. */
function checkLineTraining(recipe: Recipe, expect: Expect): void {
  const { model, stages, location, rules } = recipe;
  expect(location === undefined, 'location', location, 'nothing for a model without it');
  expect(rules === undefined, 'rules', rules, 'none for a model of one rule');
  expect(
    recipe.vocabulary === 'characters' || recipe.vocabulary === 'bytes',
    'vocabulary',
    recipe.vocabulary,
    '"characters" or "bytes"',
  );
  stages.forEach(({ cells_per_batch: cells = 0 }, i) =>
    expect(cells > 0, `stages[${i}].cells_per_batch`, cells, 'a number above 0'),
  );
  const share = recipe.forgetful_masking ?? 0;
  expect(share >= 0 && share < 1, 'forgetful_masking', share, 'a share from 0, below 1');
  const start = recipe.initial_positions ?? 'noise';
  expect(
    ['noise', 'rows-and-columns'].includes(start),
    'initial_positions',
    start,
    '"noise" or "rows-and-columns"',
  );
  const { sides } = model.trained_for;
  const markers = layoutPrompt(createTokenizer(vocabularyOf(recipe)), 1, 1).inputTokens - 2;
  const area = Math.max(...stages.flatMap(({ sizes }) => sizes.map(largestAreaOf)));
  const tokens = 2 * area + markers;
  const places = model.position_scheme === 'location' ? Infinity : model.n_positions;
  expect(
    places >= tokens,
    'model.n_positions',
    places,
    `at least ${tokens}, the tokens of a text of ${area} cells`,
  );
  const isOneSize =
    model.position_scheme === 'learned' &&
    model.n_positions === 2 * sides[1] ** 2 + markers &&
    sides[0] === sides[1];
  expect(
    start === 'noise' || isOneSize,
    'initial_positions',
    start,
    'learned positions, one size of boards, and as many positions as its text has tokens, beside it',
  );
  const pool = recipe.training_boards;
  expect(
    pool === undefined || (Number.isInteger(pool) && pool >= 1 && pool <= 2 ** 32),
    'training_boards',
    pool,
    'a whole number above 0',
  );
  // a board's number alone decides what it holds
  const hasOneKind =
    recipe.densities.length === 1 &&
    stages.every(({ densities, sizes }) => densities === undefined && sizes.length === 1);
  expect(
    pool === undefined || hasOneKind,
    'training_boards',
    pool,
    'one range of densities and of sizes beside it',
  );
}

function checkHeldOut(
  { held_out: heldOut, model, training_boards: pool }: Recipe,
  expect: Expect,
): void {
  if (heldOut === undefined) return;
  const isBand = ({ topology, height, width }: SizeBand): boolean =>
    listTopologies(model.trained_for).includes(topology) &&
    [height, width].every((range) => Array.isArray(range) && range.length === 2);
  expect(
    pool === undefined &&
      Number.isInteger(heldOut.seed) &&
      heldOut.share >= 0 &&
      heldOut.share <= 0.5 &&
      Array.isArray(heldOut.bands) &&
      heldOut.bands.every(isBand),
    'held_out',
    heldOut,
    'a share up to 0.5 and bands such as {"seed": 1, "share": 0.15, "bands": [{"topology": "C", "height": [9, 12], "width": [9, 12]}]}, ' +
      'and fresh boards',
  );
}
