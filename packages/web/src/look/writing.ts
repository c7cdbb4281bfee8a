/** The answer of the model that ships, as it is written. */

import { createGrid, type Grid } from '@lifegpt/core';
import { byId, complain, labelButton, say, write } from '../elements.js';
import type { Sampling, WritingEvent } from '../messages.js';
import type { Game } from '../play/game.js';
import { headerOf, MOST_DENSE_CELLS } from '../play/setup.js';
import type { Session } from '../session.js';
import { createFilm } from './film.js';
import type { StrategyChoice } from './strategy.js';

/** An answer under way, or finished. */
export interface Writing {
  /** The answer so far; null while nothing is written. */
  written(): WritingEvent | null;
  /** The whole of it, and the true next state; null before its end. */
  finished(): { readonly grid: Grid; readonly truth: Grid; readonly says: string } | null;
  isUnderWay(): boolean;
  /** Lets the model write behind a board. */
  start(given: Grid): Promise<void>;
  /** Ends the answer under way; nothing of it arrives any more. */
  stop(): void;
  /** Forgets what is written. */
  forget(): void;
}

/** What it is made of. */
export interface WritingOptions {
  readonly session: Session;
  readonly game: Game;
  readonly strategies: StrategyChoice;
  readonly sampling: () => Sampling;
  /** More of it is there. */
  readonly onWrite: () => void;
  /** It is finished. */
  readonly onFinish: () => void;
}

const CELLS: Readonly<Record<string, number>> = { '0': 0, '1': 1 };

/** Nothing is written yet. */
export function createWriting(options: WritingOptions): Writing {
  const { session, game, strategies, sampling, onWrite, onFinish } = options;
  const film = createFilm(byId('film'));
  let written: WritingEvent | null = null;
  let finished: ReturnType<Writing['finished']> = null;
  let underWay: AbortController | null = null;

  async function follow(own: AbortController, given: Grid): Promise<void> {
    // a large board is written near, in no passes that could be shown
    const { name: strategy, isGuessing } = strategies.chosen();
    const isFilmed = isGuessing && given.cells.length <= MOST_DENSE_CELLS;
    const { width, height } = given;
    const setup = game.setup();
    if (isFilmed) film.start(given);
    const header = headerOf(setup);
    const result = await session.call(
      'write',
      { model: setup.player, header, grid: given, strategy, sampling: sampling() },
      {
        signal: own.signal,
        onEvent(event) {
          if (underWay !== own) return; // of an answer that nobody waits for any more
          written = event;
          const { decided, pieces, forwardPasses } = event;
          write(
            'look-progress',
            `${decided} of ${pieces.length} tokens decided, pass ${forwardPasses}`,
          );
          if (isFilmed) {
            const cells = Uint8Array.from(pieces.slice(0, width * height), (p) => CELLS[p] ?? 0);
            film.add(forwardPasses, createGrid(width, height, cells));
          }
          onWrite();
        },
      },
    );
    if (underWay !== own) return;
    const { rule, topology } = setup;
    const right = await session.call('simulate', { grid: given, rule, topology, generations: 1 });
    if (underWay !== own) return;
    const { tokens, forwardPasses, seconds } = result;
    const how = `in ${countPasses(forwardPasses)}, ${Math.round(1000 * seconds)} ms`;
    finished = { grid: result.grid, truth: right.truth, says: `${tokens} tokens ${how}` };
    write('look-progress', finished.says);
    if (!byId('view-look').hidden) say(`${tokens} tokens written ${how}.`);
    onFinish();
  }

  function stop(): void {
    underWay?.abort();
    underWay = null;
    labelButton('write', 'run', 'Write');
  }

  return {
    written: () => written,
    finished: () => finished,
    isUnderWay: () => underWay !== null,
    async start(given) {
      const own = (underWay = new AbortController());
      labelButton('write', 'stop', 'Stop');
      complain('look-problem', '');
      try {
        await follow(own, given);
      } catch (error) {
        if (underWay === own) complain('look-problem', (error as Error).message);
      } finally {
        if (underWay === own) stop();
      }
    },
    stop,
    forget() {
      written = null;
      finished = null;
      film.clear();
    },
  };
}

/** `1 pass`, `2 passes`. */
export const countPasses = (count: number): string => `${count} ${count === 1 ? 'pass' : 'passes'}`;
