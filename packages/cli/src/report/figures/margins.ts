/** How sure the models are, place by place. */

import type { Figure } from '../figure.js';
import { colorModels } from '../model-colors.js';
import type { ReportData } from '../report-data.js';
import { drawBoardMap } from './board-map.js';

/** The smallest margin at each place, for the size with the most boards, at temperature 0. */
export function drawMargins({ models, evaluation }: ReportData): Figure[] {
  const { scale, of } = colorModels(models);
  return evaluation.oneStep.flatMap(({ tallies }, s) =>
    scale.domain.flatMap((name) => {
      const tally = tallies.find((found) => found.model === name && found.temperature === 0);
      const [largest] = Object.entries(tally?.sizes ?? {}).sort(
        ([, a], [, b]) => b.boards - a.boards,
      );
      if (tally === undefined || largest === undefined) return [];
      const [size, { boards, minMarginAt, wrongAt }] = largest;
      const [height, width] = size.split('x').map(Number) as [number, number];
      const [low, high] = [Math.min(...minMarginAt), Math.max(...minMarginAt)];
      const cells = minMarginAt.map((margin, place) => ({
        place,
        value: Math.round(100 * (1 - (margin - low) / (high - low || 1))) / 100,
      }));
      const wrong = Object.values(wrongAt).reduce((sum, count) => sum + count, 0);
      return [
        {
          id: `margins-${s + 1}-${nameFile(name)}`,
          title: `Margins of ${name} on ${size}`,
          caption:
            `The smallest lead of the chosen token over the next one at each place, over ${boards} boards ` +
            `(${tally.data}): from ${low.toFixed(2)} nats (full colour) to ${high.toFixed(2)} (none). ` +
            `Wrong cells in all: ${wrong}.`,
          svg: drawBoardMap(`smallest margins of ${name}`, { width, height }, cells, of(name)),
        },
      ];
    }),
  );
}

/** A model's name as part of a file's. */
export function nameFile(name: string): string {
  return name.replaceAll(/[^\w.-]+/g, '-');
}
