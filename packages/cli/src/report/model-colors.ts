/** One colour a model, the same in all figures. */

import { SERIES_COLORS } from './plot.js';
import type { ReportedModel } from './report-data.js';

/** Colours by name, as a scale of a plot and for legends. */
export interface ModelColors {
  readonly scale: { readonly domain: string[]; readonly range: string[] };
  of(name: string): string;
}

/** Gives each model its colour. */
export function colorModels(models: readonly ReportedModel[]): ModelColors {
  const domain = models.map(({ name }) => name);
  const range = domain.map((_, i) => SERIES_COLORS[i % SERIES_COLORS.length]!);
  return { scale: { domain, range }, of: (name) => range[domain.indexOf(name)]! };
}
