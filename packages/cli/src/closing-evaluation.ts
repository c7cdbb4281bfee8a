/** What a trained model comes to on fresh boards, at the end of its training. */

import {
  decodeJacobi,
  evaluateFreshBoards,
  evaluateFreshPairs,
  largestArea,
  listHeldOutRules,
  type EvaluationCounts,
  type LanguageModel,
  type Recipe,
  type RuleCounts,
} from '@lifegpt/model';
import type { SimdLife } from '@lifegpt/simd-life';
import type { CommandContext } from './context.js';
import { createProgress } from './terminal/progress.js';

/** Fresh boards: 250 sizes, 8 boards each, drawn with a seed of their own. */
const BOARDS = { seed: 2 ** 31, sizes: 250, boardsPerSize: 8 };
/** Fresh pairs for models that infer rules; where p is near 0 or 1 a pair tells little. */
const PAIRS = { seed: 2 ** 31, sizes: 100, pairsPerSize: 8, density: [0.2, 0.8] } as const;

/** What was evaluated on, and the counts. */
export interface ClosingEvaluation {
  readonly drawn: typeof BOARDS | (typeof PAIRS & { readonly heldOutRules: number });
  readonly counts: EvaluationCounts | RuleCounts;
}

/** Evaluates; a model that infers rules on those that its recipe held out, if there are any. */
export async function evaluateTrained(
  model: LanguageModel,
  recipe: Recipe,
  source: SimdLife,
  { signal, progress: stream }: CommandContext,
): Promise<ClosingEvaluation> {
  const infersRules = recipe.model.task === 'infer-rule';
  const { sizes } = infersRules ? PAIRS : BOARDS;
  const progress = createProgress(stream, 'evaluate', sizes, 'sizes');
  const shared = { source, signal, onProgress: (done: number) => progress.update(done) };
  let evaluation: ClosingEvaluation;
  if (infersRules) {
    const heldOut = listHeldOutRules(recipe);
    const pairs = { ...PAIRS, ...shared, rules: heldOut };
    const counts = await evaluateFreshPairs(model, decodeJacobi, pairs);
    evaluation = { drawn: { ...PAIRS, heldOutRules: heldOut.length }, counts };
  } else {
    const maxArea = largestArea(recipe);
    const boards = { ...BOARDS, ...shared, maxArea };
    const counts = await evaluateFreshBoards(model, decodeJacobi, boards);
    evaluation = { drawn: BOARDS, counts };
  }
  progress.finish();
  return evaluation;
}

/** The counts in a line, and a command to try the model with. */
export function describeCounts(
  counts: ClosingEvaluation['counts'],
  folder: string,
): { readonly line: string; readonly trial: string } {
  if ('wrongCells' in counts) {
    const { wrongCells, wrongBoards, cells, boards } = counts;
    const verdict = wrongCells === 0 && wrongBoards === 0 ? 'exact' : 'NOT exact';
    return {
      line: `${verdict}: ${wrongCells} wrong cells in ${cells} (${boards} fresh boards)`,
      trial: `lifegpt predict glider --model ${folder}`,
    };
  }
  const { pairs, exactPairs, determinedBits, rightBits, openBits, markedBits } = counts;
  return {
    line:
      `${exactPairs === pairs ? 'exact' : 'NOT exact'}: ${rightBits} of ${determinedBits} determined bits right, ` +
      `${markedBits} of ${openBits} open ones marked, all 18 in ${exactPairs} of ${pairs} fresh pairs`,
    trial: `lifegpt eval-rules --model ${folder}`,
  };
}
