/** A second reading of an observation: by a model, a pair of states at a time, beside counting. */

import { InputError, nameRuleCase } from '@lifegpt/core';
import {
  checkBoard,
  checkInfersRules,
  decodeJacobi,
  loadModel,
  mergeRules,
  readRules,
  type MergedRule,
  type ReadRule,
  type StatePair,
} from '@lifegpt/model';
import type { CommandContext } from '../context.js';
import { openModelFolder } from '../model-argument.js';
import { createRuntime } from '../runtime.js';
import { createProgress } from '../terminal/progress.js';
import { nameBorders, type Explanation } from './explain.js';

/** What a model reads off all pairs of an observation. */
export interface ModelReading extends MergedRule {
  readonly model: string;
  readonly pairs: number;
  readonly seconds: number;
}

/** Pairs that the model is given at once. */
const PAIRS_AT_ONCE = 64;

/**
 * Reads the rule by a model.
 * @param name of a shipped model, or a folder
 * @throws InputError when the model infers no rules, or not from boards like these.
 */
export async function readByModel(
  explanation: Explanation,
  name: string,
  { signal, progress: stream }: CommandContext,
): Promise<ModelReading> {
  const { reading, borders } = explanation;
  const folder = await openModelFolder(name);
  checkInfersRules(folder);
  if (borders === 'unknown' || reading.isUnbounded) {
    throw new InputError(
      `model ${name} reads rules off whole boards, but the states explain themselves on ${nameBorders(explanation)}; ` +
        `leave --rule-model out`,
    );
  }
  for (const [state] of reading.runs) checkBoard(folder, state!, borders);
  const model = await loadModel(folder, await createRuntime('auto'));
  const began = performance.now();
  const rules: ReadRule[] = [];
  const total = reading.runs.reduce((sum, states) => sum + states.length - 1, 0);
  const progress = createProgress(stream, 'read', total, 'pairs');
  for (const states of reading.runs) {
    const pairs = states.slice(1).map((after, k): StatePair => ({ before: states[k]!, after }));
    for (let first = 0; first < pairs.length; first += PAIRS_AT_ONCE) {
      const texts = pairs.slice(first, first + PAIRS_AT_ONCE).map((pair) => [pair]);
      const asked = { decode: decodeJacobi, topology: borders, signal };
      rules.push(...(await readRules(model, texts, asked)).rules);
      progress.update(rules.length);
    }
  }
  progress.finish();
  await model.release();
  const seconds = (performance.now() - began) / 1000;
  return { model: name, pairs: rules.length, seconds, ...mergeRules(rules) };
}

/** Names of the bits in which two readings differ. */
export function listDifferences(
  { bits }: ModelReading,
  counted: readonly (0 | 1 | null)[],
): string[] {
  return counted.flatMap((bit, c) => (bits[c] === bit ? [] : [nameRuleCase(c)]));
}
