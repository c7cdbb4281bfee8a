/** Shares of wrong cells on a logarithmic axis, where none cannot be drawn. */

import { dot, lineY, type Markish } from '@observablehq/plot';
import { estimateShare } from '../evaluation/statistics.js';

/** A point of a curve of errors. */
export interface ErrorPoint {
  readonly x: number;
  readonly series: string;
  /** The share; where nothing was wrong, what it is below with 95 % confidence. */
  readonly share: number;
  readonly isBound: boolean;
}

/** Places a count of errors. */
export function placeErrors(series: string, x: number, wrong: number, total: number): ErrorPoint {
  const { value, high } = estimateShare(wrong, total);
  return { x, series, share: wrong === 0 ? high : value, isBound: wrong === 0 };
}

/** What the marks mean, for a caption. */
export const BOUND_NOTE =
  'A hollow triangle: no error was found, and the share is below that mark with 95 % confidence.';

/** A line a series, a dot where errors were counted, a hollow triangle where there were none. */
export function markErrors(
  points: readonly ErrorPoint[],
  { dash }: { readonly dash?: string } = {},
): Markish[] {
  const channels = { x: 'x', y: 'share', z: 'series', stroke: 'series' };
  const counted = points.filter(({ isBound }) => !isBound);
  const bounds = points.filter(({ isBound }) => isBound);
  const line = lineY(points, {
    ...channels,
    strokeWidth: 1.6,
    ...(dash ? { strokeDasharray: dash } : {}),
  });
  return [
    line,
    dot(counted, { ...channels, fill: 'series', r: 3 }),
    dot(bounds, {
      ...channels,
      symbol: 'triangle',
      rotate: 180,
      r: 4,
      fill: 'none',
      strokeWidth: 1.5,
    }),
  ];
}
