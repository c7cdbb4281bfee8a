/** The address follows the game, and a link to it can be copied. */

import { formatAddress, MAX_LINKED_GENERATIONS, type Address } from './address.js';
import { say } from './elements.js';
import { HEALTHY } from './look/surgery.js';
import type { Game } from './play/game.js';

/** Keeps the address. */
export interface Link {
  /** From now on the address follows each change, or not: it stays what it is while a link is opened. */
  follow(isOn: boolean): void;
  /** Writes the address soon. */
  update(): void;
  /** @param what the link is to, in words */
  copy(what: 'board' | 'recipe'): Promise<void>;
}

/** Browsers refuse an address that changes all the time. */
const MILLISECONDS_OF_REST = 400;

/** What a link is made of. */
export interface LinkOptions {
  readonly game: Game;
  /** How the game is looked at. */
  readonly look: () => Pick<
    Address,
    'view' | 'step' | 'comparison' | 'surgery' | 'puzzle' | 'recipe'
  >;
  /** Who plays wherever the link is opened. */
  readonly player: () => string;
}

/** Boards with more live cells than this make no address that anyone could pass on. */
const MOST_CELLS = 20_000;

/** Makes the address follow a game that rests. */
export function createLink({ game, look, player }: LinkOptions): Link {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isEnabled = false;

  const isTooLarge = (): boolean => game.timeline().current().population > MOST_CELLS;

  function format(): string {
    const { generation } = game.timeline().current();
    const played = generation <= MAX_LINKED_GENERATIONS;
    const looked = look();
    // the story needs no board
    if (looked.view === 'story') {
      return formatAddress({ ...looked, comparison: null, surgery: HEALTHY, game: null });
    }
    return formatAddress({
      ...looked,
      game: isTooLarge()
        ? null
        : {
            setup: { ...game.setup(), player: player() },
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
    follow(isOn) {
      isEnabled = isOn;
      clearTimeout(timer);
    },
    update,
    async copy(what) {
      if (what === 'board' && isTooLarge())
        return say('So many cells make no link; save the board as a file instead.');
      history.replaceState(null, '', `#${format()}`);
      try {
        await navigator.clipboard.writeText(location.href);
        say(`The link to this ${what} is in the clipboard.`);
      } catch {
        say(
          `The link to this ${what} is in the address bar; the browser does not let the page copy it.`,
        );
      }
    },
  };
}
