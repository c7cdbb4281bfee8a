/** What a trained arm came to, over fresh boards by their order parameter. */

import { openStream, type Rule } from '@lifegpt/core';
import {
  addCounts,
  decodeJacobi,
  defaultHeader,
  drawRule,
  evaluateExamples,
  listHeldOutRules,
  NO_COUNTS,
  type LanguageModel,
  type Recipe,
} from '@lifegpt/model';
import type { SimdLife } from '@lifegpt/simd-life';

/** Counts over the boards whose cells live with a probability from `from` to `to`. */
export interface DensityCounts {
  readonly from: number;
  readonly to: number;
  readonly boards: number;
  readonly cells: number;
  readonly wrongCells: number;
  readonly wrongBoards: number;
}

/** The result of one training. */
export interface AblationResult {
  readonly arm: string;
  readonly seed: number;
  readonly steps: number;
  readonly trainingSeconds: number;
  readonly densities: readonly DensityCounts[];
}

/** Ranges of p, and boards in each. The seed is none that trainings use. */
const BINS = 10;
const BOARDS_A_BIN = 200;
const SEED = 2 ** 31 + 1;

/** Holds a model against the same fresh boards as every other of its size; one of all rules on those that were held out. */
export async function evaluateByDensity(
  model: LanguageModel,
  recipe: Recipe,
  engine: SimdLife,
  signal: AbortSignal,
): Promise<DensityCounts[]> {
  const isOneRule = recipe.rules === undefined;
  const rules = listHeldOutRules(recipe);
  const bins: DensityCounts[] = [];
  for (let index = 0; index < BINS; index++) {
    const [from, to] = [index / BINS, (index + 1) / BINS];
    const bin: Bin = { index, density: [from, to], rules, engine, signal };
    const counts = await evaluateBoards(model, recipe, isOneRule ? BOARDS_A_BIN : 1, bin);
    bins.push({ from, to, ...counts });
  }
  return bins;
}

interface Bin {
  readonly index: number;
  readonly density: readonly [number, number];
  /** The rules to draw from; the model's own where there are none. */
  readonly rules: readonly Rule[];
  readonly engine: SimdLife;
  readonly signal: AbortSignal;
}

type Counts = Omit<DensityCounts, 'from' | 'to'>;

/** @param boardsPerRule boards that have a rule in common */
async function evaluateBoards(
  model: LanguageModel,
  { model: config, stages }: Recipe,
  boardsPerRule: number,
  { index, density, rules, engine, signal }: Bin,
): Promise<Counts> {
  const own = defaultHeader(config.trained_for);
  // the largest boards of the last stage: an ablation trains on one size
  const { height, width } = stages.at(-1)!.sizes[0]!;
  const random = openStream(SEED, 'ablation rules', index);
  let sum = NO_COUNTS;
  for (let first = 0; first < BOARDS_A_BIN; first += boardsPerRule) {
    const header = rules.length === 0 ? own : { ...own, rule: drawRule(random, rules) };
    const examples = engine.draw({
      seed: SEED,
      index,
      first,
      boards: boardsPerRule,
      height: height[1],
      width: width[1],
      ...header,
      density,
    });
    const counts = await evaluateExamples(model, decodeJacobi, examples, header, signal);
    sum = addCounts(sum, counts);
  }
  const { boards, cells, wrongCells, wrongBoards } = sum;
  return { boards, cells, wrongCells, wrongBoards };
}

/** An arm over its seeds. */
export interface ArmSummary {
  readonly arm: string;
  readonly seeds: number;
  /** Share of wrong cells over all p: the mean over seeds, the best and the worst of them. */
  readonly wrongShare: { readonly mean: number; readonly least: number; readonly most: number };
  /** Share of boards with anything wrong, mean over seeds. */
  readonly wrongBoardShare: number;
  /** Mean share of wrong cells in each range of p. */
  readonly byDensity: readonly number[];
  readonly trainingSeconds: number;
}

/** Summarises the results of each arm. */
export function summariseArms(results: readonly AblationResult[]): ArmSummary[] {
  const arms = [...new Set(results.map(({ arm }) => arm))];
  return arms.map((arm) => {
    const own = results.filter((result) => result.arm === arm);
    const mean = (values: readonly number[]): number =>
      values.reduce((sum, value) => sum + value, 0) / values.length;
    const shareOf = (bins: readonly DensityCounts[]): number =>
      total(bins, 'wrongCells') / total(bins, 'cells');
    const shares = own.map(({ densities }) => shareOf(densities));
    return {
      arm,
      seeds: own.length,
      wrongShare: { mean: mean(shares), least: Math.min(...shares), most: Math.max(...shares) },
      wrongBoardShare: mean(
        own.map(({ densities }) => total(densities, 'wrongBoards') / total(densities, 'boards')),
      ),
      byDensity: own[0]!.densities.map((_, bin) =>
        mean(own.map(({ densities }) => shareOf([densities[bin]!]))),
      ),
      trainingSeconds: mean(own.map(({ trainingSeconds }) => trainingSeconds)),
    };
  });
}

function total(
  bins: readonly DensityCounts[],
  field: 'boards' | 'cells' | 'wrongCells' | 'wrongBoards',
): number {
  return bins.reduce((sum, bin) => sum + bin[field], 0);
}
