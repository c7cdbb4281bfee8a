/** The ways to decode, by their names; a further one is a file in this folder and a line here. */

import type { Strategy } from './decoder.js';
import { GREEDY } from './greedy.js';
import { JACOBI } from './jacobi.js';
import { NEAR } from './near.js';

/** All of them write the same tokens; as lists show them, the reference at the end. */
export const STRATEGIES = {
  near: NEAR,
  jacobi: JACOBI,
  greedy: GREEDY,
} as const satisfies Readonly<Record<string, Strategy>>;

/** The name of one. */
export type StrategyName = keyof typeof STRATEGIES;

/** Their names. */
export const STRATEGY_NAMES = Object.keys(STRATEGIES) as readonly StrategyName[];

/** The strategy of a name; undefined where there is none. */
export function findStrategy(name: string): Strategy | undefined {
  return Object.hasOwn(STRATEGIES, name) ? STRATEGIES[name as StrategyName] : undefined;
}
