/** How loss and errors went down in training. */

import { lineY } from '@observablehq/plot';
import { BOUND_NOTE, markErrors, placeErrors, type ErrorPoint } from '../error-share.js';
import type { Figure } from '../figure.js';
import { colorModels } from '../model-colors.js';
import { drawPlot } from '../plot.js';
import type { ReportData, ReportedModel } from '../report-data.js';
import type { MetricsLine } from '../../training-run.js';

/** Loss and share of wrong tokens against steps, for the models whose folder has a curve. */
export function drawTraining({ models }: ReportData): Figure[] {
  const known = models.filter(({ metrics }) => metrics.length > 1);
  if (known.length === 0) return [];
  const colors = colorModels(models);
  const legend = known.map((model) => ({ label: describe(model), color: colors.of(model.name) }));
  const x = { label: 'training step', ticks: 5 };
  const losses = known.flatMap(({ name, metrics }) =>
    metrics.map(({ step, loss }) => ({ step, loss, name })),
  );
  const errors = known.flatMap(({ name, metrics }) => poolErrors(name, metrics));
  return [
    {
      id: 'training-loss',
      title: 'Loss in training',
      caption:
        'Mean cross-entropy in nats, less its floor. The loss is taken over the answer alone, which the prompt ' +
        'decides, so its floor is 0; over the whole text, as in the paper, the random cells of the prompt ' +
        'put the floor at 0.343 for p = 0.5.',
      svg: drawPlot('loss against training steps', {
        x,
        y: {
          type: 'log',
          label: 'loss over its floor, nats',
          grid: true,
          ticks: 6,
          tickFormat: '.0e',
        },
        color: colors.scale,
        marks: [
          lineY(losses, { x: 'step', y: 'loss', z: 'name', stroke: 'name', strokeWidth: 1.4 }),
        ],
      }),
      legend,
    },
    {
      id: 'training-errors',
      title: 'Errors in training',
      caption:
        'Share of wrong tokens on boards that the model had not seen, before it learned from them, over ' +
        `some hundred steps each. ${BOUND_NOTE}`,
      svg: drawPlot('share of wrong tokens against training steps', {
        x,
        y: { type: 'log', label: 'share of wrong tokens', grid: true, ticks: 6, tickFormat: '.0e' },
        color: colors.scale,
        marks: markErrors(errors),
      }),
      legend,
    },
  ];
}

/** Points of a curve of errors: the more steps together, the lower the shares that it can tell from none. */
const POINTS = 40;

function poolErrors(name: string, metrics: readonly MetricsLine[]): ErrorPoint[] {
  const size = Math.ceil(metrics.length / POINTS);
  return Array.from({ length: Math.ceil(metrics.length / size) }, (_, i) => {
    const group = metrics.slice(i * size, (i + 1) * size);
    const wrong = group.reduce((sum, { wrongTokens }) => sum + wrongTokens, 0);
    const total = group.reduce((sum, { answerTokens }) => sum + answerTokens, 0);
    return placeErrors(name, group.at(-1)!.step, wrong, total);
  });
}

function describe({ name, recipe }: ReportedModel): string {
  if (recipe === null) return name;
  return `${name}: recipe ${recipe.name}`;
}
