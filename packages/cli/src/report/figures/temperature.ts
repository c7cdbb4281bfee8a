/** Errors by temperature, beside the paper's, and by training time where checkpoints are compared. */

import { text } from '@observablehq/plot';
import { listTallies } from '../../evaluation/outcome.js';
import { BOUND_NOTE, markErrors, placeErrors, type ErrorPoint } from '../error-share.js';
import type { Figure } from '../figure.js';
import { colorModels } from '../model-colors.js';
import { PAPER } from '../paper.js';
import { drawPlot, PAPER_COLOR, SERIES_COLORS } from '../plot.js';
import type { ReportData } from '../report-data.js';

const Y = {
  type: 'log',
  label: 'share of wrong cells',
  grid: true,
  ticks: 6,
  tickFormat: '.0e',
} as const;

/** One figure a source of boards that was evaluated at several temperatures. */
export function drawTemperatures({ models, evaluation }: ReportData): Figure[] {
  const colors = colorModels(models);
  const legend = models.map(({ name }) => ({ label: name, color: colors.of(name) }));
  return evaluation.oneStep.flatMap(({ tallies }, s) => {
    const temperatures = new Set(tallies.map(({ temperature }) => temperature));
    if (temperatures.size < 2) return [];
    // several seeds are so many more trials
    const points = models.flatMap(({ name }) =>
      [...temperatures].map((temperature) => {
        const own = tallies.filter((t) => t.model === name && t.temperature === temperature);
        return placeErrors(name, temperature, sum(own, 'wrongCells'), sum(own, 'cells'));
      }),
    );
    const paper = placePaper();
    const epochs = [...new Set(paper.map(({ series }) => series))];
    return [
      {
        id: `temperature-${s + 1}`,
        title: `Errors by temperature: ${tallies[0]!.data}`,
        caption:
          'At temperature 0 a model writes the most likely tokens, at 1 it draws from its own distribution. ' +
          'Dashed: the paper, after 2, 8, 16 and 50 epochs, on its ten test boards (10,240 cells). ' +
          BOUND_NOTE,
        svg: drawPlot('share of wrong cells against temperature', {
          marginRight: 72,
          x: { label: 'temperature', ticks: [...PAPER.temperatures], tickFormat: String },
          y: Y,
          color: {
            domain: [...colors.scale.domain, ...epochs],
            range: [...colors.scale.range, ...epochs.map(() => PAPER_COLOR)],
          },
          marks: [
            ...markErrors(paper, { dash: '4 3' }),
            text(
              paper.filter(({ x }) => x === 1),
              {
                x: 'x',
                y: 'share',
                text: ({ series }: ErrorPoint) => series.replace('paper, ', ''),
                textAnchor: 'start',
                dx: 9,
                fill: 'currentColor',
              },
            ),
            ...markErrors(points),
          ],
        }),
        legend: [...legend, { label: 'paper', color: PAPER_COLOR }],
      },
    ];
  });
}

/** The paper's accuracies as counts of its cells; 1 is one without a wrong cell, as far as it is rounded. */
function placePaper(): ErrorPoint[] {
  return Object.entries(PAPER.accuracyByEpoch).flatMap(([epoch, accuracies]) =>
    accuracies.map((accuracy, i) => {
      const wrong = Math.round((1 - accuracy) * PAPER.testCells);
      return placeErrors(`paper, epoch ${epoch}`, PAPER.temperatures[i]!, wrong, PAPER.testCells);
    }),
  );
}

/** Errors against training steps, where models are checkpoints of one recipe. */
export function drawTrainingTime({ models, evaluation }: ReportData): Figure[] {
  const steps = new Map(models.map(({ name, metrics }) => [name, metrics.at(-1)?.step ?? null]));
  const recipes = [...new Set(models.flatMap(({ recipe }) => recipe?.name ?? []))];
  return recipes
    .map((recipe) => [recipe, models.filter((model) => model.recipe?.name === recipe)] as const)
    .filter(([, group]) => new Set(group.map(({ name }) => steps.get(name))).size > 1)
    .map(([recipe, group]) => {
      const names = new Set(group.map(({ name }) => name));
      const tallies = listTallies(evaluation).filter(({ model }) => names.has(model));
      const points = tallies
        .filter(({ model }) => steps.get(model) != null)
        .map((tally) => ({
          ...placeErrors(
            `T = ${tally.temperature}`,
            steps.get(tally.model)!,
            tally.wrongCells,
            tally.cells,
          ),
          data: tally.data,
        }))
        .filter(({ data }) => data === tallies[0]!.data)
        .sort((a, b) => a.x - b.x);
      const domain = [...new Set(points.map(({ series }) => series))];
      return {
        id: `training-time-${recipe}`,
        title: `Errors by training time: ${recipe}`,
        caption: `Checkpoints of one recipe on ${tallies[0]!.data}, by temperature. ${BOUND_NOTE}`,
        svg: drawPlot('share of wrong cells against training steps', {
          x: { label: 'training step', ticks: 5 },
          y: Y,
          color: { domain, range: SERIES_COLORS },
          marks: markErrors(points),
        }),
        legend: domain.map((label, i) => ({ label, color: SERIES_COLORS[i]! })),
      };
    });
}

function sum<K extends string>(items: readonly Record<K, number>[], field: K): number {
  return items.reduce((total, item) => total + item[field], 0);
}
