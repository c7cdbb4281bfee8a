/** Lets a changed model write, as soon as nothing more is changed for a moment. */

import type { Grid } from '@lifegpt/core';
import { complain, write } from '../elements.js';
import type { OperatedAnswer } from '../messages.js';
import type { Game } from '../play/game.js';
import { headerOf, MOST_DENSE_CELLS } from '../play/setup.js';
import type { Session } from '../session.js';
import { countEdits, type Surgery } from './surgery.js';

/** What is asked. */
export interface OperationQuestion {
  readonly given: Grid;
  /** What the model writes without changes. */
  readonly healthy: Grid;
  readonly surgery: Surgery;
}

/** The answer of a changed model. */
export interface Operation {
  /** As far as it is written; null where nothing is changed. */
  answer(): OperatedAnswer | null;
  /** Asks anew, in place of what was asked before. */
  ask(question: OperationQuestion): void;
  /** Forgets all answers. */
  forget(): void;
}

/** What it is made of. */
export interface OperationOptions {
  readonly session: Session;
  readonly game: Game;
  /** More of an answer is there. */
  readonly onWrite: () => void;
  /** An answer is complete. */
  readonly onAnswer: (answer: OperatedAnswer, seconds: number) => void;
}

/** A head that is dragged asks more often than boards are written. */
const MILLISECONDS_OF_REST = 40;
/** Said where nothing is changed. */
const FIRST_SAYS =
  'What is changed here changes what is computed and written at once. The Play view goes on with the model that ships.';
/** Behind what a changed model's answer is, where others are drawn. */
export const LIKELIEST = ' A changed model writes its likeliest tokens, whatever the temperature.';
const TOO_LARGE = `The whole answer of a changed model is followed on boards of up to ${MOST_DENSE_CELLS} cells, such as 48 × 48. Here it is the cell that you look at; the board beside it is by the model that ships.`;

/** Nothing is asked yet. */
export function createOperation(options: OperationOptions): Operation {
  const { session, game, onWrite, onAnswer } = options;
  let answer: OperatedAnswer | null = null;
  let asking: AbortController | null = null;

  function stop(): void {
    asking?.abort();
    asking = null;
  }

  async function follow(
    own: AbortController,
    { given, healthy, surgery }: OperationQuestion,
  ): Promise<void> {
    const setup = game.setup();
    try {
      const result = await session.call(
        'operate',
        {
          model: setup.player,
          header: headerOf(setup),
          grid: given,
          answer: healthy,
          surgery,
        },
        {
          signal: own.signal,
          onEvent(event) {
            if (asking !== own) return;
            answer = event;
            write(
              'look-progress',
              `${event.written} of ${given.cells.length} cells, pass ${event.passes}`,
            );
            onWrite();
          },
        },
      );
      if (asking !== own) return;
      asking = null;
      answer = result.answer;
      onAnswer(result.answer, result.seconds);
    } catch (error) {
      if (asking === own) complain('look-problem', (error as Error).message);
    }
  }

  return {
    answer: () => answer,
    ask(question) {
      stop();
      const isChanged = countEdits(question.surgery) > 0;
      const isTooLarge = question.given.cells.length > MOST_DENSE_CELLS;
      write('operated-says', isChanged && isTooLarge ? TOO_LARGE : FIRST_SAYS);
      if (!isChanged || isTooLarge) {
        answer = null;
        return;
      }
      const own = (asking = new AbortController());
      setTimeout(() => {
        if (asking === own) void follow(own, question);
      }, MILLISECONDS_OF_REST);
    },
    forget() {
      stop();
      answer = null;
    },
  };
}
