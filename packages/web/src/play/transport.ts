/** Run, pause, step, back, speed: by buttons and by keys. */

import { byId, labelButton, onClick, write } from '../elements.js';
import type { Game } from './game.js';

/** Generations a second, by the slider's position. */
const SPEEDS = [1, 2, 5, 10, 20, 40, Infinity];

/** Keys and the buttons that they press. */
const KEYS: Readonly<Record<string, string>> = { r: 'run', s: 'step', b: 'back', '0': 'rewind' };

/** Makes the buttons below the boards work. */
export function createTransport(game: Game): void {
  const speed = byId<HTMLInputElement>('speed');
  speed.max = String(SPEEDS.length - 1);

  function setSpeed(): void {
    const value = SPEEDS[speed.valueAsNumber]!;
    game.setSpeed(value);
    const text = value === Infinity ? 'fastest' : `${value} a second`;
    write('speed-text', text);
    speed.setAttribute('aria-valuetext', text);
  }

  speed.addEventListener('input', setSpeed);
  setSpeed();
  onClick('run', () => (game.isRunning() ? game.pause() : game.run()));
  onClick('step', () => game.step());
  onClick('back', () => game.back());
  onClick('rewind', () => game.rewind());
  game.listen((change) => {
    if (change !== 'running') return;
    if (game.isRunning()) labelButton('run', 'pause', 'Pause');
    else labelButton('run', 'run', 'Run');
  });
  document.addEventListener('keydown', (event) => {
    const { key, target, ctrlKey, metaKey, altKey } = event;
    const isTyping = (target as HTMLElement).closest('input, textarea, select') !== null;
    if (isTyping || ctrlKey || metaKey || altKey || byId('view-play').hidden) return;
    const button = KEYS[key];
    if (button === undefined) return;
    event.preventDefault();
    byId<HTMLButtonElement>(button).click();
  });
}
