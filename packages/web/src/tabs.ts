/** The views as tabs: one is shown, the keyboard goes through them. */

import { VIEWS, type View } from './address.js';
import { byId } from './elements.js';

/** The tabs. */
export interface Tabs {
  show(view: View): void;
  shown(): View;
}

/**
 * Makes the tabs work.
 * @param onShow is told each time that a view is shown
 */
export function createTabs(onShow: (view: View) => void): Tabs {
  let current: View = 'play';

  function show(view: View): void {
    current = view;
    for (const each of VIEWS) {
      const tab = byId(`tab-${each}`);
      tab.setAttribute('aria-selected', String(each === view));
      tab.tabIndex = each === view ? 0 : -1;
      byId(`view-${each}`).hidden = each !== view;
    }
    onShow(view);
  }

  VIEWS.forEach((view, i) => {
    const tab = byId(`tab-${view}`);
    tab.addEventListener('click', () => show(view));
    tab.addEventListener('keydown', ({ key }) => {
      const move = { ArrowRight: 1, ArrowLeft: -1 }[key];
      if (move === undefined) return;
      const next = VIEWS[(i + move + VIEWS.length) % VIEWS.length]!;
      show(next);
      byId(`tab-${next}`).focus();
    });
  });
  return { show, shown: () => current };
}
