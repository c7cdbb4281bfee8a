/** Run, pause, step, back, speed: by buttons and by keys. */

import { byId, labelButton, onClick, write } from '../elements.js';
import type { Game } from './game.js';

/** Generations a second, by the slider's position. */
const SPEEDS = [1, 2, 5, 10, 20, 40, Infinity];

/** Keys and the buttons that they press. */
const KEYS: Readonly<Record<string, string>> = {
  r: 'run',
  Enter: 'run',
  s: 'step',
  ' ': 'step',
  b: 'back',
  '0': 'rewind',
  '+': 'zoom-in',
  '-': 'zoom-out',
  f: 'zoom-fit',
};

/** Where it is remembered that the keys are switched off. */
const KEYS_OFF = 'lifegpt-keys-off';

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
  const stride = byId<HTMLSelectElement>('stride');
  stride.addEventListener('change', () => game.setStride(Number(stride.value)));
  onClick('run', () => (game.isRunning() ? game.pause() : game.run()));
  onClick('step', () => game.step());
  onClick('back', () => game.back());
  onClick('rewind', () => game.rewind());
  game.listen((change) => {
    if (change !== 'running') return;
    if (game.isRunning()) labelButton('run', 'pause', 'Pause');
    else labelButton('run', 'run', 'Run');
  });
  const keys = byId<HTMLInputElement>('keys');
  keys.checked = recall(KEYS_OFF) === null;
  keys.addEventListener('change', () => remember(KEYS_OFF, keys.checked ? null : 'yes'));
  document.addEventListener('keydown', (event) => {
    const { key, target, ctrlKey, metaKey, altKey } = event;
    const element = target as HTMLElement;
    const isTyping = element.closest('input, textarea, select') !== null;
    // what has keys of its own keeps them
    const isPressed =
      /^( |Enter)$/.test(key) && element.closest('button, a, summary, pre') !== null;
    if (isTyping || isPressed || !keys.checked || ctrlKey || metaKey || altKey) return;
    if (byId('view-play').hidden) return;
    const button = KEYS[key];
    if (button === undefined) return;
    event.preventDefault();
    byId<HTMLButtonElement>(button).click();
  });
}

/** A browser may forbid pages to remember anything. */
function recall(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function remember(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // then it is so until the page is left
  }
}
