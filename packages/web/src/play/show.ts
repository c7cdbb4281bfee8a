/** Shows the game: boards, figures, text and chart follow its present moment. */

import { ANSWER_END, countAlive, formatCells, formatPrompt } from '@lifegpt/core';
import type { Comparison } from '../address.js';
import { currentPalette, onTheme } from '../board/palette.js';
import { paintBoard, paintDifference, paintFrame, paintOverlay } from '../board/paint.js';
import type { Surface } from '../board/surface.js';
import { createChart } from '../chart.js';
import { byId, onceAFrame, write } from '../elements.js';
import type { Viewport } from '../board/viewport.js';
import type { BoardCursor } from './draw.js';
import type { Box } from './edit.js';
import type { Game } from './game.js';
import type { Selection } from './selection.js';
import { ENGINE } from './setup.js';
import type { Moment } from './timeline.js';

/** Cells of a board whose text is shown whole. */
const LONG_TEXT = 32 * 32;

/** Keeps the Play view in step with the game. */
export interface GameView {
  /** Draws before the next frame. */
  draw(): void;
  compare(comparison: Comparison): void;
}

/** What is shown. */
export interface GameViewOptions {
  readonly game: Game;
  readonly viewport: Viewport;
  readonly selection: Selection;
  /** Whether the engine plays only until a model has come, whose boards have their places already. */
  readonly isAwaiting: () => boolean;
}

/** Shows a game in the Play view. */
export function showGame({ game, viewport, selection, isAwaiting }: GameViewOptions): GameView & {
  follow(cursor: BoardCursor): void;
} {
  const [model, truth] = ['board-model', 'board-truth'].map((id) => byId<HTMLCanvasElement>(id));
  let comparison: Comparison = 'side';
  let cursor: BoardCursor | null = null;
  const chart = createChart(byId('chart'), {
    x: 'generation',
    left: { label: 'wrong cells', atLeast: 5 },
    right: { label: 'population', atLeast: 10 },
    series: [
      { label: 'Wrong cells', colour: 'wrong', axis: 'left', filled: true },
      { label: 'Population', colour: 'cell', axis: 'right', dashes: [6, 4] },
    ],
  });
  const draw = onceAFrame(() => {
    if (byId('view-play').hidden) return;
    const moment = game.timeline().current();
    paint(moment);
    describePlayer(game);
    writeFigures(moment, game);
    plot();
  });

  const isAlone = (): boolean => game.setup().player === ENGINE && !isAwaiting();

  function paint({ grid, truth: right, generation, population, wrongCells }: Moment): void {
    const isEngine = game.setup().player === ENGINE;
    viewport.fit(grid.width, grid.height);
    const view = viewport.view();
    const isDifference = comparison === 'difference' && !isEngine;
    const surface = (isDifference ? paintDifference : paintOverlay)(model!, grid, right, view);
    if (comparison === 'side' && !isAlone()) paintBoard(truth!, right, view);
    if (!game.isRunning()) describe();
    if (surface === null) return;
    const cell = cursor?.cell() ?? null;
    const box = selection.box();
    if (box !== null) paintBox(surface, box);
    if (cell !== null) paintFrame(surface, cell, currentPalette().heat);

    /** For those who hear it: a canvas says nothing by itself. */
    function describe(): void {
      const name = isEngine ? 'The board' : 'LifeGPT’s board';
      const keys = 'arrow keys move, space or enter changes a cell';
      const sizes = `${grid.width} × ${grid.height}, ${population} live cells`;
      model!.setAttribute('aria-label', `${name}, ${sizes}: ${keys}`);
      const agrees = wrongCells === 0 ? 'the same as' : `in ${wrongCells} cells other than`;
      // counting millions of cells takes its time
      const alive = wrongCells === 0 ? population : countAlive(right);
      const text = `The true board, generation ${generation}: ${alive} live cells, ${agrees} LifeGPT’s`;
      truth!.setAttribute('aria-label', text);
    }
  }

  function plot(): void {
    const past = thinOut(game.timeline().past());
    chart.show([
      past.map(({ generation }) => generation),
      past.map(({ wrongCells }) => wrongCells),
      past.map(({ population }) => population),
    ]);
  }

  game.listen(draw);
  viewport.listen(draw);
  selection.listen(draw);
  onTheme(draw);
  new ResizeObserver(draw).observe(byId('boards'));
  return {
    draw,
    compare(value) {
      comparison = value;
      const isSingle = comparison !== 'side' || isAlone();
      byId('boards').classList.toggle('single', isSingle);
      draw();
    },
    follow: (value) => void (cursor = value),
  };
}

/** A dashed line around what is selected. */
function paintBox({ context, size }: Surface, { left, top, width, height }: Box): void {
  context.strokeStyle = currentPalette().heat;
  context.lineWidth = Math.max(2, size / 8);
  context.setLineDash([6, 4]);
  context.strokeRect(left * size, top * size, width * size, height * size);
  context.setLineDash([]);
}

/** What is said above the boards: what is true of the player. */
function describePlayer(game: Game): void {
  const card = game.card();
  const lead = card === null ? 'engine' : card.trainedFor.rules === undefined ? 'one' : 'all';
  // all keep their place, so that nothing moves when the player changes
  for (const each of ['engine', 'all', 'one']) byId(`lead-${each}`).inert = each !== lead;
  if (card !== null) write(`parameters-${lead}`, card.parameters.toLocaleString('en'));
  write('name-model', card === null ? 'The engine computes' : 'LifeGPT writes');
}

function writeFigures(moment: Moment, game: Game): void {
  const { generation, population, wrongCells, wrongSoFar, firstDivergence } = moment;
  const isEngine = game.setup().player === ENGINE;
  write('generation', generation.toLocaleString('en'));
  write('population', population.toLocaleString('en'));
  write('wrong', String(wrongCells));
  write('divergence', firstDivergence === null ? 'never' : `at ${firstDivergence}`);
  write(
    'passes',
    moment.forwardPasses === 0
      ? '–'
      : `${moment.tokens.toLocaleString('en')} in ${moment.forwardPasses}`,
  );
  write('period', describePeriod(moment));
  const verdict = byId('verdict');
  const isJudged = generation > 0 && !isEngine;
  verdict.classList.toggle('exact', isJudged && wrongSoFar === 0);
  verdict.classList.toggle('wrong', isJudged && wrongSoFar > 0);
  write('verdict-text', isJudged ? (wrongSoFar === 0 ? 'exact' : `${wrongSoFar} wrong`) : '–');
  write('text', formatText(game, moment));
}

/** Whether a state came back. */
function describePeriod({ period, population }: Moment): string {
  if (population === 0) return 'all dead';
  if (period === null) return '–';
  return period === 1 ? 'still' : `period ${period}`;
}

/** The prompt that the present board was written for, and the answer. */
function formatText(game: Game, { grid }: Moment): string {
  if (game.setup().player === ENGINE)
    return 'The engine computes; it neither reads nor writes text.';
  const before = game.timeline().previous();
  if (grid.cells.length > LONG_TEXT) return 'too long to show';
  const header = game.promptHeader();
  if (before === null) return `${formatPrompt(grid, header)}…`;
  return `${formatPrompt(before.grid, header)}${formatCells(grid)}${ANSWER_END}`;
}

/** At most so many points: more than there are pixels. */
const MAX_POINTS = 1200;

/** Every n-th moment, those with errors kept, so that a long run's chart stays quick. */
function thinOut(moments: readonly Moment[]): readonly Moment[] {
  const every = Math.ceil(moments.length / MAX_POINTS);
  return every === 1
    ? moments
    : moments.filter(({ wrongCells }, i) => i % every === 0 || wrongCells > 0);
}
