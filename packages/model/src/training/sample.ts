/** Draws without replacement. */

import type { RandomStream } from '@lifegpt/core';

/**
 * So many of some values, or all where there are no more, in the order drawn: a shuffle that stops after them.
 * @param values are left as they are
 */
export function sample(values: readonly number[], count: number, random: RandomStream): number[] {
  const pool = [...values];
  const drawn = Math.min(count, pool.length);
  for (let i = 0; i < drawn; i++) {
    const j = i + random.nextInt(pool.length - i);
    [pool[i], pool[j]] = [pool[j]!, pool[i]!];
  }
  return pool.slice(0, drawn);
}
