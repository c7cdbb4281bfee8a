/** Any rule of two states as its table: what becomes of a cell for each of the 512 neighbourhoods. */

import type { LifeRule, Rule, TableRule } from './rule-kinds.js';
import { CENTRE, countBits, NEIGHBOURHOODS, NEIGHBOURS } from './neighbourhood.js';

/** Whether a rule is given as a table. */
export function isTableRule(rule: Rule): rule is TableRule {
  return 'table' in rule;
}

/**
 * The table of a rule, `[512]` of 0 and 1; of a `TableRule` its own, not a copy.
 * The index is the neighbourhood in Golly's MAP order: NW 256, N 128, NE 64, W 32, the cell 16, E 8, SW 4, S 2, SE 1.
 */
export function toTable(rule: Rule): Uint8Array {
  return isTableRule(rule)
    ? rule.table
    : tabulateCounts(rule.birth, rule.survival, NEIGHBOURS.moore);
}

/** The table of a rule that counts the live ones among some neighbours. Bit n of `birth` and `survival` stands for n of them. */
export function tabulateCounts(birth: number, survival: number, neighbours: number): Uint8Array {
  return Uint8Array.from({ length: NEIGHBOURHOODS }, (_, neighbourhood) => {
    const counts = neighbourhood & CENTRE ? survival : birth;
    return (counts >> countBits(neighbourhood, neighbours)) & 1;
  });
}

/** The rule by counts of the eight neighbours, or null when it asks for more than their number. */
export function toLifeRule(rule: Rule): LifeRule | null {
  if (!isTableRule(rule)) return rule;
  let [birth, survival] = [0, 0];
  for (let count = 0; count <= 8; count++) {
    const example = NEIGHBOURS.moore & lowestBits(count > 4 ? count + 1 : count);
    birth |= rule.table[example]! << count;
    survival |= rule.table[example | CENTRE]! << count;
  }
  const life = { birth, survival };
  return rulesEqual(life, rule) ? life : null;
}

/** Whether two rules do the same to every board. */
export function rulesEqual(a: Rule, b: Rule): boolean {
  if (!isTableRule(a) && !isTableRule(b)) {
    return a.birth === b.birth && a.survival === b.survival;
  }
  const [one, other] = [toTable(a), toTable(b)];
  return one.every((next, neighbourhood) => next === other[neighbourhood]);
}

const lowestBits = (count: number): number => (1 << count) - 1;
