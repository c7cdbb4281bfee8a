/** The choice of how an answer is written. */

import { byId } from '../elements.js';
import type { StrategyCard } from '../messages.js';

/** The choice, as the Look view asks it. */
export interface StrategyChoice {
  /** The strategies that there are; the first one is chosen, or the one that was. */
  offer(strategies: readonly StrategyCard[]): void;
  /** The chosen one. @throws when none was offered yet */
  chosen(): StrategyCard;
}

/**
 * Makes the choice work.
 * @param onChoice is told when someone chose another
 */
export function createStrategyChoice(onChoice: () => void): StrategyChoice {
  const field = byId('strategies');
  let offered: readonly StrategyCard[] = [];
  let now = 0;
  return {
    offer(strategies) {
      const before = offered[now]?.name;
      offered = strategies;
      now = Math.max(
        0,
        strategies.findIndex(({ name }) => name === before),
      );
      for (const label of field.querySelectorAll('label')) label.remove();
      for (const [index, { name, title }] of strategies.entries()) {
        const radio = document.createElement('input');
        Object.assign(radio, { type: 'radio', name: 'strategy', value: name });
        radio.checked = index === now;
        radio.addEventListener('change', () => {
          now = index;
          onChoice();
        });
        const label = document.createElement('label');
        label.append(radio, title);
        field.append(label);
      }
    },
    chosen: () => offered[now]!,
  };
}
