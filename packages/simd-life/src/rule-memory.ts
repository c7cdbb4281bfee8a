/** A rule as the kernels read it; `assembly/rule.ts` says how it lies there. */

import { InputError, isTableRule, NEIGHBOURHOODS, toLifeRule, type Rule } from '@lifegpt/core';
import { RULE } from './grid-memory.js';

const WORDS = 8; // bytes of birth and survival

/**
 * Writes a rule where every kernel finds it. A table that only counts is written as counts: that kernel is faster.
 * @returns its address
 * @throws InputError when a table has not 512 entries
 */
export function writeRule(memory: WebAssembly.Memory, rule: Rule): number {
  if (isTableRule(rule) && rule.table.length !== NEIGHBOURHOODS) {
    throw new InputError(
      `a rule's table has ${NEIGHBOURHOODS} entries, one a neighbourhood, not ${rule.table.length}`,
    );
  }
  const life = toLifeRule(rule);
  const counts = new Int32Array(memory.buffer, RULE, 2);
  counts.set(life === null ? [-1, 0] : [life.birth, life.survival]);
  if (life === null && isTableRule(rule)) {
    new Uint8Array(memory.buffer, RULE + WORDS, rule.table.length).set(rule.table);
  }
  return RULE;
}
