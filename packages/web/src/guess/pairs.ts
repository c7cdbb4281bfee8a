/** The pairs of a riddle, before and after side by side, to draw on. */

import type { StatePair } from '@lifegpt/model';
import { createPad, type Pad } from '../board/pad.js';
import type { Puzzle } from './puzzle.js';

/** What is done to the pairs. */
export interface PairsOptions {
  readonly parent: HTMLElement;
  readonly set: (
    pair: number,
    side: keyof StatePair,
    cell: number,
    value: number,
    gesture: object,
  ) => void;
  readonly remove: (pair: number) => void;
}

/** The pairs. */
export interface PairPictures {
  /** @param odd cells of each pair that no rule explains */
  show(puzzle: Puzzle, odd: readonly (readonly number[])[]): void;
}

/** Puts pairs into an element. */
export function createPairs({ parent, set, remove }: PairsOptions): PairPictures {
  let pads: { readonly before: Pad; readonly after: Pad }[] = [];
  /** What the pads were made for. */
  let made = '';

  function make(count: number, isHidden: boolean): void {
    const key = `${count} ${isHidden}`;
    if (key === made) return;
    made = key;
    pads = [];
    parent.replaceChildren(
      ...Array.from({ length: count }, (_, pair) => {
        const figure = document.createElement('figure');
        figure.className = 'card';
        const caption = document.createElement('figcaption');
        const title = document.createElement('h2');
        title.textContent = `Pair ${pair + 1}`;
        caption.append(title);
        if (count > 1) {
          const button = document.createElement('button');
          button.type = 'button';
          button.className = 'link';
          button.textContent = 'Remove';
          button.setAttribute('aria-label', `Remove pair ${pair + 1}`);
          button.addEventListener('click', () => remove(pair));
          caption.append(button);
        }
        const couple = document.createElement('div');
        couple.className = 'couple';
        const arrow = document.createElement('span');
        arrow.textContent = '→';
        arrow.setAttribute('aria-hidden', 'true');
        const [before, after] = [draw(pair, 'before', true), draw(pair, 'after', !isHidden)];
        pads.push({ before: before.pad, after: after.pad });
        couple.append(before.frame, arrow, after.frame);
        figure.append(caption, couple);
        return figure;
      }),
    );
  }

  function draw(
    pair: number,
    side: keyof StatePair,
    isDrawn: boolean,
  ): { readonly frame: HTMLElement; readonly pad: Pad } {
    const frame = document.createElement('div');
    const canvas = document.createElement('canvas');
    frame.className = 'frame';
    frame.append(canvas);
    const drawn = (cell: number, value: number, gesture: object): void =>
      set(pair, side, cell, value, gesture);
    const title = `Pair ${pair + 1}, ${side}`;
    return { frame, pad: createPad({ canvas, title, ...(isDrawn ? { set: drawn } : {}) }) };
  }

  return {
    show({ pairs, seed }, odd) {
      make(pairs.length, seed !== null);
      pairs.forEach(({ before, after }, i) => {
        pads[i]!.before.show(before);
        pads[i]!.after.show(after, odd[i] ?? []);
      });
    },
  };
}
