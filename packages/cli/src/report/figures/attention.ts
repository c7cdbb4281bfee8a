/** Where the heads look. */

import { dot, link, ruleY } from '@observablehq/plot';
import { REGIONS } from '@lifegpt/model';
import type { ReportedAttention } from '../attention.js';
import type { Figure } from '../figure.js';
import { drawPlot, SERIES_COLORS } from '../plot.js';
import type { ReportData } from '../report-data.js';
import { drawBoardMap } from './board-map.js';
import { nameFile } from './margins.js';

/** For each model the share on the neighbourhood by head and region, and the map of each head for one cell. */
export function drawAttention({ attention }: ReportData): Figure[] {
  return attention.flatMap((model) => [drawShares(model), ...drawMaps(model)]);
}

function drawShares({ model, size, shares }: ReportedAttention): Figure {
  const domain = [...REGIONS];
  const points = shares.map((share) => ({
    ...share,
    place: `${share.layer + 1}.${share.head + 1} ${share.region}`,
  }));
  return {
    id: `attention-${nameFile(model)}`,
    title: `Attention of ${model} on the neighbourhood`,
    caption:
      `Share of each head’s attention (layer.head) on the cell and its eight neighbours while it writes the cell, on a random ` +
      `${size} board: the mean over the cells of a region (dot) and the least of them (end of the line).`,
    svg: drawPlot(`attention of ${model} on the neighbourhood`, {
      x: { label: null, domain: points.map(({ place }) => place), type: 'point', tickRotate: -35 },
      y: { label: 'share of attention', domain: [0, 1], grid: true },
      marginBottom: 75,
      color: { domain, range: SERIES_COLORS.slice(0, domain.length) },
      marks: [
        ruleY([0]),
        link(points, {
          x1: 'place',
          x2: 'place',
          y1: 'least',
          y2: 'mean',
          stroke: 'region',
          strokeWidth: 2,
        }),
        dot(points, { x: 'place', y: 'mean', fill: 'region', r: 4 }),
      ],
    }),
    legend: domain.map((label, i) => ({ label, color: SERIES_COLORS[i]! })),
  };
}

function drawMaps({ model, size, maps }: ReportedAttention): Figure[] {
  const [height, width] = size.split('x').map(Number) as [number, number];
  return maps.map(({ layer, head, cell, cells, answer, rest }) => {
    const most = Math.max(...cells);
    const shown = cells
      .map((weight, place) => ({ place, weight, value: Math.round((100 * weight) / most) / 100 }))
      .filter(({ value }) => value > 0);
    const [row, column] = [Math.floor(cell / width), cell % width];
    return {
      id: `attention-map-${nameFile(model)}-${layer + 1}.${head + 1}-${row}.${column}`,
      title: `${model}, head ${layer + 1}.${head + 1}, cell ${row},${column}`,
      caption:
        `Where the head looks on the given board while it writes that cell; full colour is ${(100 * most).toFixed(1)} % ` +
        `of its attention. ${(100 * answer).toFixed(1)} % lie on the answer so far, ${(100 * rest).toFixed(1)} % elsewhere.`,
      svg: drawBoardMap(`attention map of ${model}`, { width, height }, shown, SERIES_COLORS[0]!),
    };
  });
}
