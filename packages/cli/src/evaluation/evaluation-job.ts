/** An evaluation as a job that many machines share: a piece is every n-th batch of boards. */

import { checkShape, shapes } from '@lifegpt/core';
import { loadModel, STRATEGIES, type LanguageModel } from '@lifegpt/model';
import { rm } from 'node:fs/promises';
import { targetIn } from '../folder-path.js';
import { makeFolder } from '../output-file.js';
import { definePieceJob } from '../shard/piece-job.js';
import { openCheckpoint } from './checkpoint.js';
import type { EvaluationState } from './evaluation-state.js';
import { evaluate } from './evaluate.js';
import { mergeStates } from './merge-states.js';
import { checkSameKey, KEY, openEvaluation, type EvaluationKey } from './open-evaluation.js';
import { countBoards, describeResults, isExact, toJson } from './outcome.js';
import { REQUEST, type EvaluationRequest } from './request.js';
import { checkState, type StatePlan } from './state-shape.js';

/** An evaluation in shards. */
export interface EvaluationJob {
  readonly request: EvaluationRequest;
  readonly key: EvaluationKey;
  /** In how many pieces it is cut. */
  readonly pieces: number;
}

const CHECKPOINTS = 'checkpoints';

const listPieces = ({ key, pieces }: EvaluationJob): { name: string; spec: object }[] =>
  Array.from({ length: pieces }, (_, index) => {
    const digits = String(pieces).length;
    const name = `${String(index).padStart(digits, '0')}-of-${pieces}`;
    return { name, spec: { key, index, pieces } };
  });

/** What a state of an evaluation has to be of. */
export const planOf = (
  { models, samplings }: EvaluationRequest,
  { data }: EvaluationKey,
): StatePlan => ({ models, samplings, data: data.map(([name]) => name) });

const JOB = shapes.record<EvaluationJob>({
  request: REQUEST,
  key: KEY,
  pieces: shapes.wholeNumber(1, 1_000_000),
});

/** Evaluations as jobs. */
export const evaluationKind = definePieceJob<EvaluationJob, EvaluationState>({
  name: 'eval',
  unit: 'boards',
  checkJob: (job, source) => checkShape(JOB, job, source),
  checkResult: (result, source, { request, key }) =>
    checkState(result, source, planOf(request, key)),
  // nobody has counted the rows of data
  countUnits: ({ request: { data, fresh } }) => (data === null ? fresh!.boards : null),
  countDone: countBoards,
  listPieces,
  listFiles: () => [CHECKPOINTS],
  async openWorker(job, folder) {
    const { request, key, pieces } = job;
    const opened = await openEvaluation(request);
    checkSameKey(opened.key, key);
    const models: LanguageModel[] = [];
    for (const model of opened.folders) models.push(await loadModel(model, opened.runtime));
    return {
      async doPiece(index, context, onUnits) {
        await makeFolder(targetIn(folder, CHECKPOINTS));
        const file = targetIn(folder, `${CHECKPOINTS}/${listPieces(job)[index]!.name}.json`);
        const state = await evaluate(
          {
            ...request,
            models,
            heldOut: opened.heldOut,
            sources: opened.sources,
            engine: opened.engine,
            decode: STRATEGIES[request.decode].decode,
            share: { index, count: pieces },
            checkpoint: await openCheckpoint(file, { key, index, pieces }, planOf(request, key)),
            onBoards: onUnits,
          },
          context,
        );
        await rm(file, { force: true });
        return state;
      },
      async close() {
        for (const model of models) await model.release();
      },
    };
  },
  combine({ request }, states) {
    const state = mergeStates(states, request);
    const lines: string[] = [];
    describeResults(state, (line) => lines.push(line));
    return {
      json: toJson(state, request.arar !== null),
      files: {},
      lines,
      isExact: isExact(state),
      asksExactness: false,
    };
  },
});
