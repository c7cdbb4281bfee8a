/** How tokens are chosen: the slider of the Look view, which is the game's setting. */

import { byId, write } from '../elements.js';
import type { Sampling } from '../messages.js';
import type { Game } from '../play/game.js';

/** The slider. */
export interface Temperature {
  /** Shows what the game has. */
  show(): void;
  /** What it stands at, with a seed of its own for each time it is asked. */
  sampling(): Sampling;
}

/** Makes the slider work. */
export function createTemperature(game: Game): Temperature {
  const slider = byId<HTMLInputElement>('temperature');
  /** Of one drag. */
  let gesture: object | undefined;
  slider.addEventListener('input', () => {
    write('temperature-text', slider.value);
    gesture ??= {};
    game.setSampling({ temperature: slider.valueAsNumber, seed: drawSeed() }, gesture);
  });
  slider.addEventListener('change', () => (gesture = undefined));
  return {
    show() {
      slider.value = String(game.sampling().temperature);
      write('temperature-text', slider.value);
    },
    sampling() {
      const temperature = slider.valueAsNumber;
      return { temperature, seed: temperature === 0 ? 0 : drawSeed() };
    },
  };
}

function drawSeed(): number {
  return Math.floor(Math.random() * 2 ** 31);
}
