/** The colours of an animation: which of them are one, and between which two cells change. */

import { InputError } from '@lifegpt/core';
import { OWN_COLORS } from '../gif.js';

/** A frame as decoded. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** `[height, width, 4]`: red, green, blue, alpha. */
  readonly data: Uint8ClampedArray;
}

/** Which colour lives: the darker or lighter one, or `#rrggbb`. */
export type Alive = 'dark' | 'light' | `#${string}`;

/** How colours are told apart. */
export interface Way {
  /** Colours count as one that a poor palette may have put apart. */
  readonly isWide: boolean;
  /** Mixtures of the two colours are let in at the rims of cells. */
  readonly takesBlends: boolean;
  /** Specks of other colours, as dithering leaves them, count as the nearer of the two most frequent ones. */
  readonly takesSpecks: boolean;
}

/** A colour, or null for what is transparent. */
export type Color = readonly [red: number, green: number, blue: number] | null;

/** Which of the two colours may live. */
export function chooseAlive(
  alive: Alive | undefined,
  rare: Color,
  common: Color,
  source: string,
): ('rare' | 'common')[] {
  if (alive === undefined) {
    // the animations that the commands here write say it by their colours
    const isOwn = (color: Color, own: Color): boolean => distance(color, own) < 1;
    const { ALIVE, DEAD } = OWN_COLORS;
    if (isOwn(rare, ALIVE) && isOwn(common, DEAD)) return ['rare'];
    if (isOwn(rare, DEAD) && isOwn(common, ALIVE)) return ['common'];
    return ['rare', 'common'];
  }
  const brightness = (color: Color): number => (color ?? WHITE).reduce((a, b) => a + b, 0);
  if (alive === 'dark' || alive === 'light') {
    return [brightness(rare) < brightness(common) === (alive === 'dark') ? 'rare' : 'common'];
  }
  const wanted = [1, 3, 5].map((at) =>
    Number.parseInt(alive.slice(at, at + 2), 16),
  ) as unknown as readonly [number, number, number];
  const [toRare, toCommon] = [distance(wanted, rare), distance(wanted, common)];
  if (Math.min(toRare, toCommon) > SAME_COLOR) {
    throw new InputError(
      `--alive ${alive} is no colour of the cells in ${source}, which are ${formatColor(rare)} and ${formatColor(common)}`,
    );
  }
  return [toRare < toCommon ? 'rare' : 'common'];
}

/** Colours nearer than this are one: palettes of single frames round differently. */
const SAME_COLOR = 24;
/** More would be a photograph. */
const MOST_COLORS = 4096;

/** What is transparent shows the page behind it, which is white as a rule. */
const WHITE = [255, 255, 255] as const;

const distance = (a: Color, b: Color): number =>
  a === null || b === null
    ? a === b
      ? 0
      : Infinity
    : Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);

/** `#rrggbb`, or `transparent`. */
export const formatColor = (color: Color): string =>
  color === null
    ? 'transparent'
    : `#${color.map((value) => value.toString(16).padStart(2, '0')).join('')}`;

/** The pixels of an animation as numbers of colours. */
export interface Labels {
  /** `[frame][height * width]` */
  readonly labels: readonly Uint8Array[];
  /** The most frequent colour comes first. */
  readonly colors: readonly Color[];
}

const TRANSPARENT = -1;

/**
 * Every pixel's colour by its number.
 * @param isWide takes colours for one that are as near as a palette of few colours may put them; else those that rounding makes
 * @throws InputError when there are more than a drawing has
 */
export function labelPixels(pictures: readonly Picture[], source: string, isWide: boolean): Labels {
  const counts = new Map<number, number>();
  const codes = pictures.map(({ data }) => {
    const pixels = new Int32Array(data.length / 4);
    for (let k = 0; k < pixels.length; k++) {
      const shown = data[4 * k + 3]! > 127;
      const code = shown
        ? (data[4 * k]! << 16) | (data[4 * k + 1]! << 8) | data[4 * k + 2]!
        : TRANSPARENT;
      pixels[k] = code;
      counts.set(code, (counts.get(code) ?? 0) + 1);
    }
    return pixels;
  });
  const sorted = [...counts].sort((a, b) => b[1] - a[1]);
  const [main] = sorted;
  const farthest = Math.max(
    ...sorted.slice(0, MOST_COLORS).map(([code]) => distance(colorOf(code), colorOf(main![0]))),
  );
  const same =
    isWide && Number.isFinite(farthest) ? Math.max(SAME_COLOR, WIDE * farthest) : SAME_COLOR;
  const colors: Color[] = [];
  const numbers = new Map<number, number>();
  for (const [code] of sorted.slice(0, MOST_COLORS)) {
    const color = colorOf(code);
    const known = colors.findIndex((other) => distance(other, color) <= same);
    numbers.set(code, known < 0 ? colors.push(color) - 1 : known);
  }
  if (sorted.length > MOST_COLORS || colors.length > 250)
    throw manyColors(sorted.length, [], source);
  return {
    labels: codes.map((pixels) => Uint8Array.from(pixels, (code) => numbers.get(code)!)),
    colors,
  };
}

/** Side of a spot that is no speck any more: a cell of a third state may be as small. */
const SPOT = 3;

/** The labels with every speck in the nearer of the two most frequent colours; unchanged when a third colour has larger spots. */
export function dropSpecks({ labels, colors }: Labels, width: number): Labels {
  const isSpot = (frame: Uint8Array, k: number): boolean => {
    const label = frame[k]!;
    if (label < 2 || (k % width) + SPOT > width || k + SPOT * width > frame.length) return false;
    for (let down = 0; down < SPOT; down++) {
      for (let right = 0; right < SPOT; right++) {
        if (frame[k + down * width + right] !== label) return false;
      }
    }
    return true;
  };
  if (labels.some((frame) => frame.some((_, k) => isSpot(frame, k)))) return { labels, colors };
  const main = colors.map((color, k) =>
    k < 2 ? k : isNearer(color, colors[0]!, colors[1]!) ? 0 : 1,
  );
  return { labels: labels.map((frame) => frame.map((label) => main[label]!)), colors };
}

/** Share of the largest distance between colours up to which they are one, when palettes are poor. */
const WIDE = 0.3;

const colorOf = (code: number): Color =>
  code === TRANSPARENT ? null : [code >> 16, (code >> 8) & 255, code & 255];

function manyColors(count: number, shown: readonly Color[], source: string): InputError {
  const isGrey =
    shown.length > 2 && shown.every((c) => c !== null && Math.max(...c) - Math.min(...c) <= 12);
  const listed =
    shown.length > 0
      ? ` (${shown.slice(0, 4).map(formatColor).join(', ')}${shown.length > 4 ? ', …' : ''})`
      : '';
  return new InputError(
    `${source}: its cells show ${count} ${isGrey ? 'shades of grey' : 'colours'}${listed}, and a life-like automaton has two states; give a GIF of two colours, without smoothing and without marks`,
  );
}

/** The colours of cells, as numbers. */
export interface CellColors {
  readonly rare: number;
  readonly common: number;
  /** Mixtures of the two, as smoothing makes them at the rims of cells. */
  readonly blends: ReadonlySet<number>;
}

/**
 * The two colours between which pixels change, the rarer one first.
 * @param way whether mixtures of the two are let in, and how colours are told apart
 * @throws InputError when nothing changes, or there are more
 */
export function findCellColors(
  { labels, colors }: Labels,
  source: string,
  { takesBlends, isWide }: Way,
): CellColors {
  const [first] = labels as readonly [Uint8Array];
  const found = new Set<number>();
  for (const frame of labels) {
    for (let k = 0; k < frame.length; k++) {
      if (frame[k] !== first[k]) found.add(frame[k]!).add(first[k]!);
    }
  }
  const sorted = [...found].sort((a, b) => a - b); // the most frequent first
  const [a, b, ...others] = sorted;
  const blends = new Set(takesBlends ? others : []);
  const isBlend = (label: number): boolean => isMixture(colors[label]!, colors[a!]!, colors[b!]!);
  if (found.size > 2 && !(takesBlends && others.every(isBlend))) {
    throw manyColors(
      found.size,
      sorted.map((k) => colors[k]!),
      source,
    );
  }
  if (found.size === 0 && colors.length === 2 && !isWide) return { rare: 1, common: 0, blends };
  if (found.size === 0) {
    throw new InputError(
      `${source}: nothing changes in its ${labels.length} frames, and they show ${colors.length} colours, so that cells cannot be told from what is around them`,
    );
  }
  const count = (color: number): number =>
    labels.reduce(
      (sum, frame) => frame.reduce((n, label) => n + (label === color ? 1 : 0), sum),
      0,
    );
  return count(a!) <= count(b!)
    ? { rare: a!, common: b!, blends }
    : { rare: b!, common: a!, blends };
}

/** Whether a colour lies between two others. */
function isMixture(color: Color, a: Color, b: Color): boolean {
  if (color === null || a === null || b === null) return false;
  const along = b.map((value, k) => value - a[k]!);
  const length = along.reduce((sum, value) => sum + value * value, 0);
  const t = along.reduce((sum, value, k) => sum + value * (color[k]! - a[k]!), 0) / length;
  const nearest = a.map((value, k) => value + t * along[k]!) as [number, number, number];
  return t > 0 && t < 1 && distance(color, nearest) <= 2 * SAME_COLOR;
}

/** Whether a mixture is nearer to the first of two colours. */
export function isNearer(color: Color, first: Color, second: Color): boolean {
  return distance(color, first) < distance(color, second);
}
