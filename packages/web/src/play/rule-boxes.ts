/** Any rule: a well-known one, boxes to tick for birth and survival by counts, or a table of 512 that is painted. */

import { openStream, parseRule, toLifeRule, toTable, type Rule } from '@lifegpt/core';
import { drawRule } from '@lifegpt/model';
import { byId, onceAFrame, onClick } from '../elements.js';
import { createCountBoxes } from './count-boxes.js';
import type { Game } from './game.js';
import { findKnownRule, offerKnownRules, RULE_FAMILIES } from './known-rules.js';
import { createRuleTable } from './rule-table.js';

/**
 * Makes the choices work.
 * @param choose is told the rule that someone made
 */
export function createRuleBoxes(game: Game, choose: (rule: Rule, gesture: object) => void): void {
  const known = byId<HTMLSelectElement>('known-rules');
  const boxes = createCountBoxes({ birth: byId('birth'), survival: byId('survival') }, (rule) =>
    choose(rule, {}),
  );
  const table = createRuleTable({
    canvas: byId<HTMLCanvasElement>('rule-table'),
    note: byId('rule-case'),
    title: 'The rule’s table',
    paint(neighbourhood, value, gesture) {
      const painted = { table: toTable(game.setup().rule).slice() };
      painted.table[neighbourhood] = value;
      choose(toLifeRule(painted) ?? painted, gesture);
    },
  });
  offerKnownRules(known);
  byId('rules').append(
    ...RULE_FAMILIES.flatMap(({ rules }) => rules).map(([rule, title]) => new Option(title, rule)),
  );

  const show = onceAFrame(() => {
    const { rule } = game.setup();
    known.value = findKnownRule(rule) ?? '';
    boxes.show(toLifeRule(rule));
    table.show(toTable(rule));
  });

  known.addEventListener('change', () => {
    if (known.value !== '') choose(parseRule(known.value).rule, {});
  });
  onClick('random-rule', () => {
    choose(drawRule(openStream(Math.floor(Math.random() * 2 ** 31), 'any rule')), {});
  });
  byId('rule-boxes').addEventListener('toggle', show);
  game.listen((change) => {
    if (change === 'board') show();
  });
}
