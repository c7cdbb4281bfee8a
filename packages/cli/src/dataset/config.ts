/** What decides a data set: a plain object whose hash names it, and the files that follow from it. */

import {
  checkShape,
  drawSize,
  formatRule,
  InputError,
  MAX_CELLS,
  MAX_SIDE,
  openStream,
  parseBounds,
  parseRule,
  placeTopology,
  shapes,
  type BoundedGrid,
  type RandomStream,
  type Rule,
  type Shape,
  type SizeRange,
} from '@lifegpt/core';
import { createHash } from 'node:crypto';

/** Parts of a data set. A board's content decides to which one it may belong. */
export const SPLITS = ['train', 'validation', 'test'] as const;
/** One of the parts. */
export type Split = (typeof SPLITS)[number];

/** File formats of a data set. */
export const FORMATS = ['parquet', 'csv', 'jsonl'] as const;
/** One of the formats. */
export type Format = (typeof FORMATS)[number];

/** Everything that decides the rows, and nothing else. */
export interface DatasetConfig {
  readonly format_version: 1;
  readonly seed: number;
  readonly format: Format;
  readonly rows: Readonly<Record<Split, number>>;
  readonly rows_per_file: number;
  /** Successive states a row. */
  readonly states: number;
  /** Ranges of the order parameter; each row takes one of them, and its own p in it. */
  readonly densities: readonly (readonly [number, number])[];
  readonly sizes: readonly SizeRange[];
  /** Canonical rules; `random` is any life-like rule, another one each row. */
  readonly rules: readonly string[] | 'random';
  /** Golly's letters and marks without the sides: `T`, `K*`, `K,*`, `T+5`. */
  readonly topologies: readonly string[];
  /** Topologies with their sides, e.g. `K12,7*`; each row takes one, in place of `sizes` and `topologies`. */
  readonly boards?: readonly string[];
}

/** Files of a data set: more of them no folder holds well. */
const MOST_FILES = 10_000;
/** Cells of a row, those of all its states. */
const MOST_CELLS_A_ROW = 2 ** 29;

const { oneOf, optional, range, record, wholeNumber } = shapes;

/** A range of sizes as files and jobs hold it. */
export const SIZE_RANGE: Shape<SizeRange> = record<SizeRange>({
  weight: shapes.number(Number.MIN_VALUE, 1e9),
  height: range(wholeNumber(1, MAX_SIDE)),
  width: range(wholeNumber(1, MAX_SIDE)),
  square: optional(oneOf(true)),
  max_area: optional(wholeNumber(1, MAX_CELLS)),
});

const ruleList = shapes.list(shapes.text(256), 1, 2 ** 18);
const countRows = wholeNumber(0, 1e12);

const CONFIG: Shape<DatasetConfig> = record<DatasetConfig>({
  format_version: oneOf(1),
  seed: wholeNumber(0),
  format: oneOf(...FORMATS),
  rows: record<DatasetConfig['rows']>({ train: countRows, validation: countRows, test: countRows }),
  rows_per_file: wholeNumber(1, 10_000_000),
  states: wholeNumber(2, 10_000),
  densities: shapes.list(range(shapes.number(0, 1)), 1, 1000),
  sizes: shapes.list(SIZE_RANGE, 0, 10_000),
  rules: (value, place) => (value === 'random' ? value : ruleList(value, place)),
  topologies: shapes.list(shapes.text(64), 0, 1000),
  boards: optional(shapes.list(shapes.text(64), 1, 1_000_000)),
});

/**
 * Checks a config from a file or a job.
 * @throws InputError naming the field, or the data set that cannot be.
 */
export function readDatasetConfigOf(value: unknown, source: string): DatasetConfig {
  const config = checkShape(CONFIG, value, source);
  try {
    return checkDatasetConfig(config);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(`${source}: ${error.message}`);
  }
}

/** Combinations of sizes and topologies up to which all of them are tried before the work. */
const TRIED_COMBINATIONS = 20_000;

/** @throws InputError when the data set cannot be, naming the value. */
export function checkDatasetConfig(config: DatasetConfig): DatasetConfig {
  const fail = (message: string): never => {
    throw new InputError(message);
  };
  const total = SPLITS.reduce((sum, split) => sum + config.rows[split], 0);
  if (total < 1) fail('a data set needs a row; give --rows');
  if (config.states < 2) fail(`a row has at least 2 states, not ${config.states}`);
  const files = SPLITS.reduce((sum, split) => sum + countFiles(config, split), 0);
  if (files > MOST_FILES) {
    fail(`${files} files are more than ${MOST_FILES}; give more --rows-per-file`);
  }
  for (const { height, width, max_area: area = Infinity } of config.sizes) {
    if (area < height[0] * width[0]) fail(`no board of ${height[0]}x${width[0]} has ${area} cells`);
    checkRow(config.states * Math.min(area, height[1] * width[1]));
  }
  if (config.boards === undefined && config.sizes.length * config.topologies.length === 0) {
    fail('a data set needs sizes and topologies, or boards');
  }
  for (const [low, high] of config.densities) {
    if (!(low >= 0 && low <= high && high <= 1)) {
      fail(`the density ${low}..${high} is not within 0..1; write e.g. 0..1, 0.5 or 0.1,0.5`);
    }
  }
  if (config.rules !== 'random') config.rules.forEach((rule) => parseRule(rule));
  config.boards?.map(parseBounds).forEach(({ width, height }) => {
    checkRow(config.states * width * height);
  });
  let tried = 0;
  for (const topology of config.topologies) {
    for (const { height, width, square } of config.sizes) {
      for (let h = height[0]; h <= height[1] && tried < TRIED_COMBINATIONS; h++) {
        const [from, to] = square === true ? [h, h] : width;
        for (let w = from; w <= to && tried < TRIED_COMBINATIONS; w++, tried++)
          placeTopology(topology, h, w);
      }
    }
  }
  return config;
}

function checkRow(cells: number): void {
  if (cells <= MOST_CELLS_A_ROW) return;
  throw new InputError(
    `a row of ${cells} cells is too large; ${MOST_CELLS_A_ROW} is the most, so give smaller --size or fewer --states`,
  );
}

const countFiles = ({ rows, rows_per_file: most }: DatasetConfig, split: Split): number =>
  Math.ceil(rows[split] / most);

/** The name of a data set: the hash of what decides it. */
export function hashConfig(config: DatasetConfig): string {
  return createHash('sha256').update(JSON.stringify(config)).digest('hex');
}

/** A file of a data set. Its rows are a pure function of the config and its number. */
export interface DatasetFile {
  /** Number among all files, from 0: what shards share out. */
  readonly number: number;
  readonly split: Split;
  readonly rows: number;
  /** Path in the data set's folder, as the Hugging Face hub names them. */
  readonly path: string;
}

/** All files of a data set, in order. */
export function listFiles(config: DatasetConfig): DatasetFile[] {
  const files: DatasetFile[] = [];
  for (const split of SPLITS) {
    const count = countFiles(config, split);
    const pad = (value: number): string => String(value).padStart(5, '0');
    for (let i = 0; i < count; i++) {
      files.push({
        number: files.length,
        split,
        rows: Math.min(config.rows_per_file, config.rows[split] - i * config.rows_per_file),
        path: `data/${split}-${pad(i)}-of-${pad(count)}.${config.format}`,
      });
    }
  }
  return files;
}

/** What the rows of a block have in common. */
export interface Block {
  readonly rule: Rule;
  readonly bounds: BoundedGrid;
  readonly density: readonly [number, number];
}

/** Draws what a block of rows is about. */
export function drawBlock(config: DatasetConfig, random: RandomStream): Block {
  const pick = <T>(list: readonly T[]): T => list[random.nextInt(list.length)]!;
  const bounds = config.boards === undefined ? drawBounds() : parseBounds(pick(config.boards));
  const rule =
    config.rules === 'random'
      ? { birth: random.nextInt(512), survival: random.nextInt(512) }
      : parseRule(pick(config.rules)).rule;
  return {
    rule,
    bounds,
    density: pick(config.densities),
  };

  function drawBounds(): BoundedGrid {
    const topology = pick(config.topologies);
    const { height, width } = drawSize(config.sizes, random);
    return placeTopology(topology, height, width);
  }
}

/** True when all rows have one size, rule, topology and range of densities. */
export function isUniform(config: DatasetConfig): boolean {
  const { rules, topologies, densities, sizes } = config;
  if (config.boards !== undefined) return false;
  const isFixed = sizes.every(
    ({ height, width, square }) =>
      height[0] === height[1] && (square === true || width[0] === width[1]),
  );
  return (
    rules !== 'random' &&
    [rules, topologies, densities, sizes].every((l) => l.length === 1) &&
    isFixed
  );
}

/** True when every board is a square, so that `GridSize` says its size. */
export function hasSquaresOnly({ sizes, boards }: DatasetConfig): boolean {
  if (boards !== undefined) {
    return boards.map(parseBounds).every(({ width, height }) => width === height);
  }
  return sizes.every(
    ({ height, width, square }) =>
      square === true ||
      (height[0] === height[1] && width[0] === width[1] && height[0] === width[0]),
  );
}

/** A rule as a config holds it. @throws InputError when it is none, or names a board. */
export function canonicalRule(text: string): string {
  const { rule, bounds } = parseRule(text);
  if (bounds !== null) {
    throw new InputError(
      `--rule '${text}' names a board; give sizes with --size and topologies with --topology`,
    );
  }
  return formatRule(rule);
}

/** The stream that a file's blocks are drawn from. */
export function openBlockStream({ seed }: DatasetConfig, { number }: DatasetFile): RandomStream {
  return openStream(seed, 'dataset blocks', number);
}
