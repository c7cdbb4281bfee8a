/** The story: six short steps from one cell to a proof, each live and with an address of its own. */

import { CONWAY, createGrid, formatPrompt, TORUS, type Grid } from '@lifegpt/core';
import { STORY_STEPS } from '../address.js';
import { paintDigits, paintTint } from '../board/digits.js';
import { currentPalette, onTheme } from '../board/palette.js';
import { paintBoard, paintFrame, paintLines, paintOverlay } from '../board/paint.js';
import { cellAt, prepareSurface } from '../board/surface.js';
import { byId, complain, onceAFrame, onClick, write } from '../elements.js';
import { averageHeads } from '../look/explore.js';
import { percent, shadeWeights } from '../look/heads.js';
import { HEALTHY } from '../look/surgery.js';
import type { TrainingEvent, WritingEvent } from '../messages.js';
import { FIRST_MODEL } from '../play/setup.js';
import type { Session } from '../session.js';
import { FIRST_KNOBS } from '../train/knobs.js';

/** What the story needs from the page. */
export interface StoryOptions {
  readonly session: Session;
  /** Opens the model of the story. */
  readonly open: () => Promise<unknown>;
  /** Is told of each step that is shown. */
  readonly onStep: () => void;
}

/** The story. */
export interface StoryView {
  /** Shows a step, from 1; the present one when left out. */
  show(step?: number): void;
  step(): number;
  /** Ends what is under way. */
  stop(): void;
}

/** The board of the story: small enough for each digit to be read. */
const SIDE = 8;
const GLIDER = [1, 10, 16, 17, 18].map((k) => k + 18);
/** Steps of the training that is shown. */
const TRAINED_STEPS = 600;

/** Makes the story work. */
export function createStory({ session, open, onStep }: StoryOptions): StoryView {
  const near = byId<HTMLCanvasElement>('story-cell');
  const text = byId<HTMLCanvasElement>('story-text-board');
  const writes = byId<HTMLCanvasElement>('story-writes');
  const looks = byId<HTMLCanvasElement>('story-looks');
  const trains = byId<HTMLCanvasElement>('story-trains');
  let step = 1;
  let around = createGrid(3, 3, Uint8Array.from([1, 0, 0, 0, 0, 1, 0, 1, 0]));
  let board = createGrid(SIDE, SIDE);
  for (const k of GLIDER) board.cells[k] = 1;
  let writing: WritingEvent | null = null;
  let seen: { cell: number; tint: Float32Array } | null = null;
  let trained: TrainingEvent | null = null;
  /** What is under way; another object tells it to end. */
  let work: AbortController | null = null;

  const header = { rule: CONWAY, topology: TORUS };
  const draw = onceAFrame(() => {
    if (byId('view-story').hidden) return;
    [drawCell, drawText, drawWriting, drawLooks, drawTraining][step - 1]?.();
  });

  function drawCell(): void {
    const surface = paintBoard(near, around);
    if (surface !== null) paintFrame(surface, 4, currentPalette().heat, 1 / 12);
    const alive = around.cells[4] === 1;
    const count = around.cells.reduce((sum, cell) => sum + cell) - (alive ? 1 : 0);
    const lives = count === 3 || (alive && count === 2);
    write(
      'story-cell-says',
      `The cell in the middle is ${alive ? 'alive' : 'dead'} and has ${count} live neighbours: it ${
        lives ? (alive ? 'lives on' : 'is born') : alive ? 'dies' : 'stays dead'
      }.`,
    );
  }

  function drawText(): void {
    paintDigits(text, {
      width: SIDE,
      height: SIDE,
      digits: Array.from(board.cells, String),
      decided: board.cells.length,
    });
    write('story-prompt', formatPrompt(board, header));
  }

  function drawWriting(): void {
    const pieces = writing?.pieces ?? [];
    const decided = writing?.decided ?? 0;
    paintDigits(writes, {
      width: SIDE,
      height: SIDE,
      digits: pieces.slice(0, board.cells.length).map((piece, k) => (k < decided ? piece : '')),
      decided,
      marked: decided < board.cells.length ? [decided] : [],
    });
    write(
      'story-written',
      `${pieces.slice(0, decided).join('')}${decided < pieces.length || decided === 0 ? '▌' : ''}`,
    );
  }

  function drawLooks(): void {
    const surface = prepareSurface(looks, SIDE, SIDE);
    if (surface === null) return;
    paintLines(surface);
    if (seen !== null) paintTint(surface, seen.tint, currentPalette().heat);
    const { context, size } = surface;
    context.fillStyle = currentPalette().cell;
    board.cells.forEach((alive, k) => {
      if (alive === 0) return;
      context.beginPath();
      context.arc(((k % SIDE) + 0.5) * size, (Math.floor(k / SIDE) + 0.5) * size, size / 4, 0, 7);
      context.fill();
    });
    if (seen !== null) paintFrame(surface, seen.cell, currentPalette().ink, 1 / 9);
  }

  function drawTraining(): void {
    if (trained?.snapshot == null) return;
    const { written, truth, cell, neighbourhood } = trained.snapshot;
    const surface = paintOverlay(trains, written, truth);
    if (surface !== null) paintFrame(surface, cell, currentPalette().ink, 1 / 10);
    write(
      'story-trained',
      `Step ${trained.step}: loss ${trained.loss.toFixed(3)} nats, ${percent(trained.wrongShare)} of the digits wrong, ${percent(neighbourhood)} of its attention on the nine places.`,
    );
  }

  /** Runs what a step shows; the step before is told to end. */
  async function start(act: (signal: AbortSignal) => Promise<void>): Promise<void> {
    work?.abort();
    const own = (work = new AbortController());
    complain('story-problem', '');
    try {
      await act(own.signal);
    } catch (error) {
      if (!own.signal.aborted) complain('story-problem', (error as Error).message);
    }
  }

  /** Greedy decoding, slowed down: a token a pass. */
  async function writeSlowly(signal: AbortSignal): Promise<void> {
    writing = null;
    draw();
    await open();
    const events: WritingEvent[] = [];
    const request = { model: FIRST_MODEL, header, grid: board, strategy: 'jacobi' };
    await session.call(
      'write',
      { ...request, sampling: { temperature: 0, seed: 0 } },
      { signal, onEvent: (event) => void events.push(event) },
    );
    const last = events.at(-1)!;
    // the fixed point is what writing one by one gives; so it can be shown at the eye's speed
    for (let decided = 1; decided <= last.pieces.length && !signal.aborted; decided++) {
      writing = { ...last, decided };
      draw();
      await new Promise((resolve) => setTimeout(resolve, MILLISECONDS_A_TOKEN));
    }
  }

  async function lookAt(cell: number, signal: AbortSignal): Promise<void> {
    await open();
    const request = { model: FIRST_MODEL, header, grid: board, answer: board, cell };
    const { reading } = await session.call('inspect', { ...request, surgery: HEALTHY });
    const mean = averageHeads(reading.heads);
    if (signal.aborted) return;
    const strongest = [...mean.keys()].sort((a, b) => mean[b]! - mean[a]!).slice(0, 9);
    const near9 = strongest.filter((k) => isNear(k, cell)).length;
    seen = { cell, tint: shadeWeights(mean) };
    write(
      'story-looks-say',
      `To write row ${Math.floor(cell / SIDE) + 1}, column ${(cell % SIDE) + 1}, the heads look most at nine places; ${near9} of them are the cell and its neighbours.`,
    );
    draw();
  }

  async function trainShortly(signal: AbortSignal): Promise<void> {
    trained = null;
    write('story-trained', 'Random numbers, before the first step…');
    const own = new AbortController();
    signal.addEventListener('abort', () => own.abort(), { once: true });
    await session.call(
      'train',
      { knobs: FIRST_KNOBS, resume: false, isKept: false },
      {
        signal: own.signal,
        onEvent(event) {
          trained = { ...event, snapshot: event.snapshot ?? trained?.snapshot ?? null };
          draw();
          if (event.step >= TRAINED_STEPS) own.abort();
        },
      },
    );
  }

  function flip(canvas: HTMLCanvasElement, event: PointerEvent, grid: Grid): Grid {
    const cell = cellAt(canvas, event);
    if (cell === null) return grid;
    const cells = grid.cells.slice();
    cells[cell] = 1 - cells[cell]!;
    return createGrid(grid.width, grid.height, cells);
  }

  function show(next = step): void {
    if (next !== step) work?.abort();
    step = Math.min(STORY_STEPS, Math.max(1, next));
    for (let each = 1; each <= STORY_STEPS; each++) {
      byId(`story-${each}`).hidden = each !== step;
      byId(`story-to-${each}`).setAttribute('aria-current', each === step ? 'step' : 'false');
    }
    byId<HTMLButtonElement>('story-back').disabled = step === 1;
    byId<HTMLButtonElement>('story-next').disabled = step === STORY_STEPS;
    draw();
    onStep();
    if (byId('view-story').hidden) return;
    if (step === 3) void start(writeSlowly);
    if (step === 4) void start((signal) => lookAt(27, signal));
  }

  near.addEventListener('click', (event) => {
    around = flip(near, event as PointerEvent, around);
    draw();
  });
  text.addEventListener('click', (event) => {
    board = flip(text, event as PointerEvent, board);
    draw();
  });
  looks.addEventListener('click', (event) => {
    const cell = cellAt(looks, event);
    if (cell !== null) void start((signal) => lookAt(cell, signal));
  });
  onClick('story-again', () => start(writeSlowly));
  onClick('story-train', () => start(trainShortly));
  onClick('story-back', () => show(step - 1));
  onClick('story-next', () => show(step + 1));
  for (let each = 1; each <= STORY_STEPS; each++) onClick(`story-to-${each}`, () => show(each));
  onTheme(draw);
  new ResizeObserver(draw).observe(byId('view-story'));
  return { show, step: () => step, stop: () => work?.abort() };
}

const MILLISECONDS_A_TOKEN = 45;

/** Whether two places are one or neighbours, on the torus of the story. */
function isNear(a: number, b: number): boolean {
  const apart = (x: number, y: number): number => {
    const d = Math.abs(x - y);
    return Math.min(d, SIDE - d);
  };
  const rows = apart(Math.floor(a / SIDE), Math.floor(b / SIDE));
  return rows <= 1 && apart(a % SIDE, b % SIDE) <= 1;
}
