/** Rules read off pairs of states: the inverse task. */

import { decodeJacobi, readRules } from '@lifegpt/model';
import type { Calls, InferredBits } from '../messages.js';
import type { OpenedModel } from './models.js';

/** Reads the rule behind pairs that stand in one prompt. */
export async function inferRule(
  { language }: OpenedModel,
  { pairs, topology, form }: Calls['infer']['request'],
  signal: AbortSignal,
): Promise<InferredBits> {
  const began = performance.now();
  const asked = { decode: decodeJacobi, topology, form, signal };
  const { rules, forwardPasses, minMargin } = await readRules(language, [pairs], asked);
  const seconds = (performance.now() - began) / 1000;
  return { ...rules[0]!, forwardPasses, minMargin, seconds };
}
