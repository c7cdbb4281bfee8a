/** The address follows the game, and a link to it can be copied. */

import { formatAddress, MAX_LINKED_GENERATIONS, type Address } from './address.js';
import type { Game } from './play/game.js';

/** Keeps the address. */
export interface Link {
  /** From now on the address follows. */
  enable(): void;
  /** Writes the address soon. */
  update(): void;
  copy(): Promise<void>;
}

/** Browsers refuse an address that changes all the time. */
const MILLISECONDS_OF_REST = 400;

/**
 * Makes the address follow a game that rests.
 * @param look how it is looked at
 */
export function createLink(
  game: Game,
  look: () => Pick<Address, 'view' | 'comparison'>,
  say: (text: string) => void,
): Link {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isEnabled = false;

  function format(): string {
    const { generation } = game.timeline().current();
    const played = generation <= MAX_LINKED_GENERATIONS;
    return formatAddress({
      ...look(),
      game: {
        setup: game.setup(),
        // of a longer run the board itself: playing it again would take too long
        start: played ? game.start() : game.timeline().current().grid,
        generation: played ? generation : 0,
        sampling: game.sampling(),
      },
    });
  }

  function update(): void {
    if (!isEnabled) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (!game.isRunning()) history.replaceState(null, '', `#${format()}`);
    }, MILLISECONDS_OF_REST);
  }

  game.listen(update);
  return {
    enable() {
      isEnabled = true;
      update();
    },
    update,
    async copy() {
      history.replaceState(null, '', `#${format()}`);
      try {
        await navigator.clipboard.writeText(location.href);
        say('The link to this board is in the clipboard.');
      } catch {
        say(
          'The link to this board is in the address bar; the browser does not let the page copy it.',
        );
      }
    },
  };
}
