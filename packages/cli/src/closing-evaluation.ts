/** What a trained model comes to on fresh boards, at the end of its training. */

import {
  decodeJacobi,
  evaluateFreshBoards,
  evaluateFreshPairs,
  largestArea,
  listHeldOutRules,
  listTopologies,
  type EvaluationCounts,
  type LanguageModel,
  type ModelConfig,
  type Recipe,
  type RuleCounts,
} from '@lifegpt/model';
import type { SimdLife } from '@lifegpt/simd-life';
import type { CommandContext } from './context.js';
import { quoteWord } from './terminal/wrap.js';
import { countNoun, formatCount } from './terminal/count.js';
import { createProgress } from './terminal/progress.js';

/** Fresh boards: 250 sizes, 8 boards each, drawn with a seed of their own. */
const BOARDS = { seed: 2 ** 31, sizes: 250, boardsPerSize: 8 };
/** Fresh pairs, where the recipe trains the inverse task; where p is near 0 or 1 a pair tells little. */
const PAIRS = { seed: 2 ** 31, sizes: 100, pairsPerSize: 8, density: [0.2, 0.8] } as const;

/** What was evaluated on, and the counts. */
export interface ClosingEvaluation extends EvaluationCounts {
  readonly drawn: typeof BOARDS;
  /** Of rules read off pairs; null where the recipe trains no such thing. */
  readonly pairs: ReadPairs | null;
}

/** Of pairs of states under rules that were held out, or under any where none was. */
export interface ReadPairs extends RuleCounts {
  readonly drawn: typeof PAIRS;
  readonly heldOutRules: number;
}

/** Evaluates next states, and rules where the recipe trains both. */
export async function evaluateTrained(
  model: LanguageModel,
  recipe: Recipe,
  source: SimdLife,
  context: CommandContext,
): Promise<ClosingEvaluation> {
  const { signal, progress: stream } = context;
  const progress = createProgress(stream, 'evaluate', BOARDS.sizes, 'sizes');
  const onProgress = (done: number): void => progress.update(done);
  const boards = { ...BOARDS, source, signal, onProgress, maxArea: largestArea(recipe) };
  const counts = await evaluateFreshBoards(model, decodeJacobi, boards);
  progress.finish();
  const isInverse = recipe.location?.inverse !== undefined;
  const pairs = isInverse ? await evaluatePairs(model, recipe, source, context) : null;
  return { drawn: BOARDS, ...counts, pairs };
}

async function evaluatePairs(
  model: LanguageModel,
  recipe: Recipe,
  source: SimdLife,
  { signal, progress: stream }: CommandContext,
): Promise<ReadPairs> {
  const progress = createProgress(stream, 'evaluate', PAIRS.sizes, 'sizes of pairs');
  const onProgress = (done: number): void => progress.update(done);
  const rules = listHeldOutRules(recipe);
  const drawn = { ...PAIRS, source, signal, onProgress, rules };
  const counts = await evaluateFreshPairs(model, decodeJacobi, drawn);
  progress.finish();
  return { drawn: PAIRS, heldOutRules: rules.length, ...counts };
}

/** Whether no board went wrong. */
export function isExact({ wrongCells, wrongBoards }: ClosingEvaluation): boolean {
  return wrongCells === 0 && wrongBoards === 0;
}

/** The counts in a line. */
export function describeCounts(evaluation: ClosingEvaluation): string {
  const { wrongCells, cells, boards, pairs } = evaluation;
  const verdict = isExact(evaluation) ? 'exact' : 'NOT exact';
  const states =
    `${verdict}: ${countNoun(wrongCells, 'wrong cell')} in ${formatCount(cells)} ` +
    `(${countNoun(boards, 'fresh board')})`;
  return pairs === null ? states : `${states}; ${describePairs(pairs)}`;
}

/** The arguments of a command that shows what a model trained for: its largest board, rule and first topology. */
export function describeTrial({ trained_for: trained }: ModelConfig, folder: string): string {
  const [topology] = listTopologies(trained);
  const [shortest, longest] = trained.sides;
  const side = Math.max(shortest, Math.min(longest, LARGEST_TRIAL));
  const sides = topology === 'S' ? `${side}` : `${side},${side}`;
  const pattern = side < 4 ? 'blinker' : 'glider';
  const rule = `${trained.rule}:${topology}${sides}`;
  return `predict ${pattern} --rule ${quoteWord(rule)} --model ${quoteWord(folder)} --compare`;
}

/** Sides of a board that fits on a screen. */
const LARGEST_TRIAL = 32;

function describePairs(counts: RuleCounts): string {
  const { pairs, exactPairs, determinedBits, rightBits, openBits, markedBits } = counts;
  return (
    `rules ${exactPairs === pairs ? 'exact' : 'NOT exact'}: ${formatCount(rightBits)} of ${formatCount(determinedBits)} determined bits right, ` +
    `${formatCount(markedBits)} of ${formatCount(openBits)} open ones marked, all 18 in ${exactPairs} of ${pairs} fresh pairs`
  );
}
