/** Eighteen boxes to tick: born with so many live neighbours, survives with so many. */

import type { LifeRule } from '@lifegpt/core';

/** The boxes. */
export interface CountBoxes {
  /** Ticks those of a rule; null, which no counts can say, leaves them undecided. */
  show(rule: LifeRule | null): void;
}

const COUNTS = 9;

/**
 * Puts boxes into two elements.
 * @param titles what a box says of a number of live neighbours
 * @param choose is told the rule that someone ticked
 */
export function createCountBoxes(
  parents: { readonly birth: HTMLElement; readonly survival: HTMLElement },
  choose: (rule: LifeRule) => void,
  titles = { birth: 'Born with', survival: 'Survives with' },
): CountBoxes {
  const boxes = {
    birth: makeBoxes(parents.birth, titles.birth),
    survival: makeBoxes(parents.survival, titles.survival),
  };

  function makeBoxes(parent: HTMLElement, title: string): HTMLInputElement[] {
    const inputs = Array.from({ length: COUNTS }, (_, count) => {
      const input = document.createElement('input');
      input.type = 'checkbox';
      input.setAttribute('aria-label', `${title} ${count} live neighbours`);
      input.addEventListener('change', () => {
        choose({ birth: read(boxes.birth), survival: read(boxes.survival) });
      });
      return input;
    });
    parent.append(
      ...inputs.map((input, count) => {
        const label = document.createElement('label');
        label.append(input, String(count));
        return label;
      }),
    );
    return inputs;
  }

  return {
    show(rule) {
      for (const part of ['birth', 'survival'] as const) {
        boxes[part].forEach((box, count) => {
          box.checked = rule !== null && ((rule[part] >> count) & 1) === 1;
          box.indeterminate = rule === null;
        });
      }
    },
  };
}

function read(inputs: readonly HTMLInputElement[]): number {
  return inputs.reduce((sum, { checked }, count) => sum | (Number(checked) << count), 0);
}
