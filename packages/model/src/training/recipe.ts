/** A training recipe: everything that decides the resulting weights, as a JSON file. */

import {
  BYTE_VOCABULARY,
  CHARACTER_VOCABULARY,
  drawSize,
  InputError,
  PIECE_VOCABULARY,
  type BoardSize,
  type RandomStream,
  type SizeRange,
  type TopologyToken,
} from '@lifegpt/core';
import type { AdamWOptions } from '@lifegpt/onnx-training';
import type { ModelConfig } from '../network/config.js';
import { listTopologies } from '../network/trained-for.js';
import { openHeldOut, type HeldOut } from './held-out.js';
import type { TrainingRules } from './training-rules.js';

/** A stretch of the training with its own mix of sizes. */
export interface Stage {
  /** The stage lasts until this share of all steps. */
  readonly until: number;
  /** The sizes of its boards; below. */
  readonly sizes: readonly SizeRange[];
  /** Of models whose tokens stand in a line: a batch holds as many boards of its size as come nearest to so many cells. */
  readonly cells_per_batch?: number;
  /** Ranges of the order parameter p in this stage; the recipe's when left out. */
  readonly densities?: Densities;
}

/** Ranges of the order parameter p; each batch takes one of them, each board its own p in it. */
export type Densities = readonly (readonly [number, number])[];

/** What a training with attention by location has of its own. */
export interface LocationTraining {
  /** Shapes (a size, a topology and a form of rule) a step. */
  readonly shapes: number;
  /** Texts of each shape. */
  readonly texts: number;
  /** Cells of each text whose tokens a step asks for, the same ones of all texts of a shape. */
  readonly queries: number;
  /** At least this share of them touch a border, where a board has so many such cells. */
  readonly border_queries: number;
  /** λ at the beginning and at the end: small while places are found. */
  readonly sharpness: readonly [number, number];
  /** Shares of all steps between which λ rises, geometrically. */
  readonly sharpens: readonly [number, number];
  /** Share of the shapes whose rules are tables of 512 bits. */
  readonly tables: number;
  /** Deviation of the noise that is added to where a stream lies on the rule's axes, once λ rises: margins grow by it. */
  readonly noise: number;
  /** The inverse task: texts that ask for rules. None when left out. */
  readonly inverse?: {
    /** Share of the steps without it: before, nothing is found that it could use. */
    readonly from: number;
    /**
     * Share of the steps from which bits that the data leave open are asked for too: as long as only others are, reading is
     * the one way to a lower loss. Asked for all at once, some seeds settle on `?` for every bit.
     */
    readonly open_from: number;
    /** Shapes a step. */
    readonly shapes: number;
    /** Their loss together beside that of all other shapes together. */
    readonly weight: number;
    /** Share of these shapes whose rules are tables of 512 bits. */
    readonly tables: number;
    readonly sizes: readonly SizeRange[];
  };
}

/** The contents of a recipe file. */
export interface Recipe {
  /** Name of the run’s folder below `runs/`, unless `--out` says another. */
  readonly name: string;
  /** Decides the random weights and all boards. */
  readonly seed: number;
  /** The network; below. */
  readonly model: ModelConfig;
  /** Updates of the weights, a batch each. */
  readonly steps: number;
  /** AdamW’s rate at its peak. */
  readonly learning_rate: number;
  /** Steps in which the rate rises to the peak, in a straight line. */
  readonly warmup_steps: number;
  /** Share of the peak that the cosine ends at. */
  readonly final_learning_rate_ratio: number;
  /** AdamW’s decay of the mean of gradients. */
  readonly adam_beta1: number;
  /** AdamW’s decay of the mean of their squares. */
  readonly adam_beta2: number;
  /** What AdamW adds to the root of that mean. */
  readonly adam_epsilon: number;
  /** AdamW’s weight decay, times the rate. */
  readonly weight_decay: number;
  /** Gradients with a larger norm are scaled down to it. */
  readonly max_grad_norm: number;
  /** Ranges of the order parameter p, such as `[[0, 1]]`; each batch takes one of them, each board its own p in it. */
  readonly densities: Densities;
  /** Stretches of the training, each with its own mix of sizes; the last one ends at 1. */
  readonly stages: readonly Stage[];
  /** Steps between two checkpoints. */
  readonly checkpoint_every: number;
  /** Needed by models with attention by location, and by no others. */
  readonly location?: LocationTraining;
  /** Of models whose tokens stand in a line: the paper's characters, or all 256 bytes, of which the text uses those characters. */
  readonly vocabulary?: 'characters' | 'bytes';
  /** Share of the keys that forgetful causal masking hides in each text of a step; 0 when left out. */
  readonly forgetful_masking?: number;
  /**
   * How learned positions start: as noise (when left out), or as the sum of noise of the cell's row and
   * of its column, which tells how wide the board is.
   */
  readonly initial_positions?: 'noise' | 'rows-and-columns';
  /** Train on so many boards, again and again; fresh boards at every step when left out. */
  readonly training_boards?: number;
  /** SHA-256 of the weights file that the training begins with (`lifegpt train --from`); random weights when left out. */
  readonly initial_weights?: string;
  /** Sizes that no batch has; none when left out. */
  readonly held_out?: HeldOut;
  /** Rules that no batch has; none when left out. */
  readonly rules?: TrainingRules;
}

/** The tokens of a recipe's model. */
export function vocabularyOf({ model, vocabulary }: Recipe): readonly string[] {
  if (model.position_scheme === 'location') return PIECE_VOCABULARY;
  return vocabulary === 'bytes' ? BYTE_VOCABULARY : CHARACTER_VOCABULARY;
}

/** A size, and for models with a header the topology. */
export interface BoardKind extends BoardSize {
  readonly topology?: TopologyToken;
}

/** The most cells that a board of a range of sizes has. */
export function largestAreaOf({ height, width, max_area: most = Infinity }: SizeRange): number {
  return Math.min(most, height[1] * width[1]);
}

/** The most cells that a board of the last stage has. */
export function largestArea({ stages }: Recipe): number {
  return Math.max(...stages.at(-1)!.sizes.map(largestAreaOf));
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

/** The optimizer's constants. */
export function adamOptions(recipe: Recipe): AdamWOptions {
  return {
    beta1: recipe.adam_beta1,
    beta2: recipe.adam_beta2,
    epsilon: recipe.adam_epsilon,
    weightDecay: recipe.weight_decay,
    clipNorm: recipe.max_grad_norm,
  };
}

/** λ in a step (counted from 1). */
export function sharpnessAt(
  { steps, location }: Recipe & { readonly location: LocationTraining },
  step: number,
): number {
  const [first, last] = location.sharpness;
  const [from, until] = location.sharpens;
  const progress = (step / steps - from) / Math.max(1e-9, until - from);
  return first * (last / first) ** Math.max(0, Math.min(1, progress));
}

/** Draws a size and, for models that know several, a topology, evenly. What is held out is drawn again. */
export function drawKind(
  recipe: Recipe,
  sizes: readonly SizeRange[],
  random: RandomStream,
): BoardKind {
  const isHeldOut = openHeldOut(recipe);
  const topologies = listTopologies(recipe.model.trained_for);
  const isOne = topologies.length === 1;
  const topology = isOne ? topologies[0]! : topologies[random.nextInt(topologies.length)]!;
  for (let draws = 0; draws < MOST_DRAWS; draws++) {
    const { height, width } = drawSize(sizes, random);
    // a sphere is square: of one of the drawn sides
    const size = topology === 'S' ? { height, width: height } : { height, width };
    if (!isHeldOut(size, topology)) return isOne && topology === 'T' ? size : { ...size, topology };
  }
  throw new InputError(
    `recipe ${recipe.name}: a stage has hardly a size that is not held out on topology ${topology}; widen its sizes or hold out fewer`,
  );
}

/** Draws after which a stage is taken to have only sizes that are held out. */
const MOST_DRAWS = 10_000;
