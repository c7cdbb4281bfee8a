/** An ablation as a job that many machines share; its pieces are the trainings. */

import { checkShape, shapes } from '@lifegpt/core';
import { loadModel } from '@lifegpt/model';
import { targetIn } from '../folder-path.js';
import type { CommandContext } from '../context.js';
import { loadEngine } from '../engine.js';
import { openModelFolder } from '../model-argument.js';
import { DEVICES } from '../option-values.js';
import { createRuntime } from '../runtime.js';
import { definePieceJob } from '../shard/piece-job.js';
import { trainRecipe } from '../training.js';
import { checkAblation, listAblationRuns, type Ablation, type AblationRun } from './ablation.js';
import {
  evaluateByDensity,
  summariseArms,
  type AblationResult,
  type ArmSummary,
  type DensityCounts,
} from './result.js';

/** An ablation in shards. */
export interface AblationJob {
  readonly ablation: Ablation;
  readonly device: string;
}

const { list, number, oneOf, record, text, wholeNumber } = shapes;

const JOB = record<AblationJob>({
  ablation: (value, { source }) => checkAblation(value, source),
  device: oneOf(...DEVICES),
});

const count = wholeNumber(0);

const RESULT = record<AblationResult>({
  arm: text(256),
  seed: count,
  steps: count,
  trainingSeconds: number(0, 1e12),
  densities: list(
    record<DensityCounts>({
      from: number(0, 1),
      to: number(0, 1),
      boards: count,
      cells: count,
      wrongCells: count,
      wrongBoards: count,
    }),
    1,
    1000,
  ),
});

/** Ablations as jobs. Beside the pieces the folder holds that of each training, which goes on by itself. */
export const ablationKind = definePieceJob<AblationJob, AblationResult>({
  name: 'ablate',
  unit: 'trainings',
  checkJob: (job, source) => checkShape(JOB, job, source),
  checkResult: (result, source) => checkShape(RESULT, result, source),
  countUnits: ({ ablation }) => listAblationRuns(ablation).length,
  countDone: () => 1,
  listPieces: ({ ablation, device }) =>
    listAblationRuns(ablation).map(({ name, recipe }) => ({ name, spec: { recipe, device } })),
  listFiles: ({ ablation }) => listAblationRuns(ablation).map(({ name }) => name),
  async openWorker({ ablation, device }, folder) {
    const runs = listAblationRuns(ablation);
    return {
      doPiece(index, context) {
        const run = runs[index]!;
        context.talk(`${ablation.name}: training ${index + 1} of ${runs.length}, ${run.name}`);
        return finishRun(run, targetIn(folder, run.name), device, context);
      },
      close: async () => {},
    };
  },
  combine({ ablation }, results) {
    return {
      json: summariseAblation(ablation, results),
      files: {},
      lines: [ablation.question, ...describeArms(results)],
      isExact: true,
      asksExactness: false,
    };
  },
});

/** What `lifegpt ablate --json` prints. */
export function summariseAblation(ablation: Ablation, results: readonly AblationResult[]): object {
  const { name, question } = ablation;
  const runs = listAblationRuns(ablation).length;
  return { name, question, runs, finished: results.length, arms: summariseArms(results), results };
}

/** Trains and evaluates, from wherever an earlier sitting stopped. */
async function finishRun(
  { arm, seed, recipe }: AblationRun,
  folder: string,
  device: string,
  context: CommandContext,
): Promise<AblationResult> {
  const { seconds } = await trainRecipe({ recipe, folder, beginning: 'either', device }, context);
  const model = await loadModel(await openModelFolder(folder), await createRuntime(device));
  const engine = await loadEngine();
  const densities = await evaluateByDensity(model, recipe, engine, context.signal);
  await model.release();
  return { arm, seed, steps: recipe.steps, trainingSeconds: Math.round(seconds), densities };
}

/** What the arms came to, a line each. */
export function describeArms(results: readonly AblationResult[]): readonly string[] {
  return summariseArms(results).map(describeArm);
}

function describeArm(summary: ArmSummary): string {
  const { arm, seeds, wrongShare, wrongBoardShare, ...rest } = summary;
  const percent = (share: number): string => `${(100 * share).toFixed(4)} %`;
  const { mean, least, most } = wrongShare;
  return (
    `${arm.padEnd(16)} wrong cells ${percent(mean)} (${percent(least)} to ${percent(most)} over ${seeds} seeds), ` +
    `wrong boards ${percent(wrongBoardShare)}, ${rest.trainingSeconds.toFixed(0)} s; ` +
    `by p: ${rest.byDensity.map((share) => (100 * share).toFixed(3)).join(' ')} %`
  );
}
