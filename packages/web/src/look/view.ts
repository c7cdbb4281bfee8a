/** Look inside: one answer as it is written, and where the model looks for each of its cells. */

import { ANSWER_END, compareGrids, formatPrompt, type Grid } from '@lifegpt/core';
import { onTheme } from '../board/palette.js';
import { cellAt } from '../board/surface.js';
import { byId, complain, onceAFrame, onClick, write } from '../elements.js';
import type { StrategyCard } from '../messages.js';
import { MOVES } from '../play/draw.js';
import type { Game } from '../play/game.js';
import { ENGINE, MOST_LOOK_CELLS } from '../play/setup.js';
import type { Session } from '../session.js';
import { paintLookBoards, type ChangedCell } from './boards.js';
import { showComputation } from './computation.js';
import { createExplorer } from './explore.js';
import { createOperation, LIKELIEST } from './operation.js';
import { createStrategyChoice } from './strategy.js';
import { HEALTHY, type Surgery } from './surgery.js';
import { createTemperature } from './temperature.js';
import { createTheatre } from './theatre.js';
import { countPasses, createWriting } from './writing.js';

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
  const confidence = byId<HTMLInputElement>('confidence');
  const strategies = createStrategyChoice(() => {
    writing.stop();
    forget();
  });
  const temperature = createTemperature(game);
  let given: Grid = game.timeline().current().grid;
  /** The settings that the answer was written under. */
  let askedFor = '';
  const draw = onceAFrame(paint);
  const writing = createWriting({
    session,
    game,
    strategies,
    sampling: temperature.sampling,
    onWrite: draw,
    onFinish() {
      byId<HTMLButtonElement>('take').disabled = false;
      operate();
    },
  });
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
      const finished = writing.finished();
      const wrong = finished === null ? 0 : compareGrids(grid, finished.truth).wrongCells;
      const others = finished === null ? 0 : compareGrids(grid, finished.grid).wrongCells;
      write('look-progress', `${countPasses(passes)}, ${Math.round(1000 * seconds)} ms`);
      write(
        'operated-says',
        `It writes ${wrong} of ${grid.cells.length} cells wrong, ${others} other than before; the least margin is ${minMargin.toFixed(2)} nats.${
          isSettled ? '' : ` After ${passes} passes the answer still changes.`
        }${game.sampling().temperature > 0 ? LIKELIEST : ''}`,
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
    answer: () => operation.answer()?.grid ?? writing.finished()?.grid ?? null,
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
    const written = writing.written();
    const finished = writing.finished();
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
      answer: operated?.grid ?? finished?.grid ?? null,
      truth: finished?.truth ?? null,
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
    const written = writing.written();
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
    const finished = writing.finished();
    if (finished === null) return draw();
    operation.ask({ given, healthy: finished.grid, surgery: theatre.surgery() });
    if (operation.answer() === null) write('look-progress', finished.says);
    complain('look-problem', '');
    explorer.read();
    draw();
  }

  /** Lets the model write, or stops it. */
  function writeAnswer(): void {
    if (writing.isUnderWay()) return writing.stop();
    forget();
    void writing.start(given);
  }

  function forget(): void {
    writing.forget();
    operation.forget();
    cursor = null;
    explorer.forget();
    byId<HTMLButtonElement>('take').disabled = true;
    write('look-progress', `…${ANSWER_END}`);
    draw();
  }

  onClick('write', writeAnswer);
  onClick('take', () => {
    const next = operation.answer()?.grid ?? writing.finished()?.grid;
    if (next === undefined) return;
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

  confidence.addEventListener('change', draw);
  onTheme(draw);
  new ResizeObserver(draw).observe(answer.parentElement!);

  return {
    offer: strategies.offer,
    show() {
      const isEngine = game.setup().player === ENGINE;
      temperature.show();
      byId<HTMLButtonElement>('write').disabled = isEngine;
      complain(
        'look-problem',
        isEngine && !isAwaited() ? 'The engine writes no text; choose a model on Play.' : '',
      );
      const { grid } = game.timeline().current();
      const setup = game.setup();
      if (grid.cells.length > MOST_LOOK_CELLS && !isEngine) {
        writing.stop();
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
      if (grid === given && asked === askedFor && writing.finished() !== null && expected === null)
        return draw();
      writing.stop();
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
      if (!isEngine) writeAnswer();
    },
    surgery: theatre.surgery,
    expect: (surgery) => (expected = surgery),
  };
}

/** How far from certain the model is, 0 to 1, for each cell. */
function doubts(alive: Float32Array): Float32Array {
  return alive.map((p) => (Number.isNaN(p) ? 0 : 2 * Math.min(p, 1 - p)));
}
