/** What a recipe file has to hold, field by field. */

import { createTokenizer, InputError, layoutPrompt } from '@lifegpt/core';
import { checkConfig } from './config.js';
import type { SizeBand } from './held-out.js';
import { PLACES } from './neighbourhood.js';
import { checkRecipeFields, FILE_NAME, FILE_NAME_IN_WORDS } from './recipe-fields.js';
import { listBases, VOCABULARIES, vocabularyOf, type Densities, type Recipe } from './recipe.js';
import { listTopologies } from './trained-for.js';
import { RULE_COUNT } from './training-rules.js';

/**
 * Checks a parsed recipe file.
 * @throws InputError naming the file, the field, its value and what it should be.
 */
export function checkRecipe(value: unknown, source: string): Recipe {
  if (typeof value !== 'object' || value === null)
    throw new InputError(`${source}: a recipe is a JSON object`);
  checkRecipeFields(value, source);
  const recipe = value as Recipe;
  const expect = (holds: boolean, field: string, found: unknown, expected: string): void => {
    if (!holds)
      throw new InputError(
        `${source}: "${field}" is ${JSON.stringify(found)}; expected ${expected}`,
      );
  };
  expect(
    typeof recipe.name === 'string' && FILE_NAME.test(recipe.name),
    'name',
    recipe.name,
    FILE_NAME_IN_WORDS,
  );
  checkConfig(recipe.model, `${source}: model`);
  expect(
    recipe.init_from === undefined ||
      (listBases(recipe).length > 0 && listBases(recipe).every((base) => typeof base === 'string')),
    'init_from',
    recipe.init_from,
    'the name of a model or a folder, or a list of them',
  );
  const numbers = {
    seed: [0, Number.MAX_SAFE_INTEGER],
    steps: [listBases(recipe).length > 1 ? 0 : 1, 1e9],
    learning_rate: [0, 1],
    warmup_steps: [0, 1e9],
    final_learning_rate_ratio: [0, 1],
    adam_beta1: [0, 1],
    adam_beta2: [0, 1],
    adam_epsilon: [0, 1],
    weight_decay: [0, 1],
    max_grad_norm: [0, 1e9],
    replay: [0, 1],
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
  expect(steps === 0 || warmup <= steps, 'warmup_steps', warmup, `at most "steps", ${steps}`);
  const share = recipe.forgetful_masking ?? 0;
  expect(share >= 0 && share < 1, 'forgetful_masking', share, 'a share from 0, below 1');
  const noise = recipe.answer_noise ?? 0;
  expect(noise >= 0 && noise <= 1, 'answer_noise', noise, 'a share from 0 to 1');
  for (const field of [
    'far_attention',
    'uneven_attention',
    'guided_attention',
    'guided_answer',
  ] as const) {
    const penalty = recipe[field];
    expect(
      penalty === undefined || (penalty.weight > 0 && penalty.scale > 0),
      field,
      penalty,
      'a weight and a scale above 0 such as {"weight": 0.01, "scale": 0.001}',
    );
  }
  const averaging = recipe.average_weights;
  expect(
    averaging === undefined ||
      (averaging.from >= 0 &&
        Number.isInteger(averaging.every) &&
        averaging.every > 0 &&
        Math.floor(recipe.steps / averaging.every) * averaging.every >
          averaging.from * recipe.steps),
    'average_weights',
    averaging,
    'a share of the steps and a number of steps with some of its multiples behind it, such as {"from": 0.5, "every": 10}',
  );
  const perPlace = recipe.guided_attention?.head_per_place === true;
  expect(
    !perPlace || (recipe.model.n_head === PLACES && recipe.model.task !== 'infer-rule'),
    'guided_attention.head_per_place',
    perPlace,
    `false, or a model that writes next states with "n_head": ${PLACES}`,
  );
  const { position_scheme: scheme, n_positions: positions, trained_for: trained } = recipe.model;
  const start = recipe.initial_positions ?? 'noise';
  expect(
    ['noise', 'rows-and-columns'].includes(start),
    'initial_positions',
    start,
    '"noise" or "rows-and-columns"',
  );
  const countMarkers = (): number =>
    layoutPrompt(createTokenizer(vocabularyOf(recipe) ?? []), 1, 1).inputTokens - 2;
  const isOneSize =
    scheme === 'learned' &&
    positions === 2 * trained.sides[1] ** 2 + countMarkers() &&
    trained.sides[0] === trained.sides[1];
  expect(
    start === 'noise' || isOneSize,
    'initial_positions',
    start,
    'learned positions, one size of boards, and as many positions as its text has tokens, beside it',
  );
  const pool = recipe.training_boards;
  checkHeldOut(recipe, expect);
  const { rules } = recipe;
  const rulesFit =
    rules === undefined ||
    ([rules.count, rules.held_out].every((n) => Number.isInteger(n) && n >= 0) &&
      rules.count > 0 &&
      rules.count + rules.held_out <= RULE_COUNT &&
      rules.grows?.length === 2 &&
      rules.grows[0] >= 0 &&
      rules.grows[0] <= rules.grows[1]);
  expect(
    rulesFit,
    'rules',
    rules,
    `so many rules, at most ${RULE_COUNT} together, such as {"count": 250000, "held_out": 12000, "grows": [0.1, 0.5]}`,
  );
  expect(
    (rules !== undefined) === (trained.rules === 'all'),
    'rules',
    rules,
    trained.rules === 'all' ? 'rules, since the model knows all' : 'none for a model of one rule',
  );
  expect(pool === undefined || rules === undefined, 'training_boards', pool, 'none beside rules');
  expect(
    pool === undefined || (Number.isInteger(pool) && pool >= 1 && pool <= 2 ** 32),
    'training_boards',
    pool,
    'a whole number above 0',
  );
  const isRange = (range: unknown): boolean =>
    Array.isArray(range) &&
    range.length === 2 &&
    range.every(Number.isFinite) &&
    range[0] <= range[1];
  const expectDensities = (field: string, found: Densities): void => {
    const fit = found?.length > 0 && found.every((d) => isRange(d) && d[0] >= 0 && d[1] <= 1);
    expect(fit, field, found, 'ranges within 0..1 such as [[0, 1]]');
  };
  expectDensities('densities', recipe.densities);
  expect(recipe.stages?.length > 0, 'stages', recipe.stages, 'at least one stage');
  const [shortest, longest] = recipe.model.trained_for.sides;
  const vocabulary = VOCABULARIES[recipe.vocabulary ?? 'pieces'] ?? [];
  expect(
    vocabulary.length > 0,
    'vocabulary',
    recipe.vocabulary,
    '"pieces", "header", "infer-rule", "characters" or "bytes"',
  );
  const { header = false } = recipe.model;
  expect(
    header === (recipe.vocabulary === 'header'),
    'vocabulary',
    recipe.vocabulary,
    header ? '"header", since the model reads one' : 'another one, or "header": true in the model',
  );
  expect(!header || share === 0, 'forgetful_masking', share, '0 for a model that reads a header');
  checkRuleTraining(recipe, expect);
  expect(
    recipe.model.vocab_size === vocabulary.length,
    'model.vocab_size',
    recipe.model.vocab_size,
    `${vocabulary.length}, the size of the vocabulary`,
  );
  // a board's number alone decides what it holds
  const hasOneKind =
    recipe.densities.length === 1 &&
    recipe.stages.every(({ densities, sizes }) => densities === undefined && sizes.length === 1);
  expect(
    pool === undefined || hasOneKind,
    'training_boards',
    pool,
    'one range of densities and of sizes beside it',
  );
  recipe.stages.forEach((stage, i) => {
    const name = `stages[${i}]`;
    expect(
      stage.cells_per_batch > 0,
      `${name}.cells_per_batch`,
      stage.cells_per_batch,
      'a number above 0',
    );
    const { window_cells: most } = stage;
    const canHaveWindows = trained.rules !== 'all' && share === 0;
    expect(
      most === undefined || (Number.isInteger(most) && most > 0 && canHaveWindows),
      `${name}.window_cells`,
      most,
      canHaveWindows
        ? 'a whole number above 0'
        : 'none for a model that knows all rules, nor beside forgetful masking',
    );
    if (stage.densities !== undefined) expectDensities(`${name}.densities`, stage.densities);
    expect(stage.sizes?.length > 0, `${name}.sizes`, stage.sizes, 'at least one range of sizes');
    for (const { height, width, weight, max_area: area } of stage.sizes) {
      const sidesFit = [height, width].every(
        (s) => isRange(s) && s[0] >= shortest && s[1] <= longest,
      );
      expect(sidesFit, `${name}.sizes`, { height, width }, `sides within ${shortest}..${longest}`);
      expect(weight > 0, `${name}.sizes.weight`, weight, 'a number above 0');
      expect(
        area === undefined || area >= height[0] * width[0],
        `${name}.sizes.max_area`,
        area,
        `at least ${height[0] * width[0]}, the area of its smallest board`,
      );
    }
  });
  return recipe;
}

type Expect = (holds: boolean, field: string, found: unknown, expected: string) => void;

/** What a training to infer rules goes without: what is said of cells that the answer does not have. */
function checkRuleTraining(recipe: Recipe, expect: Expect): void {
  const infersRules = recipe.model.task === 'infer-rule';
  expect(
    infersRules === (recipe.vocabulary === 'infer-rule'),
    'vocabulary',
    recipe.vocabulary,
    infersRules
      ? '"infer-rule", since the model does'
      : 'another one, or "task": "infer-rule" in the model',
  );
  if (!infersRules) {
    const { guided_answer: found, model } = recipe;
    expect(
      found === undefined || (model.header_layers === 'all' && recipe.rules !== undefined),
      'guided_answer',
      found,
      'nothing for a model that neither infers rules nor sees theirs in all layers',
    );
    return;
  }
  const { forgetful_masking, answer_noise, far_attention, uneven_attention } = recipe;
  const unfit = { forgetful_masking, answer_noise, far_attention, uneven_attention };
  for (const [field, found] of Object.entries(unfit)) {
    expect(found === undefined, field, found, 'nothing for a model that infers rules');
  }
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
