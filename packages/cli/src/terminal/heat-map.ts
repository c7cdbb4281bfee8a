/** Weights over a board as shades, two columns a cell, so that cells look square. */

import type { Style } from './style.js';

/** From nothing to the largest weight. */
const SHADES = ['·', '░', '▒', '▓', '█'];

/** What the shades mean. */
export const HEAT_LEGEND = `maps: ${SHADES[0]} next to nothing, ${SHADES.slice(1).join('')} in equal steps up to a head’s largest weight`;

/**
 * Draws weights against the largest of them; a board that is wider than the terminal is cut.
 * @param weights `[height * width]`, none negative
 */
export function drawHeatMap(weights: ArrayLike<number>, width: number, { columns }: Style): string {
  const largest = Math.max(...Array.from(weights));
  const shown = Math.max(1, Math.min(width, Math.floor(columns / 2)));
  const lines: string[] = [];
  for (let at = 0; at < weights.length; at += width) {
    const row = Array.from({ length: shown }, (_, column) => weights[at + column]!);
    lines.push(row.map((weight) => SHADES[shadeOf(weight, largest)]!.repeat(2)).join(''));
  }
  if (shown < width) lines.push(`(columns 1-${shown} of ${width})`);
  return lines.join('\n');
}

/** Below a hundredth of the largest nothing; then four equal steps. */
function shadeOf(weight: number, largest: number): number {
  if (!(weight > largest / 100)) return 0;
  return Math.min(SHADES.length - 1, 1 + Math.floor((4 * weight) / largest));
}
