/**
 * Plots as SVG text, by Observable Plot on a DOM without a browser. Lines of axes and letters take the
 * colour of the text around them, so that one picture serves light and dark pages.
 */

import { plot, type PlotOptions } from '@observablehq/plot';
import { parseHTML } from 'linkedom';

/** Colours of series: told apart by colour-blind eyes, and readable on white and on black (Okabe and Ito 2008). */
export const SERIES_COLORS = ['#0086d1', '#d55e00', '#009e73', '#cc79a7', '#b58900', '#7a6ff0'];
/** What the paper reports. */
export const PAPER_COLOR = '#8a8f98';
/** Wrong cells. */
export const WRONG_COLOR = '#d55e00';

const { document } = parseHTML('<!doctype html><html><body></body></html>');

/**
 * Draws a plot.
 * @param label what it shows, for those who cannot see it
 */
export function drawPlot(label: string, options: PlotOptions): string {
  const figure = plot({
    document,
    className: 'plot',
    style: { fontSize: '13px', background: 'none' },
    width: 480,
    height: 300,
    marginLeft: 58,
    marginRight: 28,
    marginBottom: 40,
    ...options,
  });
  figure.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  figure.setAttribute('role', 'img');
  // linkedom writes attributes as HTML does, which is not always XML
  figure.setAttribute('aria-label', label.replaceAll(/[<>&"]/g, ' '));
  figure.querySelector('style')?.remove();
  const svg = figure.outerHTML as string;
  return svg.replaceAll(/-?\d+\.\d{3,}/g, (digits) => String(Number(Number(digits).toFixed(2))));
}
