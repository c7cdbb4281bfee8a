/** Well-known rules, at hand wherever a rule is chosen. */

import { parseRule, rulesEqual, type Rule } from '@lifegpt/core';

/** Rules of a kind, as `parseRule` reads them, with their titles. */
export interface RuleFamily {
  readonly title: string;
  readonly rules: readonly (readonly [rule: string, title: string])[];
}

/** What there is to choose from. */
export const RULE_FAMILIES: readonly RuleFamily[] = [
  {
    title: 'By counts',
    rules: [
      ['B3/S23', 'Conway’s Life'],
      ['B36/S23', 'HighLife'],
      ['B3678/S34678', 'Day & Night'],
      ['B2/S', 'Seeds'],
      ['B3/S012345678', 'Life without Death'],
      ['B1357/S1357', 'Replicator'],
      ['B368/S245', 'Morley'],
      ['B36/S125', '2×2'],
      ['B3/S1234', 'Mazectric'],
      ['B35678/S5678', 'Diamoeba'],
      ['B4678/S35678', 'Anneal'],
    ],
  },
  {
    title: 'By where neighbours lie (Hensel)',
    rules: [
      ['B3/S2-i34q', 'tlife'],
      ['B2-a/S12', 'Just Friends'],
    ],
  },
  {
    title: 'Six neighbours (hexagonal)',
    rules: [['B2/S34H', 'Hexagonal Life']],
  },
  {
    title: 'Four neighbours (von Neumann)',
    rules: [
      ['B13/S012V', 'Von Neumann'],
      ['B13/S13V', 'Parity of the four'],
    ],
  },
];

/** The rule of the list that does what a rule does, as it is written there; null when none does. */
export function findKnownRule(rule: Rule): string | null {
  const all = RULE_FAMILIES.flatMap(({ rules }) => rules);
  return all.find(([written]) => rulesEqual(parseRule(written).rule, rule))?.[0] ?? null;
}

/** Puts the rules into a selector, below its first option. */
export function offerKnownRules(select: HTMLSelectElement): void {
  for (const { title, rules } of RULE_FAMILIES) {
    const group = document.createElement('optgroup');
    group.label = title;
    group.append(...rules.map(([rule, name]) => new Option(`${name}: ${rule}`, rule)));
    select.append(group);
  }
}
