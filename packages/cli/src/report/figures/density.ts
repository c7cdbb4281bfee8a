/** Errors over the order parameter: where broad- and high-entropy training differ. */

import { ruleY } from '@observablehq/plot';
import { DENSITY_BINS } from '../../evaluation/tally.js';
import { BOUND_NOTE, markErrors, placeErrors } from '../error-share.js';
import type { Figure } from '../figure.js';
import { colorModels } from '../model-colors.js';
import { PAPER } from '../paper.js';
import { drawPlot, PAPER_COLOR } from '../plot.js';
import type { ReportData, ReportedModel } from '../report-data.js';

/** Boards that are enough to speak of a curve. */
const ENOUGH_BOARDS = 40;

/** Share of wrong cells against the share of live ones, at the first temperature, for each source that is large enough. */
export function drawDensities({ models, evaluation }: ReportData): Figure[] {
  const colors = colorModels(models);
  return evaluation.oneStep.flatMap(({ tallies }, s) => {
    const [first] = tallies;
    if (first === undefined || first.boards < ENOUGH_BOARDS) return [];
    const { temperature } = first;
    const points = models.flatMap(({ name }) =>
      tallies
        .find((tally) => tally.model === name && tally.temperature === temperature)!
        .densities.map((bin, i) => ({ ...bin, p: (i + 0.5) / DENSITY_BINS }))
        .filter(({ boards }) => boards > 0)
        .map(({ p, wrongCells, cells }) => placeErrors(name, p, wrongCells, cells)),
    );
    const paper = PAPER.overDensity.map(({ cellAccuracy }) => 1 - cellAccuracy);
    return [
      {
        id: `density-${s + 1}`,
        title: `Errors by order parameter: ${first.data}`,
        caption:
          `Temperature ${temperature}, ${first.boards} boards, by the share of live cells in the input, in ` +
          'twentieths. Dashed: the paper’s means over 110 boards with p from 0 to 1 (' +
          PAPER.overDensity
            .map(({ training, cellAccuracy }) => `${training}: ${percent(1 - cellAccuracy)}`)
            .join('; ') +
          `). ${BOUND_NOTE}`,
        svg: drawPlot('share of wrong cells against order parameter', {
          x: { label: 'share of live cells in the input', domain: [0, 1] },
          y: {
            type: 'log',
            label: 'share of wrong cells',
            grid: true,
            ticks: 6,
            tickFormat: '.0e',
          },
          color: colors.scale,
          marks: [
            ruleY(paper, { stroke: PAPER_COLOR, strokeDasharray: '4 3' }),
            ...markErrors(points),
          ],
        }),
        legend: [
          ...models.map((model) => ({ label: describe(model), color: colors.of(model.name) })),
          { label: 'paper', color: PAPER_COLOR },
        ],
      },
    ];
  });
}

/** A model with the order parameters that it was trained on. */
function describe({ name, recipe }: ReportedModel): string {
  if (recipe === null) return name;
  const all = [recipe.densities, ...recipe.stages.map((stage) => stage.densities ?? [])].flat();
  const [low, high] = [Math.min(...all.map(([p]) => p)), Math.max(...all.map(([, p]) => p))];
  return `${name}, trained on p ${low === high ? low : `from ${low} to ${high}`}`;
}

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(2))} %`;
}
