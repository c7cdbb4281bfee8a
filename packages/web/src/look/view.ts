/** Look inside: one answer as it is written, and where the model looks for each of its cells. */

import { ANSWER_END, createGrid, formatPrompt, type Grid } from '@lifegpt/core';
import { paintDigits } from '../board/digits.js';
import { currentPalette, onTheme } from '../board/palette.js';
import { paintFrame } from '../board/paint.js';
import { byId, complain, labelButton, onceAFrame, onClick, say, write } from '../elements.js';
import type { WritingEvent } from '../messages.js';
import type { Game } from '../play/game.js';
import { ENGINE, headerOf } from '../play/setup.js';
import type { Session } from '../session.js';
import { createExplorer } from './explore.js';
import { createFilm } from './film.js';

/** The Look view. */
export interface LookView {
  /** Shows the game's board, if it is another one than before. */
  show(): void;
}

const CELLS: Readonly<Record<string, number>> = { '0': 0, '1': 1 };

/**
 * Makes the Look view work.
 * @param isAwaited whether a model is on its way
 */
export function createLookView(session: Session, game: Game, isAwaited: () => boolean): LookView {
  const prompt = byId<HTMLCanvasElement>('look-prompt');
  const answer = byId<HTMLCanvasElement>('look-answer');
  const temperature = byId<HTMLInputElement>('temperature');
  const confidence = byId<HTMLInputElement>('confidence');
  const film = createFilm(byId('film'));
  let given: Grid = game.timeline().current().grid;
  /** The answer so far; null while nothing is written. */
  let written: WritingEvent | null = null;
  let finished: Grid | null = null;
  let writing: AbortController | null = null;
  /** The settings that the answer was written under. */
  let askedFor = '';
  /** Of one drag of the slider. */
  let gesture: object | undefined;
  const draw = onceAFrame(paint);
  const explorer = createExplorer({
    canvas: answer,
    session,
    game,
    board: () => given,
    answer: () => finished,
    onChange: draw,
  });

  function paint(): void {
    if (byId('view-look').hidden) return;
    const { width, height, cells } = given;
    const digits = Array.from(cells, String);
    const seen = explorer.seen();
    paintDigits(prompt, {
      width,
      height,
      digits,
      decided: cells.length,
      ...(seen === null ? {} : { tint: seen.tint }),
    });
    const pieces = written?.pieces.slice(0, cells.length) ?? [];
    // greedy decoding has not written what is not decided; Jacobi has guessed it
    const isGreedy = strategy() === 'greedy';
    const shown = pieces.map((piece, k) => (isGreedy && k >= written!.decided ? '' : piece));
    const surface = paintDigits(answer, {
      width,
      height,
      digits: shown,
      decided: written?.decided ?? 0,
      ...(confidence.checked && written !== null ? { tint: doubts(written.alive) } : {}),
    });
    if (surface !== null && seen !== null)
      paintFrame(surface, seen.cell, currentPalette().heat, 1 / 6);
    writeText();
  }

  function strategy(): 'jacobi' | 'greedy' {
    const chosen = document.querySelector<HTMLInputElement>('input[name=strategy]:checked');
    return chosen?.value === 'greedy' ? 'greedy' : 'jacobi';
  }

  /** The prompt and the answer; what may still change is faint. */
  function writeText(): void {
    const text = byId('look-text');
    const pieces = written?.pieces ?? [];
    const decided = written?.decided ?? 0;
    const mark = document.createElement('mark');
    mark.textContent = pieces.slice(0, decided).join('');
    const open = document.createElement('i');
    open.textContent = strategy() === 'greedy' ? '…' : pieces.slice(decided).join('') || '…';
    text.replaceChildren(formatPrompt(given, game.promptHeader()), mark);
    if (decided < pieces.length || pieces.length === 0) text.append(open);
  }

  async function writeAnswer(): Promise<void> {
    if (writing !== null) return stop();
    const own = new AbortController();
    writing = own;
    forget();
    labelButton('write', 'stop', 'Stop');
    complain('look-problem', '');
    const isJacobi = strategy() === 'jacobi';
    const { width, height } = given;
    const setup = game.setup();
    const model = setup.player;
    if (isJacobi) film.start(given);
    const value = temperature.valueAsNumber;
    const sampling = { temperature: value, seed: value === 0 ? 0 : drawSeed() };
    try {
      const result = await session.call(
        'write',
        { model, header: headerOf(setup), grid: given, strategy: strategy(), sampling },
        {
          signal: own.signal,
          onEvent(event) {
            if (writing !== own) return; // of an answer that nobody waits for any more
            written = event;
            const { decided, pieces, forwardPasses } = event;
            write(
              'look-progress',
              `${decided} of ${pieces.length} tokens decided, pass ${forwardPasses}`,
            );
            if (isJacobi) {
              const cells = Uint8Array.from(pieces.slice(0, width * height), (p) => CELLS[p] ?? 0);
              film.add(forwardPasses, createGrid(width, height, cells));
            }
            draw();
          },
        },
      );
      if (writing !== own) return;
      finished = result.grid;
      byId<HTMLButtonElement>('take').disabled = false;
      const { tokens, forwardPasses, seconds } = result;
      const passes = `${forwardPasses} ${forwardPasses === 1 ? 'pass' : 'passes'}`;
      write('look-progress', `${tokens} tokens in ${passes}, ${Math.round(1000 * seconds)} ms`);
      say(`${tokens} tokens written in ${passes}, ${Math.round(1000 * seconds)} ms.`);
      draw();
    } catch (error) {
      if (writing === own) complain('look-problem', (error as Error).message);
    } finally {
      if (writing === own) stop();
    }
  }

  /** Ends the answer under way; nothing of it arrives any more. */
  function stop(): void {
    writing?.abort();
    writing = null;
    labelButton('write', 'run', 'Write');
  }

  function forget(): void {
    written = null;
    finished = null;
    film.clear();
    explorer.forget();
    byId<HTMLButtonElement>('take').disabled = true;
    write('look-progress', `…${ANSWER_END}`);
    draw();
  }

  onClick('write', writeAnswer);
  onClick('take', () => {
    if (finished === null) return;
    game.place(finished);
    given = finished;
    forget();
  });
  temperature.addEventListener('input', () => {
    write('temperature-text', temperature.value);
    gesture ??= {};
    game.setSampling({ temperature: temperature.valueAsNumber, seed: drawSeed() }, gesture);
  });
  temperature.addEventListener('change', () => (gesture = undefined));
  confidence.addEventListener('change', draw);
  for (const radio of document.querySelectorAll('input[name=strategy]')) {
    radio.addEventListener('change', forget);
  }
  onTheme(draw);
  new ResizeObserver(draw).observe(answer.parentElement!);

  return {
    show() {
      const isEngine = game.setup().player === ENGINE;
      temperature.value = String(game.sampling().temperature);
      write('temperature-text', temperature.value);
      byId<HTMLButtonElement>('write').disabled = isEngine;
      complain(
        'look-problem',
        isEngine && !isAwaited() ? 'The engine writes no text; choose a model on Play.' : '',
      );
      const { grid } = game.timeline().current();
      const asked = isEngine ? '' : JSON.stringify([game.setup(), game.sampling().temperature]);
      // only a finished answer to the same question is still one
      if (grid === given && asked === askedFor && finished !== null) return draw();
      stop();
      given = grid;
      askedFor = asked;
      forget();
      if (!isEngine) void writeAnswer();
    },
  };
}

/** How far from certain the model is, 0 to 1, for each cell. */
function doubts(alive: Float32Array): Float32Array {
  return alive.map((p) => (Number.isNaN(p) ? 0 : 2 * Math.min(p, 1 - p)));
}

function drawSeed(): number {
  return Math.floor(Math.random() * 2 ** 31);
}
