/** Charts over time, drawn by uPlot in the page's colours. */

import uPlot from 'uplot';
import { currentPalette, onTheme, type Palette } from './board/palette.js';

/** A line of a chart. */
export interface ChartSeries {
  readonly label: string;
  readonly colour: keyof Palette;
  /** Which axis it is measured on. */
  readonly axis: 'left' | 'right';
  readonly dashes?: readonly number[];
  /** Filled down to 0. */
  readonly filled?: true;
}

/** How a chart's axis counts. */
export interface ChartAxis {
  readonly label: string;
  readonly logarithmic?: true;
  /** Upper end at least, so that noise around 0 does not fill the chart. */
  readonly atLeast?: number;
}

/** What a chart shows. */
export interface ChartOptions {
  readonly x: string;
  readonly left: ChartAxis;
  readonly right: ChartAxis;
  readonly series: readonly ChartSeries[];
}

/** A chart: x values first, then a column a series. */
export interface Chart {
  show(columns: readonly (readonly (number | null)[])[]): void;
}

const HEIGHT = 176;
/** There is nothing between two generations. */
const WHOLE_STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 100_000];

/** 100,000 is 100K: an axis has little room. */
const SHORT = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 });

/** Puts a chart into an element and keeps it as wide as that is. */
export function createChart(parent: HTMLElement, options: ChartOptions): Chart {
  let data: uPlot.AlignedData = [[], ...options.series.map(() => [])];
  let plot: uPlot | null = null;

  function build(): void {
    plot?.destroy();
    plot = null;
    if (parent.clientWidth === 0) return; // in a view that is not shown
    plot = new uPlot(describe(options, parent.clientWidth), data, parent);
  }

  new ResizeObserver(() => {
    if (plot === null) build();
    else if (parent.clientWidth > 0 && parent.clientWidth !== plot.width) {
      plot.setSize({ width: parent.clientWidth, height: HEIGHT });
    }
  }).observe(parent);
  onTheme(build);
  return {
    show(columns) {
      data = columns as uPlot.AlignedData;
      plot?.setData(data);
    },
  };
}

function describe({ x, left, right, series }: ChartOptions, width: number): uPlot.Options {
  const palette = currentPalette();
  const scale = (axis: ChartAxis): uPlot.Scale =>
    axis.logarithmic === true
      ? { distr: 3 }
      : { range: (_, __, high) => [0, Math.max(axis.atLeast ?? 1, (high ?? 0) * 1.1)] };
  const axis = (name: 'left' | 'right', { label }: ChartAxis): uPlot.Axis => ({
    scale: name,
    label,
    side: name === 'left' ? 3 : 1,
    stroke: palette.soft,
    labelSize: 18,
    size: 46,
    values: (_, ticks) => ticks.map((tick) => (tick === null ? '' : SHORT.format(tick))),
    labelFont: '12px system-ui, sans-serif',
    font: '11px system-ui, sans-serif',
    ticks: { stroke: palette.line },
    grid: { show: name === 'left', stroke: palette.grid },
  });
  return {
    width,
    height: HEIGHT,
    legend: { live: false },
    cursor: { show: false },
    scales: { x: { time: false }, left: scale(left), right: scale(right) },
    axes: [
      {
        stroke: palette.soft,
        font: '11px system-ui, sans-serif',
        ticks: { stroke: palette.line },
        grid: { stroke: palette.grid },
        incrs: WHOLE_STEPS,
        size: 28,
      },
      axis('left', left),
      axis('right', right),
    ],
    series: [
      { label: x },
      ...series.map(({ label, colour, axis: name, dashes, filled }): uPlot.Series => ({
        label,
        scale: name,
        stroke: palette[colour],
        width: 2,
        points: { show: false },
        ...(dashes === undefined ? {} : { dash: [...dashes] }),
        ...(filled === undefined ? {} : { fill: `${palette[colour]}33` }),
      })),
    ],
  };
}
