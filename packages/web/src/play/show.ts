/** Shows the game: boards, figures, text and chart follow its present moment. */

import { formatCells, formatPrompt, ANSWER_END } from '@lifegpt/core';
import type { Comparison } from '../address.js';
import { currentPalette, onTheme } from '../board/palette.js';
import { paintBoard, paintDifference, paintFrame, paintOverlay } from '../board/paint.js';
import { createChart } from '../chart.js';
import { byId, onceAFrame, write } from '../elements.js';
import type { BoardCursor } from './draw.js';
import type { Game } from './game.js';
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

/** Shows a game in the Play view. */
export function showGame(game: Game): GameView & { follow(cursor: BoardCursor): void } {
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
    writeFigures(moment, game);
    plot();
  });

  function paint({ grid, truth: right }: Moment): void {
    const isEngine = game.setup().player === ENGINE;
    if (isEngine || comparison === 'side') paintOverlay(model!, grid, right);
    else if (comparison === 'overlay') paintOverlay(model!, grid, right);
    else paintDifference(model!, grid, right);
    if (comparison === 'side' && !isEngine) paintBoard(truth!, right);
    const cell = cursor?.cell() ?? null;
    if (cell !== null) paintCursor(model!, cell, grid.width);
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
  onTheme(draw);
  new ResizeObserver(draw).observe(byId('boards'));
  return {
    draw,
    compare(value) {
      comparison = value;
      const isSingle = comparison !== 'side' || game.setup().player === ENGINE;
      byId('boards').classList.toggle('single', isSingle);
      draw();
    },
    follow: (value) => void (cursor = value),
  };
}

function paintCursor(canvas: HTMLCanvasElement, cell: number, width: number): void {
  const size = canvas.width / width;
  const surface = { context: canvas.getContext('2d')!, size, width, height: canvas.height / size };
  paintFrame(surface, cell, currentPalette().heat);
}

function writeFigures(moment: Moment, game: Game): void {
  const { generation, population, wrongCells, wrongSoFar, firstDivergence } = moment;
  const isEngine = game.setup().player === ENGINE;
  write('generation', generation.toLocaleString('en'));
  write('population', population.toLocaleString('en'));
  write('wrong', String(wrongCells));
  write('divergence', firstDivergence === null ? 'never' : `at ${firstDivergence}`);
  write('passes', moment.forwardPasses === 0 ? '–' : `${moment.tokens} in ${moment.forwardPasses}`);
  const verdict = byId('verdict');
  const isJudged = generation > 0 && !isEngine;
  verdict.classList.toggle('exact', isJudged && wrongSoFar === 0);
  verdict.classList.toggle('wrong', isJudged && wrongSoFar > 0);
  write('verdict-text', isJudged ? (wrongSoFar === 0 ? 'exact' : `${wrongSoFar} wrong`) : '–');
  write('text', formatText(game, moment));
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
