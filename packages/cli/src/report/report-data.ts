/** All that a report shows, as plain data: what `report.json` holds. */

import { countParameters, type ModelConfig, type ModelFolder, type Recipe } from '@lifegpt/model';
import { readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { pathIn } from '../folder-path.js';
import type { EvaluationState } from '../evaluation/evaluation-state.js';
import { findModelFolder } from '../model-argument.js';
import type { MetricsLine } from '../training-run.js';
import type { ReportedAttention } from './attention.js';

/** A model and how it came about. */
export interface ReportedModel {
  readonly name: string;
  readonly config: ModelConfig;
  readonly parameters: number;
  /** What it was trained with; null where the folder does not say. */
  readonly recipe: Recipe | null;
  /** Seconds of training; null where nobody knows. */
  readonly trainingSeconds: number | null;
  /** Its training's curve; empty where the folder has none. */
  readonly metrics: readonly MetricsLine[];
}

/** The contents of a report. */
export interface ReportData {
  /** Day of the report, as 2026-12-31. */
  readonly date: string;
  readonly machine: string;
  readonly models: readonly ReportedModel[];
  readonly evaluation: EvaluationState;
  readonly attention: readonly ReportedAttention[];
}

/** Gathers what belongs to an evaluation. */
export async function gatherReport(
  evaluation: EvaluationState,
  folders: readonly ModelFolder[],
  attention: readonly ReportedAttention[],
): Promise<ReportData> {
  const [processor] = cpus();
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: `${cpus().length} cores of ${processor?.model.trim() ?? 'an unknown processor'}, Node ${process.versions.node}`,
    models: await Promise.all(folders.map(describeModel)),
    evaluation,
    attention,
  };
}

async function describeModel({ name, config }: ModelFolder): Promise<ReportedModel> {
  const folder = await findModelFolder(name);
  const read = (file: string): Promise<string | null> =>
    readFile(pathIn(folder, file), 'utf8').catch(() => null);
  const [recipe, training, metrics] = await Promise.all(
    ['recipe.json', 'training.json', 'metrics.jsonl'].map(read),
  );
  const lines = (metrics ?? '').split('\n').filter((line) => line.endsWith('}'));
  return {
    name,
    config,
    parameters: countParameters(config),
    recipe: recipe == null ? null : (JSON.parse(recipe) as Recipe),
    trainingSeconds: training == null ? null : (JSON.parse(training) as Training).training_seconds,
    metrics: lines.map((line) => JSON.parse(line) as MetricsLine),
  };
}

/** What training.json says of time. */
interface Training {
  readonly training_seconds: number;
}
