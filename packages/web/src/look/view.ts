/** Look inside: one answer as it is written, and where the model looks for each of its cells. */

import { ANSWER_END, createGrid, formatPrompt, type Grid } from '@lifegpt/core';
import { paintDigits } from '../board/digits.js';
import { currentPalette, onTheme } from '../board/palette.js';
import { paintBoard, paintFrame, paintWrong } from '../board/paint.js';
import { cellAt } from '../board/surface.js';
import { byId, complain, labelButton, onceAFrame, onClick, say, write } from '../elements.js';
import type { OperatedAnswer, WritingEvent } from '../messages.js';
import { MOVES } from '../play/draw.js';
import type { Game } from '../play/game.js';
import { ENGINE, headerOf, MOST_DENSE_CELLS, MOST_LOOK_CELLS } from '../play/setup.js';
import type { Session } from '../session.js';
import { showComputation } from './computation.js';
import { createExplorer } from './explore.js';
import { createFilm } from './film.js';
import { countEdits, HEALTHY, type Surgery } from './surgery.js';
import { createTheatre } from './theatre.js';

/** The Look view. */
export interface LookView {
  /** Shows the game's board, if it is another one than before. */
  show(): void;
  /** What is changed inside the model. */
  surgery(): Surgery;
  /** Changes that a link brings, for the board and the model that are shown next. */
  expect(surgery: Surgery): void;
}

/** A changed model writes when nothing was changed for so long. */
const MILLISECONDS_OF_REST = 40;
const FIRST_SAYS =
  'What is changed here changes what is computed and written at once. The Play view goes on with the model that ships.';

const CELLS: Readonly<Record<string, number>> = { '0': 0, '1': 1 };

/** What the Look view is made of. */
export interface LookOptions {
  readonly session: Session;
  readonly game: Game;
  /** Whether a model is on its way. */
  readonly isAwaited: () => boolean;
  /** Something inside the model was changed. */
  readonly onOperate: () => void;
}

/** Makes the Look view work. */
export function createLookView({ session, game, isAwaited, onOperate }: LookOptions): LookView {
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
  /** What the changed model writes; null where nothing is changed. */
  let operated: OperatedAnswer | null = null;
  let truth: Grid | null = null;
  let operating: AbortController | null = null;
  /** Changes that a link brought. */
  let expected: Surgery | null = null;
  let operatedPlayer: string | null = null;
  /** The digit of the given board that the keyboard is at. */
  let cursor: number | null = null;
  const theatre = createTheatre(() => {
    onOperate();
    operate();
  });
  const explorer = createExplorer({
    canvas: answer,
    session,
    game,
    board: () => given,
    answer: () => operated?.grid ?? finished,
    surgery: theatre.surgery,
    onRead(seen) {
      const { topology } = game.setup();
      const bounds = { topology, width: given.width, height: given.height };
      theatre.show(seen && { bounds, grid: given, seen });
      showComputation(seen?.inspected.reading ?? null);
      draw();
    },
    onPress(cell) {
      if (!theatre.flips()) return false;
      const inspected = explorer.seen()?.inspected;
      if (inspected !== undefined) theatre.flip(inspected.firstAnswer + cell);
      return true;
    },
  });

  function paint(): void {
    if (byId('view-look').hidden) return;
    const { width, height, cells } = given;
    const digits = Array.from(cells, String);
    const seen = explorer.seen();
    /** The changed tokens of a board that begins there. */
    const changesFrom = (first: number | undefined): { cell: number; piece: string }[] =>
      theatre
        .surgery()
        .tokens.map(({ at, piece }) => ({ cell: at - (first ?? Infinity), piece }))
        .filter(({ cell }) => cell >= 0 && cell < cells.length);
    const changed = changesFrom(seen?.inspected.firstCell);
    for (const { cell, piece } of changed) digits[cell] = piece;
    const read = paintDigits(prompt, {
      width,
      height,
      digits,
      decided: cells.length,
      marked: changed.map(({ cell }) => cell),
      ...(seen === null ? {} : { tint: seen.tint }),
    });
    if (read !== null && cursor !== null && document.activeElement === prompt)
      paintFrame(read, cursor, currentPalette().ink, 1 / 8);
    if (operated !== null) return paintOperated(operated, changesFrom(seen?.inspected.firstAnswer));
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

  /** The answer of a changed model, with its wrong cells, beside the truth. */
  function paintOperated(
    { grid, alive }: OperatedAnswer,
    changed: readonly { readonly cell: number }[],
  ): void {
    const seen = explorer.seen();
    const surface = paintDigits(answer, {
      width: grid.width,
      height: grid.height,
      digits: Array.from(grid.cells, String),
      decided: grid.cells.length,
      marked: changed.map(({ cell }) => cell),
      ...(confidence.checked ? { tint: doubts(alive) } : {}),
    });
    if (surface !== null && truth !== null) paintWrong(surface, grid, truth);
    if (surface !== null && seen !== null)
      paintFrame(surface, seen.cell, currentPalette().heat, 1 / 6);
    if (truth !== null) paintBoard(byId<HTMLCanvasElement>('look-truth'), truth);
    writeText();
  }

  function strategy(): 'jacobi' | 'greedy' {
    const chosen = document.querySelector<HTMLInputElement>('input[name=strategy]:checked');
    return chosen?.value === 'greedy' ? 'greedy' : 'jacobi';
  }

  /** The prompt and the answer; what may still change is faint. */
  function writeText(): void {
    const text = byId('look-text');
    const own = operated && [...Array.from(operated.grid.cells, String), ANSWER_END];
    const pieces = own ?? written?.pieces ?? [];
    const decided = own?.length ?? written?.decided ?? 0;
    const mark = document.createElement('mark');
    mark.textContent = pieces.slice(0, decided).join('');
    const open = document.createElement('i');
    open.textContent = strategy() === 'greedy' ? '…' : pieces.slice(decided).join('') || '…';
    text.replaceChildren(readPromptText(), mark);
    if (decided < pieces.length || pieces.length === 0) text.append(open);
  }

  /** The prompt, with the tokens that were changed. */
  function readPromptText(): string {
    const inspected = explorer.seen()?.inspected;
    if (inspected === undefined || theatre.surgery().tokens.length === 0)
      return formatPrompt(given, game.promptHeader());
    const { tokens, firstAnswer, reading } = inspected;
    return Array.from(tokens.subarray(0, firstAnswer), (id) => reading.logits[id]!.piece).join('');
  }

  /** Lets the changed model write, if something is changed. */
  function operate(): void {
    operating?.abort();
    operating = null;
    const surgery = theatre.surgery();
    const isChanged = countEdits(surgery) > 0;
    if (!isChanged || finished === null) {
      operated = null;
      truth = null;
    }
    byId('look-truth-figure').hidden = truth === null;
    write('operated-says', FIRST_SAYS);
    if (finished === null) return draw();
    complain('look-problem', '');
    explorer.read();
    if (isChanged && given.cells.length > MOST_DENSE_CELLS) {
      write(
        'operated-says',
        `The whole answer of a changed model is followed on boards of up to ${MOST_DENSE_CELLS} cells, such as 48 × 48. Here it is the cell that you look at; the board beside it is by the model that ships.`,
      );
    } else if (isChanged) {
      // a head that is dragged asks more often than a board is written
      const own = (operating = new AbortController());
      setTimeout(() => {
        if (operating === own) void followAnswer(own, finished!, surgery);
      }, MILLISECONDS_OF_REST);
    }
    draw();
  }

  async function followAnswer(own: AbortController, before: Grid, surgery: Surgery): Promise<void> {
    const setup = game.setup();
    const all = given.cells.length;
    try {
      const result = await session.call(
        'operate',
        { model: setup.player, header: headerOf(setup), grid: given, answer: before, surgery },
        {
          signal: own.signal,
          onEvent(event) {
            if (operating !== own) return;
            // a later pass begins with what the first one wrote
            operated = event;
            write('look-progress', `${event.written} of ${all} cells, pass ${event.passes}`);
            draw();
          },
        },
      );
      if (operating !== own) return;
      operating = null;
      operated = result.answer;
      truth = result.truth;
      sayOperated(result.answer, result.truth, before, result.seconds);
      byId('look-truth-figure').hidden = false;
      explorer.read(); // its answer is part of the text that the cell was written in
      draw();
    } catch (error) {
      if (operating === own) complain('look-problem', (error as Error).message);
    }
  }

  function sayOperated(own: OperatedAnswer, right: Grid, before: Grid, seconds: number): void {
    const { grid, passes, isSettled, minMargin } = own;
    const count = (other: Grid): number =>
      grid.cells.reduce((sum, cell, k) => sum + (cell === other.cells[k] ? 0 : 1), 0);
    const [wrong, others] = [count(right), count(before)];
    write('look-wrong', wrong === 0 ? 'no cell wrong' : `${wrong} wrong`);
    write(
      'look-progress',
      `${passes} ${passes === 1 ? 'pass' : 'passes'}, ${Math.round(1000 * seconds)} ms`,
    );
    write(
      'operated-says',
      `It writes ${wrong} of ${grid.cells.length} cells wrong, ${others} other than before; the least margin is ${minMargin.toFixed(2)} nats.${
        isSettled ? '' : ` After ${passes} passes the answer still changes.`
      }`,
    );
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
      if (!byId('view-look').hidden)
        say(`${tokens} tokens written in ${passes}, ${Math.round(1000 * seconds)} ms.`);
      operate();
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
    operating?.abort();
    operating = null;
    operated = null;
    truth = null;
    byId('look-truth-figure').hidden = true;
    cursor = null;
    film.clear();
    explorer.forget();
    byId<HTMLButtonElement>('take').disabled = true;
    write('look-progress', `…${ANSWER_END}`);
    draw();
  }

  onClick('write', writeAnswer);
  onClick('take', () => {
    const next = operated?.grid ?? finished;
    if (next === null) return;
    game.place(next);
    given = next;
    theatre.reset({ ...theatre.surgery(), tokens: [] });
    forget();
  });
  prompt.addEventListener('click', (event) => {
    const cell = cellAt(prompt, event);
    if (cell !== null) pressGiven(cell, theatre.flips());
  });
  prompt.addEventListener('keydown', (event) => {
    const { width, height } = given;
    const at = cursor ?? 0;
    const move = MOVES[event.key];
    if (move !== undefined) {
      const row = (Math.floor(at / width) + move[0] + height) % height;
      pressGiven(row * width + (((at % width) + move[1] + width) % width), false);
    } else if (event.key === 'Enter' || event.key === ' ') pressGiven(at, true);
    else return;
    event.preventDefault();
  });
  for (const event of ['focus', 'blur']) prompt.addEventListener(event, draw);

  /** A digit of the given board is looked at, or changed. */
  function pressGiven(cell: number, flips: boolean): void {
    cursor = cell;
    const inspected = explorer.seen()?.inspected;
    if (inspected === undefined) return draw();
    if (flips) theatre.flip(inspected.firstCell + cell);
    else theatre.lookAt(inspected.firstCell + cell);
    draw();
  }

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
  for (const radio of document.querySelectorAll('input[name=press]')) {
    radio.addEventListener('change', () =>
      byId('view-look').classList.toggle('flips', theatre.flips()),
    );
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
      const setup = game.setup();
      if (grid.cells.length > MOST_LOOK_CELLS && !isEngine) {
        stop();
        given = grid;
        forget();
        byId<HTMLButtonElement>('write').disabled = true;
        return complain(
          'look-problem',
          `Look shows every head’s attention on every cell, and does so for boards of up to ${MOST_LOOK_CELLS} cells, such as 128 × 128; this one has ${grid.cells.length}. Choose a smaller board on Play.`,
        );
      }
      const asked = isEngine ? '' : JSON.stringify([game.setup(), game.sampling().temperature]);
      // only a finished answer to the same question is still one
      if (grid === given && asked === askedFor && finished !== null && expected === null)
        return draw();
      stop();
      if (!isEngine) {
        const now = theatre.surgery();
        // another text has other tokens, another model other heads
        const kept = setup.player === operatedPlayer ? { ...now, tokens: [] } : HEALTHY;
        if (expected !== null || asked !== askedFor || grid !== given)
          theatre.reset(expected ?? kept);
        operatedPlayer = setup.player;
        expected = null;
      }
      given = grid;
      askedFor = asked;
      forget();
      if (!isEngine) void writeAnswer();
    },
    surgery: theatre.surgery,
    expect: (surgery) => (expected = surgery),
  };
}

/** How far from certain the model is, 0 to 1, for each cell. */
function doubts(alive: Float32Array): Float32Array {
  return alive.map((p) => (Number.isNaN(p) ? 0 : 2 * Math.min(p, 1 - p)));
}

function drawSeed(): number {
  return Math.floor(Math.random() * 2 ** 31);
}
