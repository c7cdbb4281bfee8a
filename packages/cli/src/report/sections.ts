/** The figures of a report under their headings; a further one is a file in `figures/` and a line here. */

import type { Figure } from './figure.js';
import { drawAttention } from './figures/attention.js';
import { drawDensities } from './figures/density.js';
import { drawMargins } from './figures/margins.js';
import { drawTemperatures, drawTrainingTime } from './figures/temperature.js';
import { drawTraining } from './figures/training.js';
import type { ReportData } from './report-data.js';

/** By heading, what draws the figures below it: none where the data has nothing for one. */
const SECTIONS: Readonly<Record<string, readonly ((data: ReportData) => Figure[])[]>> = {
  Training: [drawTraining, drawTrainingTime],
  'One step': [drawTemperatures, drawDensities],
  'How sure the models are': [drawMargins],
  Attention: [drawAttention],
};

/** A heading with its figures. */
export interface Section {
  readonly title: string;
  readonly figures: readonly Figure[];
}

/** Draws all figures that the data has something for. */
export function drawSections(data: ReportData): Section[] {
  return Object.entries(SECTIONS)
    .map(([title, draw]) => ({ title, figures: draw.flatMap((each) => each(data)) }))
    .filter(({ figures }) => figures.length > 0);
}
