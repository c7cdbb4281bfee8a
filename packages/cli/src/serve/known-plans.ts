/**
 * Which plans a thread has at hand. To plan a size that it has not seen takes a thread a tenth of a second, a hundred times a small
 * board's answer: so that is heavy work, which leaves a thread to the others.
 */

import { formOfRule, type PromptHeader } from '@lifegpt/core';

/** Boards that one plan serves: those of a model, a size, a topology, and a form of rules. */
export function keyOfPlan(
  model: string,
  { width, height }: { readonly width: number; readonly height: number },
  { rule, topology }: PromptHeader,
): string {
  return `${model} ${width}x${height} ${JSON.stringify(topology)} ${formOfRule(rule)}`;
}

/** Fewer than a model keeps (`KEPT_PLANS` in `near-pass.ts`), so that what is said to be known is. */
const REMEMBERED = 30;

/** The plans that a thread was asked for last. */
export interface KnownPlans {
  has(key: string): boolean;
  add(key: string): void;
}

/** None yet. */
export function createKnownPlans(): KnownPlans {
  const keys = new Set<string>();
  return {
    has: (key) => keys.has(key),
    add(key) {
      keys.delete(key);
      keys.add(key); // the last one asked for stands last
      if (keys.size > REMEMBERED) keys.delete(keys.values().next().value!);
    },
  };
}
