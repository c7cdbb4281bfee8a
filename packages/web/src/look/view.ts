/** Look inside: one answer as it is written, and where the model looks for each of its cells. */

import { ANSWER_END, compareGrids, createGrid, formatPrompt, type Grid } from '@lifegpt/core';
import { onTheme } from '../board/palette.js';
import { cellAt } from '../board/surface.js';
import { byId, complain, labelButton, onceAFrame, onClick, say, write } from '../elements.js';
import type { StrategyCard, WritingEvent } from '../messages.js';
import { MOVES } from '../play/draw.js';
import type { Game } from '../play/game.js';
import { ENGINE, headerOf, MOST_DENSE_CELLS, MOST_LOOK_CELLS } from '../play/setup.js';
import type { Session } from '../session.js';
import { paintLookBoards, type ChangedCell } from './boards.js';
import { showComputation } from './computation.js';
import { createExplorer } from './explore.js';
import { createFilm } from './film.js';
import { createOperation } from './operation.js';
import { createStrategyChoice } from './strategy.js';
import { HEALTHY, type Surgery } from './surgery.js';
import { createTheatre } from './theatre.js';

/** The Look view. */
export interface LookView {
  /** The ways to write that there are. */
  offer(strategies: readonly StrategyCard[]): void;
  /** Shows the game's board, if it is another one than before. */
  show(): void;
  /** What is changed inside the model. */
  surgery(): Surgery;
  /** Changes that a link brings, for the board and the model that are shown next. */
  expect(surgery: Surgery): void;
}

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
  const strategies = createStrategyChoice(() => {
    stop();
    forget();
  });
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
  /** The true next state. */
  let truth: Grid | null = null;
  /** How the finished answer came about. */
  let finishedSays = '';
  /** Changes that a link brought. */
  let expected: Surgery | null = null;
  let operatedPlayer: string | null = null;
  /** The digit of the given board that the keyboard is at. */
  let cursor: number | null = null;
  const theatre = createTheatre(() => {
    onOperate();
    operate();
  });
  const operation = createOperation({
    session,
    game,
    onWrite: draw,
    onAnswer({ grid, passes, isSettled, minMargin }, seconds) {
      const wrong = truth === null ? 0 : compareGrids(grid, truth).wrongCells;
      const others = finished === null ? 0 : compareGrids(grid, finished).wrongCells;
      write('look-progress', `${countPasses(passes)}, ${Math.round(1000 * seconds)} ms`);
      write(
        'operated-says',
        `It writes ${wrong} of ${grid.cells.length} cells wrong, ${others} other than before; the least margin is ${minMargin.toFixed(2)} nats.${
          isSettled ? '' : ` After ${passes} passes the answer still changes.`
        }`,
      );
      explorer.read(); // its answer is part of the text that the cell was written in
      draw();
    },
  });
  const explorer = createExplorer({
    canvas: answer,
    session,
    game,
    board: () => given,
    answer: () => operation.answer()?.grid ?? finished,
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
    const seen = explorer.seen();
    const operated = operation.answer();
    const pieces = written?.pieces.slice(0, given.cells.length) ?? [];
    // what is not decided was guessed, or was not written yet
    const isOpen = (k: number): boolean => k >= written!.decided && !strategies.chosen().isGuessing;
    const shown = pieces.map((piece, k) => (isOpen(k) ? '' : piece));
    const alive = operated?.alive ?? written?.alive;
    paintLookBoards({
      given,
      changed: changesFrom(seen?.inspected.firstCell),
      cursor: document.activeElement === prompt ? cursor : null,
      seen,
      digits: operated === null ? shown : Array.from(operated.grid.cells, String),
      decided: operated === null ? (written?.decided ?? 0) : given.cells.length,
      changedAnswer: changesFrom(seen?.inspected.firstAnswer),
      doubts: confidence.checked && alive !== undefined ? doubts(alive) : null,
      answer: operated?.grid ?? finished,
      truth,
    });
    writeText();
  }

  /** The changed tokens of a board that begins there. */
  function changesFrom(first: number | undefined): ChangedCell[] {
    return theatre
      .surgery()
      .tokens.map(({ at, piece }) => ({ cell: at - (first ?? Infinity), piece }))
      .filter(({ cell }) => cell >= 0 && cell < given.cells.length);
  }

  /** The prompt and the answer; what may still change is faint. */
  function writeText(): void {
    const text = byId('look-text');
    const operated = operation.answer();
    const own = operated && [...Array.from(operated.grid.cells, String), ANSWER_END];
    const pieces = own ?? written?.pieces ?? [];
    const decided = own?.length ?? written?.decided ?? 0;
    const mark = document.createElement('mark');
    mark.textContent = pieces.slice(0, decided).join('');
    const open = document.createElement('i');
    const isGuessed = decided < pieces.length && strategies.chosen().isGuessing;
    open.textContent = isGuessed ? pieces.slice(decided).join('') : '…';
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
    if (finished === null) return draw();
    operation.ask({ given, healthy: finished, surgery: theatre.surgery() });
    if (operation.answer() === null) write('look-progress', finishedSays);
    complain('look-problem', '');
    explorer.read();
    draw();
  }

  async function writeAnswer(): Promise<void> {
    if (writing !== null) return stop();
    const own = new AbortController();
    writing = own;
    forget();
    labelButton('write', 'stop', 'Stop');
    complain('look-problem', '');
    // a large board is written near, in no passes that could be shown
    const { name: strategy, isGuessing } = strategies.chosen();
    const isFilmed = isGuessing && given.cells.length <= MOST_DENSE_CELLS;
    const { width, height } = given;
    const setup = game.setup();
    const model = setup.player;
    if (isFilmed) film.start(given);
    const value = temperature.valueAsNumber;
    const sampling = { temperature: value, seed: value === 0 ? 0 : drawSeed() };
    try {
      const result = await session.call(
        'write',
        { model, header: headerOf(setup), grid: given, strategy, sampling },
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
            if (isFilmed) {
              const cells = Uint8Array.from(pieces.slice(0, width * height), (p) => CELLS[p] ?? 0);
              film.add(forwardPasses, createGrid(width, height, cells));
            }
            draw();
          },
        },
      );
      if (writing !== own) return;
      const { rule, topology } = setup;
      const right = await session.call('simulate', { grid: given, rule, topology, generations: 1 });
      if (writing !== own) return;
      finished = result.grid;
      truth = right.truth;
      byId<HTMLButtonElement>('take').disabled = false;
      const { tokens, forwardPasses, seconds } = result;
      const how = `in ${countPasses(forwardPasses)}, ${Math.round(1000 * seconds)} ms`;
      finishedSays = `${tokens} tokens ${how}`;
      write('look-progress', finishedSays);
      if (!byId('view-look').hidden) say(`${tokens} tokens written ${how}.`);
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
    operation.forget();
    truth = null;
    cursor = null;
    film.clear();
    explorer.forget();
    byId<HTMLButtonElement>('take').disabled = true;
    write('look-progress', `…${ANSWER_END}`);
    draw();
  }

  onClick('write', writeAnswer);
  onClick('take', () => {
    const next = operation.answer()?.grid ?? finished;
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
  onTheme(draw);
  new ResizeObserver(draw).observe(answer.parentElement!);

  return {
    offer: strategies.offer,
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

const countPasses = (count: number): string => `${count} ${count === 1 ? 'pass' : 'passes'}`;

function drawSeed(): number {
  return Math.floor(Math.random() * 2 ** 31);
}
