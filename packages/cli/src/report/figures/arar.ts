/** Autoregressive runs: errors against generations, and the board at the end. */

import { areaY, lineY, ruleX, text } from '@observablehq/plot';
import { TEN_BOARDS } from '../../option-values.js';
import type { ArarResult } from '../../evaluation/simulate.js';
import type { Figure } from '../figure.js';
import { PAPER } from '../paper.js';
import { drawPlot, PAPER_COLOR, WRONG_COLOR } from '../plot.js';
import { drawBoardMap } from './board-map.js';
import { nameFile } from './margins.js';

/** The two figures of a run. */
export interface RunFigures {
  readonly run: ArarResult;
  readonly curve: Figure;
  readonly board: Figure;
}

/** Steps from which on the axis of generations is logarithmic. */
const LONG_RUN = 500;
/** Points of a curve; between them the largest error counts. */
const POINTS = 400;

/** Draws a run; null for one that has no pictures. */
export function drawRun(run: ArarResult): RunFigures | null {
  if (run.pictures === null) return null;
  const { model, row, name, steps, temperature, seed, firstDivergence, wrongCells } = run;
  const { width, height, last, lastTruth } = run.pictures;
  const sampled = temperature === 0 ? '' : `-t${temperature}-s${seed}`;
  const id = `arar-${nameFile(model)}-${row}${sampled}`;
  const cells = width * height;
  const points = thinErrors(run).map(([generation, wrong]) => ({
    generation,
    share: wrong / cells,
  }));
  const published = run.data === TEN_BOARDS ? undefined : PAPER.arar.divergences[name];
  const marks = published === undefined ? [] : [published];
  return {
    run,
    curve: {
      id,
      title: name,
      caption:
        (firstDivergence === null
          ? `Exact for ${steps} generations.`
          : `First wrong at generation ${firstDivergence}; ${wrongCells} wrong cells in ${steps} generations.`) +
        describeCycle(run),
      svg: drawPlot(`share of wrong cells of ${name} against generations`, {
        height: 190,
        x: {
          type: steps > LONG_RUN ? 'log' : 'linear',
          domain: [1, Math.max(2, steps)],
          label: 'generation',
          ticks: 5,
          tickFormat: (generation: number) => generation.toLocaleString('en'),
        },
        y: {
          label: 'wrong cells',
          domain: [0, Math.max(1, ...points.map(({ share }) => 100 * share))],
          percent: true,
          tickFormat: (percent: number) => `${percent} %`,
          ticks: 3,
          grid: true,
        },
        marks: [
          ruleX(marks, { stroke: PAPER_COLOR, strokeDasharray: '4 3' }),
          text(marks, {
            x: (generation: number) => generation,
            frameAnchor: 'top',
            text: (generation: number) => `paper diverges at ${generation}`,
            textAnchor: 'start',
            dx: 5,
            fill: 'currentColor',
          }),
          areaY(points, {
            x: 'generation',
            y: 'share',
            fill: WRONG_COLOR,
            fillOpacity: 0.2,
            curve: 'step-after',
          }),
          lineY(points, {
            x: 'generation',
            y: 'share',
            stroke: WRONG_COLOR,
            strokeWidth: 2,
            curve: 'step-after',
          }),
        ],
      }),
    },
    board: {
      id: `${id}-end`,
      title: `${name}, generation ${steps}`,
      caption: 'The predicted board; wrong cells orange.',
      svg: drawBoards(width, height, last, lastTruth, name),
    },
  };
}

/** The error at the start, wherever it changes, and at the end; of neighbours the largest. */
function thinErrors({ errors, steps }: ArarResult): (readonly [number, number])[] {
  const size = Math.ceil(errors.length / POINTS);
  const kept: (readonly [number, number])[] = [[1, errors[0]?.[0] === 1 ? errors[0][1] : 0]];
  for (let from = 0; from < errors.length; from += size) {
    const group = errors.slice(from, from + size);
    kept.push([group[0]![0], Math.max(...group.map(([, wrong]) => wrong))]);
  }
  return [...kept, [steps, errors.at(-1)?.[1] ?? 0]];
}

/** Live cells in the colour of the text, wrong ones orange, whether alive or dead. */
function drawBoards(
  width: number,
  height: number,
  last: string,
  truth: string,
  name: string,
): string {
  const places = Array.from(last, (letter, place) => ({ place, alive: letter === '1' }));
  const isWrong = (place: number): boolean => last[place] !== truth[place];
  const right = places.filter(({ place, alive }) => alive && !isWrong(place));
  const wrong = places.filter(({ place }) => isWrong(place));
  const size = { width, height };
  const svg = drawBoardMap(
    `last board of ${name}`,
    size,
    right.map(({ place }) => ({ place, value: 0.85 })),
    'currentColor',
  );
  if (wrong.length === 0) return svg;
  const marked = wrong.map(({ place, alive }) => ({ place, value: alive ? 1 : 0.5 }));
  const over = drawBoardMap(`wrong cells of ${name}`, size, marked, WRONG_COLOR);
  return svg.replace('</svg>', `${over.replace(/^<svg[^>]*>/, '')}`);
}

function describeCycle({ cycle }: ArarResult): string {
  if (cycle === null) return '';
  const { start, period } = cycle;
  return period === 1
    ? ` It stands still from generation ${start} on.`
    : ` It repeats itself every ${period} generations from generation ${start} on.`;
}
