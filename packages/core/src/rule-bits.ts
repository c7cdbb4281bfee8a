/** A life-like rule as its table: 18 bits, two states with nine counts of neighbours each. */

import type { LifeRule } from './rule.js';

/** Bits of a rule: born with 0..8 live neighbours, then surviving with 0..8. */
export const RULE_BITS = 18;

/** The bits of a rule, `[18]`: born with 0..8 live neighbours, then surviving with 0..8. */
export function listRuleBits({ birth, survival }: LifeRule): (0 | 1)[] {
  return Array.from(
    { length: RULE_BITS },
    (_, i) => ((i < RULE_BITS / 2 ? birth >> i : survival >> (i - RULE_BITS / 2)) & 1) as 0 | 1,
  );
}

/** The rule of 18 bits, as `listRuleBits` lists them; open ones, null, count as 0. */
export function ruleOfBits(bits: readonly (number | null)[]): LifeRule {
  const read = (half: readonly (number | null)[]): number =>
    half.reduce<number>((mask, bit, n) => mask | ((bit ?? 0) << n), 0);
  return { birth: read(bits.slice(0, RULE_BITS / 2)), survival: read(bits.slice(RULE_BITS / 2)) };
}
