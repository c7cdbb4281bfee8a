/** Mixes of board sizes, as recipes and data sets name them. */

import { InputError } from './input-error.js';
import { MAX_SIDE } from './grid.js';
import type { RandomStream } from './random.js';

/** Sides of a board. */
export interface BoardSize {
  readonly height: number;
  readonly width: number;
}

/** Boards of a range of sizes; both ends belong to it. */
export interface SizeRange {
  /** How often it is drawn, relative to the other ranges. */
  readonly weight: number;
  /** Fewest and most rows. */
  readonly height: readonly [number, number];
  /** Fewest and most columns. */
  readonly width: readonly [number, number];
  /** Only squares: the width is the height. */
  readonly square?: true;
  /** Only boards of at most so many cells. */
  readonly max_area?: number;
}

/** Draws a range by its weight, then a size in it evenly. */
export function drawSize(ranges: readonly SizeRange[], random: RandomStream): BoardSize {
  const total = ranges.reduce((sum, { weight }) => sum + weight, 0);
  let pick = random.nextFloat() * total;
  const range = ranges.find(({ weight }) => (pick -= weight) < 0) ?? ranges.at(-1)!;
  const draw = ([low, high]: readonly [number, number]): number =>
    low + random.nextInt(high - low + 1);
  for (;;) {
    const height = draw(range.height);
    const size = { height, width: range.square === true ? height : draw(range.width) };
    if (size.height * size.width <= (range.max_area ?? Infinity)) return size;
  }
}

/** Whether a size is in a range. */
export function includesSize(
  { height: rows, width: columns, square, max_area: most = Infinity }: SizeRange,
  { height, width }: BoardSize,
): boolean {
  const isWithin = (side: number, [low, high]: readonly [number, number]): boolean =>
    low <= side && side <= high;
  return (
    isWithin(height, rows) &&
    (square === true ? width === height : isWithin(width, columns)) &&
    height * width <= most
  );
}

/**
 * Reads sizes as they are written on a command line, rows first: `32` (a square), `20x32`, `3..32`
 * (any square), `3..12x8..16` (any pair), and several of them between commas.
 * @throws InputError naming the part that is no size.
 */
export function parseSizes(text: string): SizeRange[] {
  return text.split(',').map((part) => {
    const match = /^(\d+)(?:\.\.(\d+))?(?:x(\d+)(?:\.\.(\d+))?)?$/.exec(part.trim());
    const fail = (reason: string): never => {
      throw new InputError(
        `size '${part.trim()}' ${reason}; write rows x columns, e.g. 32, 20x32, 3..12x8..16, or several between commas`,
      );
    };
    if (match === null) return fail('is no size of a board');
    const [low, high, left, right] = match.slice(1).map((digits) => digits && Number(digits)) as (
      number | undefined
    )[];
    const height = [low!, high ?? low!] as const;
    const width = left === undefined ? height : ([left, right ?? left] as const);
    for (const [from, to] of [height, width]) {
      if (from < 1) fail('has a side of 0');
      if (to < from) fail(`has a range that ends (${to}) before it begins (${from})`);
      if (to > MAX_SIDE) fail(`has a side above ${MAX_SIDE}`);
    }
    return { weight: 1, height, width, ...(left === undefined ? { square: true } : {}) };
  });
}
