/**
 * The folder of a training run: `recipe.json`, `metrics.jsonl`, `state.safetensors` (what a resumed
 * run goes on from), and the model folder itself, so that `--model` takes it at any time.
 */

import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '@lifegpt/core';
import {
  decodeState,
  encodeState,
  hashBytes,
  vocabularyOf,
  writeModelFolder,
  type Recipe,
  type TrainState,
} from '@lifegpt/model';
import { writeOutputFile } from './output-file.js';

/** One line of metrics.jsonl: averages since the line before. */
export interface MetricsLine {
  readonly step: number;
  /** Mean cross-entropy over answer tokens, in nats. */
  readonly loss: number;
  /** Answer tokens seen, and those that were wrong before the update. */
  readonly answerTokens: number;
  readonly wrongTokens: number;
  readonly gradientNorm: number;
  readonly learningRate: number;
  /** Seconds of training up to here, over all sittings. */
  readonly seconds: number;
}

/** An opened run. */
export interface TrainingRun {
  readonly folder: string;
  /** Where to go on from, or null at the beginning. */
  readonly state: TrainState | null;
  /** Seconds of training in earlier sittings. */
  readonly seconds: number;
  writeMetrics(line: MetricsLine): Promise<void>;
  writeCheckpoint(state: TrainState): Promise<void>;
}

const STATE = 'state.safetensors';
const METRICS = 'metrics.jsonl';

/**
 * Opens a run's folder.
 * @param resume go on with what it holds
 * @throws InputError when it holds a run and `resume` is not given, or a run of another recipe.
 */
export async function openTrainingRun(
  folder: string,
  recipe: Recipe,
  resume: boolean,
): Promise<TrainingRun> {
  const recipeText = `${JSON.stringify(recipe, null, 2)}\n`;
  const recipeHash = await hashBytes(new TextEncoder().encode(recipeText));
  const stored = await readFile(join(folder, STATE)).catch(() => null);
  if (stored !== null && !resume) {
    throw new InputError(
      `${folder} already holds a training run; add --resume to go on with it, or give another --out`,
    );
  }
  const state =
    stored === null ? null : decodeState(stored, join(folder, STATE), recipe.model, recipeHash);
  await mkdir(folder, { recursive: true });
  const lines = state === null ? [] : await readMetrics(join(folder, METRICS), state.step);
  await writeOutputFile(join(folder, 'recipe.json'), recipeText);
  await writeOutputFile(
    join(folder, METRICS),
    lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
  );

  return {
    folder,
    state,
    seconds: lines.at(-1)?.seconds ?? 0,
    writeMetrics: (line) => appendFile(join(folder, METRICS), `${JSON.stringify(line)}\n`),
    async writeCheckpoint(next) {
      const files = await writeModelFolder(recipe.model, vocabularyOf(recipe), next.parameters);
      for (const [name, bytes] of Object.entries(files))
        await writeOutputFile(join(folder, name), bytes);
      await writeOutputFile(join(folder, STATE), encodeState(next, recipeHash));
    },
  };
}

/** The lines up to a step; what came after the last checkpoint is done again. */
async function readMetrics(file: string, lastStep: number): Promise<MetricsLine[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line) as MetricsLine)
    .filter(({ step }) => step <= lastStep);
}
