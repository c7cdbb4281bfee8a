/**
 * Finds the board in the frames of an animation: its two colours, and the lattice of its cells. Whatever is neither
 * of the two colours (frames, lines between cells) is left out; the cells are as large as the edges between
 * the two colours allow. Nothing about the size, the place or the colours has to be known.
 */

import { createGrid, InputError, type Grid } from '@lifegpt/core';

/** A frame as decoded. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** `[height, width, 4]`: red, green, blue, alpha. */
  readonly data: Uint8ClampedArray;
}

/** Which colour lives: the darker or lighter one, or `#rrggbb`. */
export type Alive = 'dark' | 'light' | `#${string}`;

/** The boards of an animation under one reading of its pixels. */
export interface FoundBoard {
  /** Successive states. */
  readonly states: readonly Grid[];
  /** The colour of live cells, `#rrggbb`. */
  readonly alive: string;
  /** Side of a cell in pixels, lines between cells left out. */
  readonly cellPixels: number;
}

/**
 * All ways to read a board off the frames, the likeliest first: with the rarer colour alive.
 * @param alive the colour that lives, when it is known
 * @throws InputError when the frames show no board of two colours.
 */
export function findBoards(
  pictures: readonly Picture[],
  source: string,
  alive: Alive | undefined,
): FoundBoard[] {
  const [first] = pictures;
  if (first === undefined || pictures.length < 2) {
    throw new InputError(`${source} has one frame alone; a rule shows in a frame and the next`);
  }
  const { labels, colors } = labelPixels(pictures, source);
  const [rare, common] = findCellColors(labels, colors, source);
  const board = cutBoard(labels, first.width, rare, common, source);
  const lattices = findLattices(board);
  const found = lattices.flatMap((lattice) => {
    const states = readLattice(board, lattice);
    return states === null ? [] : [{ states, cellPixels: lattice.x.cell }];
  });
  if (found.length === 0) {
    throw new InputError(`${source}: the edges of its two colours lie on no lattice of cells`);
  }
  const mayLive = chooseAlive(alive, colors[rare]!, colors[common]!, source);
  return found.flatMap(({ states, cellPixels }) =>
    mayLive.map((color) => ({
      states: color === 'rare' ? states : states.map(invert),
      alive: formatColor(colors[color === 'rare' ? rare : common]!),
      cellPixels,
    })),
  );
}

type Color = readonly [red: number, green: number, blue: number];

/** Which of the two colours may live. */
function chooseAlive(
  alive: Alive | undefined,
  rare: Color,
  common: Color,
  source: string,
): ('rare' | 'common')[] {
  if (alive === undefined) return ['rare', 'common'];
  const brightness = (color: Color): number => color.reduce((a, b) => a + b);
  if (alive === 'dark' || alive === 'light') {
    return [brightness(rare) < brightness(common) === (alive === 'dark') ? 'rare' : 'common'];
  }
  const wanted = [1, 3, 5].map((at) =>
    Number.parseInt(alive.slice(at, at + 2), 16),
  ) as unknown as Color;
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

const distance = (a: Color, b: Color): number => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
const formatColor = (color: Color): string =>
  `#${color.map((value) => value.toString(16).padStart(2, '0')).join('')}`;

/** Every pixel's colour by its number, `[frame][height * width]`; the most frequent colour comes first. */
function labelPixels(
  pictures: readonly Picture[],
  source: string,
): { labels: Uint8Array[]; colors: Color[] } {
  const counts = new Map<number, number>();
  const codes = pictures.map(({ data }) => {
    const pixels = new Int32Array(data.length / 4);
    for (let k = 0; k < pixels.length; k++) {
      // what is transparent shows the page behind it, white as a rule
      const shown = data[4 * k + 3]! > 127;
      const code = shown
        ? (data[4 * k]! << 16) | (data[4 * k + 1]! << 8) | data[4 * k + 2]!
        : 0xffffff;
      pixels[k] = code;
      counts.set(code, (counts.get(code) ?? 0) + 1);
    }
    return pixels;
  });
  const sorted = [...counts].sort((a, b) => b[1] - a[1]);
  const colors: Color[] = [];
  const numbers = new Map<number, number>();
  for (const [code] of sorted.slice(0, MOST_COLORS)) {
    const color: Color = [code >> 16, (code >> 8) & 255, code & 255];
    const same = colors.findIndex((other) => distance(other, color) <= SAME_COLOR);
    numbers.set(code, same < 0 ? colors.push(color) - 1 : same);
  }
  if (sorted.length > MOST_COLORS || colors.length > 250)
    throw manyColors(sorted.length, [], source);
  return {
    labels: codes.map((pixels) => Uint8Array.from(pixels, (code) => numbers.get(code)!)),
    colors,
  };
}

function manyColors(count: number, shown: readonly Color[], source: string): InputError {
  const isGrey = shown.length > 2 && shown.every((c) => Math.max(...c) - Math.min(...c) <= 12);
  const listed =
    shown.length > 0
      ? ` (${shown.slice(0, 4).map(formatColor).join(', ')}${shown.length > 4 ? ', …' : ''})`
      : '';
  return new InputError(
    `${source}: its cells show ${count} ${isGrey ? 'shades of grey' : 'colours'}${listed}, and a life-like automaton has two states; give a GIF of two colours, without smoothing and without marks`,
  );
}

/** The two colours between which pixels change, the rarer one first. */
function findCellColors(
  labels: readonly Uint8Array[],
  colors: readonly Color[],
  source: string,
): [rare: number, common: number] {
  const [first] = labels as readonly [Uint8Array];
  const found = new Set<number>();
  for (const frame of labels) {
    for (let k = 0; k < frame.length; k++) {
      if (frame[k] !== first[k]) found.add(frame[k]!).add(first[k]!);
    }
  }
  if (found.size > 2) {
    throw manyColors(
      found.size,
      [...found].sort((a, b) => a - b).map((k) => colors[k]!),
      source,
    );
  }
  if (found.size === 0 && colors.length === 2) return [1, 0];
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
  const [a, b] = [...found] as [number, number];
  return count(a) <= count(b) ? [a, b] : [b, a];
}

/** The pixels of a board, 1 where the rarer colour is. */
interface BoardPixels {
  readonly width: number;
  readonly height: number;
  /** `[frame][height * width]` */
  readonly frames: readonly Uint8Array[];
}

/** Drops the rows and columns in which no pixel is always of one of the two colours. */
function cutBoard(
  labels: readonly Uint8Array[],
  width: number,
  rare: number,
  common: number,
  source: string,
): BoardPixels {
  const height = labels[0]!.length / width;
  const isCell = new Uint8Array(width * height).fill(1);
  for (const frame of labels) {
    for (let k = 0; k < frame.length; k++) {
      if (frame[k] !== rare && frame[k] !== common) isCell[k] = 0;
    }
  }
  const columns = range(width).filter((x) => range(height).some((y) => isCell[y * width + x]));
  const rows = range(height).filter((y) => columns.some((x) => isCell[y * width + x]));
  for (const y of rows) {
    const x = columns.find((column) => !isCell[y * width + column]);
    if (x === undefined) continue;
    throw new InputError(
      `${source}: the pixel in column ${x}, row ${y} has a third colour in the midst of the cells; a life-like automaton has two states`,
    );
  }
  const shown = dropCopies(columns, rows, labels, width);
  const frames = labels.map((frame) => {
    const cells = new Uint8Array(shown.length * rows.length);
    rows.forEach((y, row) =>
      shown.forEach((x, column) => {
        cells[row * shown.length + column] = frame[y * width + x] === rare ? 1 : 0;
      }),
    );
    return cells;
  });
  return { width: shown.length, height: rows.length, frames };
}

/** Two boards beside each other that never differ (a prediction and the truth) are one. */
function dropCopies(
  columns: readonly number[],
  rows: readonly number[],
  labels: readonly Uint8Array[],
  width: number,
): readonly number[] {
  const half = columns.length / 2;
  const gaps = columns.filter((x, k) => k > 0 && x !== columns[k - 1]! + 1).length;
  if (gaps !== 1 || !Number.isInteger(half) || columns[half] === columns[half - 1]! + 1)
    return columns;
  const isCopy = labels.every((frame) =>
    rows.every((y) =>
      range(half).every(
        (k) => frame[y * width + columns[k]!] === frame[y * width + columns[half + k]!],
      ),
    ),
  );
  return isCopy ? columns.slice(0, half) : columns;
}

/** Cells along one axis, in pixels. */
interface Axis {
  readonly start: number;
  /** From the beginning of a cell to that of the next. */
  readonly pitch: number;
  readonly cell: number;
  readonly count: number;
}
interface Lattice {
  readonly x: Axis;
  readonly y: Axis;
}

/** Lattices that have all edges between the two colours on their lines. */
function findLattices({ width, height, frames }: BoardPixels): Lattice[] {
  const [xs, ys] = [new Set<number>(), new Set<number>()];
  for (const frame of frames) {
    for (let k = 0; k < frame.length; k++) {
      const x = k % width;
      if (x > 0 && frame[k] !== frame[k - 1]) xs.add(x);
      if (k >= width && frame[k] !== frame[k - width]) ys.add((k - x) / width);
    }
  }
  const [left, right] = [[...xs], [...ys]].map((edges) => edges.sort((a, b) => a - b)) as [
    number[],
    number[],
  ];
  const whole = gcd(gcdOf([...left, width]), gcdOf([...right, height]));
  const fill = (side: number, cell: number, start: number): Axis => {
    const from = start % cell;
    return { start: from, pitch: cell, cell, count: Math.floor((side - from) / cell) };
  };
  const lattices = [{ x: fill(width, whole, 0), y: fill(height, whole, 0) }];
  // a margin in the colour of dead cells: the edges alone tell the cells' size
  const steps = (edges: number[]): number[] => edges.slice(1).map((edge, k) => edge - edges[k]!);
  const free = gcd(gcdOf(steps(left)), gcdOf(steps(right)));
  if (free > whole && left.length > 0 && right.length > 0) {
    lattices.push({ x: fill(width, free, left[0]!), y: fill(height, free, right[0]!) });
  }
  const lined = findLines(left, right, width, height);
  return lined === null ? lattices : [lined, ...lattices];
}

/** Cells with lines between them in the colour of dead cells: edges of two kinds. */
function findLines(xs: number[], ys: number[], width: number, height: number): Lattice | null {
  for (let pitch = Math.min(64, Math.floor(Math.min(width, height) / 2)); pitch >= 3; pitch--) {
    const [x, y] = [lineUp(xs, pitch, width), lineUp(ys, pitch, height)];
    if (x !== null && y !== null && x.cell === y.cell) return { x, y };
  }
  return null;
}

function lineUp(edges: readonly number[], pitch: number, side: number): Axis | null {
  const kinds = [...new Set(edges.map((edge) => edge % pitch))].sort((a, b) => a - b);
  if (kinds.length !== 2) return null;
  const [low, high] = kinds as [number, number];
  const inner = high - low;
  const [start, cell] = inner > pitch - inner ? [low, inner] : [high, pitch - inner];
  if (2 * cell <= pitch) return null; // lines are thinner than cells
  return { start, pitch, cell, count: Math.floor((side - start - cell) / pitch) + 1 };
}

/** The cells on a lattice, or null when one is not of one colour, or the lines between them are not. */
function readLattice({ width, height, frames }: BoardPixels, { x, y }: Lattice): Grid[] | null {
  if (x.count < 1 || y.count < 1) return null;
  const [column, row] = [placesOf(x, width), placesOf(y, height)];
  let line: number | null = null;
  const states: Grid[] = [];
  for (const frame of frames) {
    const cells = new Uint8Array(x.count * y.count).fill(UNKNOWN);
    for (let k = 0; k < frame.length; k++) {
      const [right, down] = [column[k % width]!, row[Math.floor(k / width)]!];
      if (right === OUTSIDE || down === OUTSIDE) continue;
      if (right === LINE || down === LINE) {
        line ??= frame[k]!;
        if (frame[k] !== line) return null;
        continue;
      }
      const at = down * x.count + right;
      if (cells[at] === UNKNOWN) cells[at] = frame[k]!;
      else if (cells[at] !== frame[k]) return null;
    }
    states.push(createGrid(x.count, y.count, cells));
  }
  return states;
}

const UNKNOWN = 2;
const LINE = -1;
const OUTSIDE = -2;

/** For every pixel of an axis its cell, or that it lies on a line or outside. */
function placesOf({ start, pitch, cell, count }: Axis, side: number): number[] {
  return range(side).map((pixel) => {
    const place = Math.floor((pixel - start) / pitch);
    if (place < 0 || place >= count) return OUTSIDE;
    return pixel - start - place * pitch < cell ? place : LINE;
  });
}

const invert = ({ width, height, cells }: Grid): Grid =>
  createGrid(
    width,
    height,
    cells.map((cell) => 1 - cell),
  );
const range = (length: number): number[] => Array.from({ length }, (_, k) => k);
const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
const gcdOf = (numbers: readonly number[]): number => numbers.reduce(gcd, 0);
