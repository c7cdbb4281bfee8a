/**
 * The folder of a training run: `recipe.json`, `metrics.jsonl`, where it is wanted the same for TensorBoard, `state.safetensors` (what a resumed
 * run goes on from), and the model folder itself, so that `--model` takes it at any time.
 */

import { existsSync, readdirSync, statSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { InputError, showValue } from '@lifegpt/core';
import {
  decodeState,
  encodeState,
  hashBytes,
  vocabularyOf,
  writeModelFolder,
  type Recipe,
  type TrainState,
} from '@lifegpt/model';
import { readBoundedFile } from './bounded-file.js';
import { encodeFileStart, encodeScalars } from './event-file.js';
import { pathIn, targetIn } from './folder-path.js';
import { explainWriting, makeFolder, writeOutputFile, writeOutputFiles } from './output-file.js';
import { compareRecipes } from './recipe-changes.js';
import { lockRun } from './run-lock.js';

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
  /** Keeps the model as it is, in a folder of its own: `checkpoints/step-002000`. */
  keepModel(state: TrainState): Promise<void>;
  /** Lets other processes work on the run. */
  close(): Promise<void>;
}

/** Bytes of a run's state, and of its metrics. */
const LARGEST_STATE = 2 ** 33;
const LARGEST_METRICS = 2 ** 30;
const LARGEST_RECIPE = 2 ** 24;
/** Differences of two recipes that an error tells. */
const TOLD = 3;

const STATE = 'state.safetensors';
const METRICS = 'metrics.jsonl';
/** TensorBoard looks for files with `tfevents` in their names. */
const EVENTS = 'events.out.tfevents.lifegpt';
const RECIPE = 'recipe.json';

/** Where a run begins: anew, at its last checkpoint, or there if it has one. */
export type Beginning = 'anew' | 'checkpoint' | 'either';

/**
 * Opens a run's folder.
 * @param tensorboard metrics go into an event file too, as they do when there is one already
 * @throws InputError when it holds a run that is to begin anew, or none that is to go on, a run of another recipe or a
 * damaged one, files that no run leaves, or when another process works on it.
 * @throws OutputError when it cannot be written
 */
export async function openTrainingRun(
  folder: string,
  recipe: Recipe,
  beginning: Beginning,
  tensorboard = false,
): Promise<TrainingRun> {
  const recipeText = `${JSON.stringify(recipe, null, 2)}\n`;
  const recipeHash = await hashBytes(new TextEncoder().encode(recipeText));
  checkFolder(folder, beginning);
  await makeFolder(folder);
  const unlock = await lockRun(folder);
  try {
    return await openLocked(unlock);
  } catch (error) {
    await unlock();
    throw error;
  }

  async function openLocked(close: () => Promise<void>): Promise<TrainingRun> {
    const state = await readState();
    const metrics = targetIn(folder, METRICS);
    const lines = state === null ? [] : await readMetrics(metrics, state.step);
    await writeOutputFile(targetIn(folder, RECIPE), recipeText);
    await writeOutputFile(metrics, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    const seconds = lines.at(-1)?.seconds ?? 0;
    const events = targetIn(folder, EVENTS);
    // the steps of earlier sittings lie before this one, as if there had been one alone
    const began = Date.now() / 1000 - seconds;
    const hasEvents = tensorboard || existsSync(events);
    if (hasEvents) {
      const records = lines.map((line) => encodeMetrics(line, began));
      await writeOutputFile(events, Buffer.concat([encodeFileStart(began), ...records]));
    }
    // a process that was killed between two files of a checkpoint left weights that are not the state's
    if (state !== null) await writeCheckpoint(state);
    return {
      folder,
      state,
      seconds,
      async writeMetrics(line) {
        await append(metrics, `${JSON.stringify(line)}\n`);
        if (hasEvents) await append(events, encodeMetrics(line, began));
      },
      writeCheckpoint,
      keepModel,
      close,
    };
  }

  async function append(file: string, data: string | Uint8Array): Promise<void> {
    try {
      await appendFile(file, data);
    } catch (error) {
      throw explainWriting(file, error, 'the last checkpoint stays, and --resume goes on');
    }
  }

  async function readState(): Promise<TrainState | null> {
    const path = pathIn(folder, STATE);
    const bytes = await readBoundedFile(path, LARGEST_STATE);
    if (bytes === null) return null;
    await checkRecipeIsSame();
    const state = await decodeState(bytes, path, recipe.model, recipeHash);
    if (state.step <= recipe.steps) return state;
    throw new InputError(`${path} is at step ${state.step} of ${recipe.steps}; train anew`);
  }

  /** A run goes on by the recipe that it was begun with, which lies beside the state. */
  async function checkRecipeIsSame(): Promise<void> {
    const begun = (await readBoundedFile(pathIn(folder, RECIPE), LARGEST_RECIPE))?.toString('utf8');
    if (begun === undefined || begun === recipeText) return;
    const differences = compareRecipes(parseOrNull(begun), JSON.parse(recipeText));
    const told = differences
      .slice(0, TOLD)
      .map(
        ({ field, values: [own, asked] }) => `${field} ${showValue(own)}, not ${showValue(asked)}`,
      )
      .join('; ');
    throw new InputError(
      `${folder} was begun with another recipe: ${told}; leave recipe and changes out and it goes on with its own, ` +
        `or train in another --out, on from these weights with --from ${folder}`,
    );
  }

  async function keepModel(state: TrainState): Promise<void> {
    const name = `checkpoints/step-${String(state.step).padStart(6, '0')}`;
    await makeFolder(targetIn(folder, name));
    const model = await writeModelFolder(recipe.model, vocabularyOf(recipe), state.parameters);
    const files = Object.entries(model).map(([file, bytes]) => [`${name}/${file}`, bytes] as const);
    await writeOutputFiles(
      Object.fromEntries(files.map(([file, bytes]) => [targetIn(folder, file), bytes])),
    );
  }

  /** The state first: what it says is what a resumed run makes of the other files. */
  async function writeCheckpoint(state: TrainState): Promise<void> {
    const model = await writeModelFolder(recipe.model, vocabularyOf(recipe), state.parameters);
    const files = { [STATE]: await encodeState(state, recipeHash), ...model };
    await writeOutputFiles(
      Object.fromEntries(
        Object.entries(files).map(([name, bytes]) => [targetIn(folder, name), bytes]),
      ),
    );
  }
}

/** Whether a run can go on there. */
export function hasCheckpoint(folder: string): boolean {
  return existsSync(pathIn(folder, STATE));
}

/** The recipe of a run, for one that goes on; null where there is none. */
export function findRunRecipe(folder: string): string | null {
  const path = pathIn(folder, RECIPE);
  return hasCheckpoint(folder) && existsSync(path) ? path : null;
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

/** @throws InputError when a run cannot begin in the folder as it is asked to */
function checkFolder(folder: string, beginning: Beginning): void {
  const files = existsSync(folder) && statSync(folder).isDirectory() ? readdirSync(folder) : [];
  if (files.includes(STATE)) {
    if (beginning !== 'anew') return;
    throw new InputError(
      `${folder} already holds a training run; add --resume to go on with it, or give another --out`,
    );
  }
  if (beginning === 'checkpoint') {
    throw new InputError(
      `${folder} holds no checkpoint of a training run; leave --resume out to begin one`,
    );
  }
  // a run that ended before its first checkpoint leaves these, its lock, and what it was about to write
  const isBegun = files.includes(RECIPE) && files.includes(METRICS);
  const foreign = files.find(
    (file) =>
      !(isBegun && [RECIPE, METRICS, EVENTS].includes(file)) && !/^\.(lock|.*\.tmp)$/.test(file),
  );
  if (foreign !== undefined) {
    throw new InputError(
      `${folder} holds ${showValue(foreign)}, which no training run left there; give another --out`,
    );
  }
}

/** A line for TensorBoard. @param began when the training would have begun in one sitting, in seconds since 1970 */
function encodeMetrics(line: MetricsLine, began: number): Uint8Array {
  const { step, loss, answerTokens, wrongTokens, gradientNorm, learningRate, seconds } = line;
  return encodeScalars({
    wallTime: began + seconds,
    step,
    scalars: {
      'train/loss': loss,
      'train/wrong_tokens': wrongTokens / answerTokens,
      'train/gradient_norm': gradientNorm,
      'train/learning_rate': learningRate,
    },
  });
}

/** The lines up to a step; what came after the last checkpoint is done again. */
async function readMetrics(file: string, lastStep: number): Promise<MetricsLine[]> {
  const text = (await readBoundedFile(file, LARGEST_METRICS))?.toString('utf8') ?? '';
  return text
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .flatMap(parseLine)
    .filter(({ step }) => step <= lastStep);
}

/** A line, or nothing where it is damaged: metrics are told, not gone on from. */
function parseLine(line: string): MetricsLine[] {
  try {
    const parsed = JSON.parse(line) as MetricsLine | null;
    return typeof parsed?.step === 'number' ? [parsed] : [];
  } catch {
    return [];
  }
}
