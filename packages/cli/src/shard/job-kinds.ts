/** Every kind of job that is done in shards. */

import { InputError } from '@lifegpt/core';
import { ablationKind } from '../ablation/ablation-job.js';
import { datasetKind } from '../dataset/dataset-job.js';
import { isDatasetFolder } from '../dataset/manifest.js';
import { evaluationKind } from '../evaluation/evaluation-job.js';
import type { JobKind } from './job-kind.js';
import { readStoredJob } from './piece-folder.js';

const KINDS: readonly unknown[] = [datasetKind, evaluationKind, ablationKind];

/** A kind by its name, whose jobs are plain data to everybody else. @throws InputError at none */
export function findJobKind(name: string): JobKind<object> {
  const kinds = KINDS as readonly JobKind<object>[];
  const kind = kinds.find((known) => known.name === name);
  if (kind !== undefined) return kind;
  throw new InputError(
    `this version knows no jobs '${name}', but ${kinds.map((known) => known.name).join(', ')}`,
  );
}

/** The kind of a folder's job. @throws InputError when it holds none */
export async function findFolderKind(folder: string): Promise<JobKind<object>> {
  const stored = await readStoredJob(folder);
  if (stored !== null) return findJobKind(stored.kind);
  if (await isDatasetFolder(folder)) return findJobKind(datasetKind.name);
  throw new InputError(
    `${folder} holds no shards: it has neither the job.json of a job nor the config.json of a data set`,
  );
}
