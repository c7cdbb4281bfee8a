/** An evaluation as a job that many machines share: a piece is every n-th batch of boards. */

import { loadModel, type LanguageModel } from '@lifegpt/model';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { definePieceJob } from '../shard/piece-job.js';
import { openCheckpoint, type EvaluationState } from './checkpoint.js';
import { evaluate } from './evaluate.js';
import { mergeStates } from './merge-states.js';
import { checkSameKey, openEvaluation, type EvaluationKey } from './open-evaluation.js';
import { countBoards, describeResults, isExact, toJson } from './outcome.js';
import { DECODERS, type EvaluationRequest } from './request.js';

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

/** Evaluations as jobs. */
export const evaluationKind = definePieceJob<EvaluationJob, EvaluationState>({
  name: 'eval',
  unit: 'boards',
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
        await mkdir(join(folder, CHECKPOINTS), { recursive: true });
        const file = join(folder, CHECKPOINTS, `${listPieces(job)[index]!.name}.json`);
        const state = await evaluate(
          {
            ...request,
            models,
            heldOut: opened.heldOut,
            sources: opened.sources,
            engine: opened.engine,
            decode: DECODERS[request.decode],
            share: { index, count: pieces },
            checkpoint: await openCheckpoint(file, { key, index, pieces }),
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
