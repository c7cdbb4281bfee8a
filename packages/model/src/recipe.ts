/** A training recipe: everything that decides the resulting weights, as a JSON file. */

import {
  BYTE_VOCABULARY,
  CHARACTER_VOCABULARY,
  drawSize,
  HEADER_VOCABULARY,
  InputError,
  PIECE_VOCABULARY,
  RULE_VOCABULARY,
  type BoardSize,
  type RandomStream,
  type SizeRange,
  type TopologyToken,
} from '@lifegpt/core';
import type { GptConfig } from './config.js';
import { openHeldOut, type HeldOut } from './held-out.js';
import { listTopologies } from './trained-for.js';
import type { TrainingRules } from './training-rules.js';

/** A stretch of the training with its own mix of sizes. */
export interface Stage {
  /** The stage lasts until this share of all steps. */
  readonly until: number;
  /** Answer cells a batch: a batch holds as many boards of its size as come nearest to it. */
  readonly cells_per_batch: number;
  /**
   * Of boards with more cells than this, batches have only windows of 6x6 with about so many cells together, and what
   * these depend on: it tells the training the neighbourhood. Whole boards when left out.
   */
  readonly window_cells?: number;
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
  /**
   * A model, or the folder of a run, whose weights the training begins with; of several the mean of their weights, for
   * trainings that went on from the same one (a model soup, Wortsman et al. 2022, arXiv 2203.05482). Random ones when left out.
   */
  readonly init_from?: string | readonly string[];
  /** 0 makes a mean of several the model as it is. */
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
  readonly guided_attention?: GuidedAttention;
  /**
   * The same for the last layer, where `guided_attention` is for the first. Of models that infer rules: the token that
   * predicts a bit shall look at the cells of the next state that have the bit's case, evenly, and at the first token
   * where there are none. Of models whose layers all see a header: the token that predicts a cell shall look at the bit of the
   * rule that its neighbourhood asks for. It tells the training which token says what the answer is, which
   * `guided_attention` leaves to be found. None when left out.
   */
  readonly guided_answer?: AttentionPenalty;
  /**
   * The model has the mean of the weights of many steps (stochastic weight averaging, Izmailov et al. 2018,
   * arXiv 1803.05407); those of the last step when left out.
   */
  readonly average_weights?: WeightAveraging;
}

/** Which steps' weights are averaged. */
export interface WeightAveraging {
  /** Those behind this share of all steps. */
  readonly from: number;
  /** Of them every so many. */
  readonly every: number;
}

/** The loss `weight` times the mean of log(1 + x / `scale`), for an amount x that should be small. */
export interface AttentionPenalty {
  readonly weight: number;
  readonly scale: number;
}

/** What a training says about where the heads of a layer look. */
export interface GuidedAttention extends AttentionPenalty {
  /**
   * Each of nine heads is told a place of its own around the cell, row by row, instead of all together the nine of
   * them: a head that looks at one place need not share its attention evenly.
   */
  readonly head_per_place?: boolean;
}

/** What a recipe goes on from: models, or folders of runs; none for random weights. */
export function listBases({ init_from: from = [] }: Recipe): readonly string[] {
  return typeof from === 'string' ? [from] : from;
}

/** The tokens of each vocabulary that a recipe can name. */
export const VOCABULARIES: Readonly<Record<string, readonly string[]>> = {
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
  const cells = Math.min(kind.height * kind.width, stage.window_cells ?? Infinity);
  return { boards: Math.max(1, Math.round(stage.cells_per_batch / cells)), ...kind };
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
