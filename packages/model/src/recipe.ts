/** A training recipe: everything that decides the resulting weights, as a JSON file. */

import {
  BYTE_VOCABULARY,
  CHARACTER_VOCABULARY,
  createTokenizer,
  drawSize,
  HEADER_VOCABULARY,
  InputError,
  layoutPrompt,
  PIECE_VOCABULARY,
  RULE_VOCABULARY,
  type BoardSize,
  type RandomStream,
  type SizeRange,
  type TopologyToken,
} from '@lifegpt/core';
import { checkConfig, type GptConfig } from './config.js';
import { openHeldOut, type HeldOut, type SizeBand } from './held-out.js';
import { listTopologies } from './trained-for.js';
import { RULE_COUNT, type TrainingRules } from './training-rules.js';

/** A stretch of the training with its own mix of sizes. */
export interface Stage {
  /** The stage lasts until this share of all steps. */
  readonly until: number;
  /** Answer cells a batch: a batch holds as many boards of its size as come nearest to it. */
  readonly cells_per_batch: number;
  readonly sizes: readonly SizeRange[];
  /** Ranges of the order parameter p in this stage; the recipe's when left out. */
  readonly densities?: Densities;
}

/** Ranges of the order parameter p; each batch takes one of them, each board its own p in it. */
export type Densities = readonly (readonly [number, number])[];

/** The contents of a recipe file. */
export interface Recipe {
  readonly name: string;
  readonly seed: number;
  readonly model: GptConfig;
  /** A model, or the folder of a run, whose weights the training begins with; random ones when left out. */
  readonly init_from?: string;
  readonly steps: number;
  readonly learning_rate: number;
  readonly warmup_steps: number;
  /** Share of the peak that the cosine ends at. */
  readonly final_learning_rate_ratio: number;
  readonly adam_beta1: number;
  readonly adam_beta2: number;
  readonly adam_epsilon: number;
  readonly weight_decay: number;
  readonly max_grad_norm: number;
  readonly densities: Densities;
  readonly stages: readonly Stage[];
  /**
   * Share of the batches that take, with fresh boards, the size of one of the latest batches that
   * had something wrong: rare sizes are the last to become exact.
   */
  readonly replay: number;
  readonly checkpoint_every: number;
  /**
   * How the text falls into tokens: whole markers (`pieces`, when left out), the same with a header or
   * of the text that asks for a rule, the paper's characters, or all 256 bytes, of which the text uses those characters.
   */
  readonly vocabulary?: 'pieces' | 'header' | 'infer-rule' | 'characters' | 'bytes';
  /** Share of the keys that forgetful causal masking hides in each text of a step; 0 when left out. */
  readonly forgetful_masking?: number;
  /**
   * How learned positions start: as noise (when left out), or as the sum of noise of the cell's row and
   * of its column, which tells how wide the board is.
   */
  readonly initial_positions?: 'noise' | 'rows-and-columns';
  /** Train on so many boards, again and again; fresh boards at every step when left out. */
  readonly training_boards?: number;
  /**
   * Share of the boards of a batch whose earlier answer tokens are random cells, so that no token is
   * written by what stands before it in the answer; 0 when left out.
   */
  readonly answer_noise?: number;
  /** Sizes that no batch has; none when left out. */
  readonly held_out?: HeldOut;
  /** The rules of a model that knows all of them; each board has its own. */
  readonly rules?: TrainingRules;
  /**
   * A loss on what a head of the last layer, while it writes a cell, gives to other keys than the cell's
   * 3x3 neighbourhood, the text around the board and the token itself. It tells the training the
   * neighbourhood. None when left out.
   */
  readonly far_attention?: AttentionPenalty;
  /**
   * A loss on the difference between what a head gives to the eight neighbours of a cell: the sum of the
   * squared differences from their mean. It tells the training that neighbours count alike. None when left out.
   */
  readonly uneven_attention?: AttentionPenalty;
  /**
   * A loss on what the heads together miss of the neighbourhood: the divergence of their mean attention from a ninth
   * for each of its nine places, of which those beyond a border go to the token before the board. It tells the training
   * the neighbourhood, and gives a neighbour that attention has lost a gradient all the same. None when left out.
   */
  readonly guided_attention?: AttentionPenalty;
  /**
   * Of models that infer rules: the same for the last layer, where the token that predicts a bit shall look at the cells of
   * the next state that have the bit's case, evenly, and at the first token where there are none. It tells the training which
   * cells say what a bit is, which `guided_attention` leaves to be found. None when left out.
   */
  readonly guided_answer?: AttentionPenalty;
}

/** The loss `weight` times the mean of log(1 + x / `scale`), for an amount x that should be small. */
export interface AttentionPenalty {
  readonly weight: number;
  readonly scale: number;
}

const VOCABULARIES: Readonly<Record<string, readonly string[]>> = {
  pieces: PIECE_VOCABULARY,
  characters: CHARACTER_VOCABULARY,
  header: HEADER_VOCABULARY,
  'infer-rule': RULE_VOCABULARY,
  bytes: BYTE_VOCABULARY,
};

/** The tokens of a recipe's model. */
export function vocabularyOf({ vocabulary = 'pieces' }: Recipe): readonly string[] {
  return VOCABULARIES[vocabulary]!;
}

/** A size, and for models with a header the topology, that of its first board in a batch. */
export interface BoardKind extends BoardSize {
  readonly topology?: TopologyToken;
}

/** What a batch consists of. */
export interface BatchSize extends BoardKind {
  readonly boards: number;
}

/** The most cells that a board of the last stage has. */
export function largestArea({ stages }: Recipe): number {
  const areas = stages
    .at(-1)!
    .sizes.map(({ height, width, max_area: most = Infinity }) =>
      Math.min(most, height[1] * width[1]),
    );
  return Math.max(...areas);
}

/** The stage that a step (counted from 1) is in. */
export function stageAt({ stages, steps }: Recipe, step: number): Stage {
  return stages.find(({ until }) => step <= until * steps) ?? stages.at(-1)!;
}

/** Linear warm-up, then a cosine from the peak to its final share (Loshchilov and Hutter 2017). */
export function learningRateAt(recipe: Recipe, step: number): number {
  const {
    learning_rate: peak,
    warmup_steps: warmup,
    steps,
    final_learning_rate_ratio: final,
  } = recipe;
  if (step <= warmup) return (peak * step) / warmup;
  const progress = Math.min(1, (step - warmup) / Math.max(1, steps - warmup));
  return peak * (final + (1 - final) * 0.5 * (1 + Math.cos(Math.PI * progress)));
}

/**
 * Draws the size of the batch of a step (counted from 1), and its topology, evenly from those that a model with a
 * header knows. What is held out is drawn again.
 */
export function drawBatchSize(
  recipe: Recipe,
  step: number,
  hardSizes: readonly BoardKind[],
  random: RandomStream,
): BatchSize {
  const stage = stageAt(recipe, step);
  const replays = random.nextFloat() < recipe.replay && hardSizes.length > 0;
  const kind = replays
    ? hardSizes[random.nextInt(hardSizes.length)]!
    : drawKind(recipe, stage, random);
  const { height, width } = kind;
  return { boards: Math.max(1, Math.round(stage.cells_per_batch / (height * width))), ...kind };
}

function drawKind(recipe: Recipe, { sizes }: Stage, random: RandomStream): BoardKind {
  const { header: hasHeader = false } = recipe.model;
  const isHeldOut = openHeldOut(recipe);
  const topologies = listTopologies(recipe.model.trained_for);
  const topology = hasHeader ? topologies[random.nextInt(topologies.length)]! : 'T';
  for (let draws = 0; draws < MOST_DRAWS; draws++) {
    const { height, width } = drawSize(sizes, random);
    // a sphere is square: one of about as many cells
    const side = Math.round(Math.sqrt(height * width));
    const size = topology === 'S' ? { height: side, width: side } : { height, width };
    if (!isHeldOut(size, topology)) return hasHeader ? { ...size, topology } : size;
  }
  throw new InputError(
    `recipe ${recipe.name}: a stage has hardly a size that is not held out on topology ${topology}; widen its sizes or hold out fewer`,
  );
}

/** The topologies of a model that boards of a size can have and that are not held out there. */
export function listTopologiesOf(recipe: Recipe, { height, width }: BoardSize): TopologyToken[] {
  const isHeldOut = openHeldOut(recipe);
  return listTopologies(recipe.model.trained_for).filter(
    (topology) => (topology !== 'S' || height === width) && !isHeldOut({ height, width }, topology),
  );
}

/** Draws after which a stage is taken to have only sizes that are held out. */
const MOST_DRAWS = 10_000;

/**
 * Checks a parsed recipe file.
 * @throws InputError naming the file, the field, its value and what it should be.
 */
export function checkRecipe(value: unknown, source: string): Recipe {
  if (typeof value !== 'object' || value === null)
    throw new InputError(`${source}: a recipe is a JSON object`);
  const recipe = value as Recipe;
  const expect = (holds: boolean, field: string, found: unknown, expected: string): void => {
    if (!holds)
      throw new InputError(
        `${source}: "${field}" is ${JSON.stringify(found)}; expected ${expected}`,
      );
  };
  expect(typeof recipe.name === 'string', 'name', recipe.name, 'a text');
  checkConfig(recipe.model, `${source}: model`);
  expect(
    recipe.init_from === undefined || typeof recipe.init_from === 'string',
    'init_from',
    recipe.init_from,
    'the name of a model or a folder',
  );
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
  const { position_scheme: scheme, n_positions: positions, trained_for: trained } = recipe.model;
  const start = recipe.initial_positions ?? 'noise';
  expect(
    ['noise', 'rows-and-columns'].includes(start),
    'initial_positions',
    start,
    '"noise" or "rows-and-columns"',
  );
  const countMarkers = (): number =>
    layoutPrompt(createTokenizer(vocabularyOf(recipe)), 1, 1).inputTokens - 2;
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
    const { guided_answer: found } = recipe;
    expect(found === undefined, 'guided_answer', found, 'nothing for a model that infers no rules');
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
