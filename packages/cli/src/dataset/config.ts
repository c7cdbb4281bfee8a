/** What decides a data set: a plain object whose hash names it, and the files that follow from it. */

import {
  drawSize,
  formatRule,
  InputError,
  openStream,
  parseBounds,
  parseRule,
  placeTopology,
  type BoundedGrid,
  type RandomStream,
  type Rule,
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
  for (const [low, high] of config.densities) {
    if (!(low >= 0 && low <= high && high <= 1)) {
      fail(`the density ${low}..${high} is not within 0..1; write e.g. 0..1, 0.5 or 0.1,0.5`);
    }
  }
  if (config.rules !== 'random') config.rules.forEach((rule) => parseRule(rule));
  config.boards?.forEach((bounds) => parseBounds(bounds));
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
    const count = Math.ceil(config.rows[split] / config.rows_per_file);
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
