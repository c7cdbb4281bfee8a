/** Where an evaluation stands, in a file: what is finished there is not done again. */

import { InputError } from '@lifegpt/core';
import { readBoundedFile } from '../bounded-file.js';
import { writeOutputFile } from '../output-file.js';
import type { EvaluationState } from './evaluation-state.js';
import { checkState, type StatePlan } from './state-shape.js';

/** Keeps the state of one evaluation. */
export interface Checkpoint {
  /** The state that was found, or null at the beginning. */
  readonly found: EvaluationState | null;
  /** Writes the state if the last time is a while ago. */
  saveNowAndThen(state: EvaluationState): Promise<void>;
  save(state: EvaluationState): Promise<void>;
}

const MILLISECONDS_BETWEEN = 10_000;

/**
 * Opens a checkpoint file; without one nothing is kept.
 * @param key what decides the results: weights, data and options
 * @param plan what the state has to be of
 * @throws InputError when the file holds another evaluation or none
 */
export async function openCheckpoint(
  file: string | null,
  key: object,
  plan: StatePlan,
): Promise<Checkpoint> {
  if (file === null) {
    const nothing = (): Promise<void> => Promise.resolve();
    return { found: null, save: nothing, saveNowAndThen: nothing };
  }
  const found = await readState(file, JSON.stringify(key), plan);
  let savedAt = performance.now();
  async function save(state: EvaluationState): Promise<void> {
    savedAt = performance.now();
    await writeOutputFile(file!, `${JSON.stringify({ key, state })}\n`);
  }
  return {
    found,
    save,
    saveNowAndThen: async (state) => {
      if (performance.now() - savedAt > MILLISECONDS_BETWEEN) await save(state);
    },
  };
}

/** Bytes of a state. */
const LARGEST_STATE = 256 * 2 ** 20;

async function readState(
  file: string,
  key: string,
  plan: StatePlan,
): Promise<EvaluationState | null> {
  const bytes = await readBoundedFile(file, LARGEST_STATE);
  if (bytes === null) return null;
  let stored: { key?: unknown; state?: unknown } | null;
  try {
    stored = JSON.parse(bytes.toString('utf8')) as typeof stored;
  } catch {
    throw new InputError(`${file} is no checkpoint of an evaluation; name another file`);
  }
  if (stored?.state === undefined || JSON.stringify(stored.key) !== key) {
    throw new InputError(
      `${file} belongs to another evaluation (other weights, data or options); remove it, or name another`,
    );
  }
  return checkState(stored.state, `${file}: state`, plan);
}
