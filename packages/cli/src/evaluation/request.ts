/** What an evaluation is asked for, as plain data: the options of `lifegpt eval` that decide its results. */

import { InputError, parseSizes, shapes, type Shape, type SizeRange } from '@lifegpt/core';
import { STRATEGY_NAMES, type StrategyName } from '@lifegpt/model';
import type { Command } from 'commander';
import { SIZE_RANGE } from '../dataset/config.js';
import { DEFAULT_MODEL, splitModels } from '../model-argument.js';
import {
  DEVICES,
  parseChoice,
  parseDensity,
  parseNumbers,
  parseWholeNumber,
  refuseIdle,
  refuseTwice,
  TEN_BOARDS,
} from '../option-values.js';

/** A temperature, and the seed of what is drawn at it. */
export interface Sampling {
  readonly temperature: number;
  readonly seed: number;
}

/** The options as they are written. */
export interface EvaluationFlags {
  readonly model: string;
  readonly fresh?: string;
  readonly size?: string;
  readonly density?: string;
  readonly boardSeed?: string;
  readonly arar?: string;
  readonly ararTemperature?: string;
  readonly temperature: string;
  readonly seed?: string;
  readonly decode?: string;
  readonly device: string;
  readonly limit?: string;
}

/** Random boards that are asked for; their rule is the first model's. */
export interface FreshRequest {
  readonly boards: number;
  readonly sizes: readonly SizeRange[];
  /** The sizes as they were written. */
  readonly sizesText: string;
  readonly density: readonly [number, number];
  readonly seed: number;
}

/** An evaluation without any file read. */
export interface EvaluationRequest {
  /** Shipped models, or folders. */
  readonly models: readonly string[];
  /** A file, a folder, or the name of the ten boards. */
  readonly data: string | null;
  /** Rows of the data; null for all. */
  readonly limit: number | null;
  readonly fresh: FreshRequest | null;
  readonly samplings: readonly Sampling[];
  readonly arar: { readonly steps: number; readonly samplings: readonly Sampling[] } | null;
  readonly decode: StrategyName;
  readonly device: string;
}

const { list, number, oneOf, orNull, range, record, text, wholeNumber } = shapes;

/** What temperatures and seeds can be. */
export const SAMPLINGS: Shape<readonly Sampling[]> = list(
  record<Sampling>({ temperature: number(0, 1e6), seed: wholeNumber(0) }),
  1,
  1000,
);

/** What long runs can be asked for. */
export const ARAR = record<NonNullable<EvaluationRequest['arar']>>({
  steps: wholeNumber(1, 1_000_000),
  samplings: SAMPLINGS,
});

/** What a request from a file or a queue can be. */
export const REQUEST: Shape<EvaluationRequest> = record<EvaluationRequest>({
  models: list(text(4096), 1, 64),
  data: orNull(text(4096)),
  limit: orNull(wholeNumber(1)),
  fresh: orNull(
    record<FreshRequest>({
      boards: wholeNumber(1, 1e9),
      sizes: list(SIZE_RANGE, 1, 1000),
      sizesText: text(4096),
      density: range(number(0, 1)),
      seed: wholeNumber(0),
    }),
  ),
  samplings: SAMPLINGS,
  arar: orNull(ARAR),
  decode: oneOf(...STRATEGY_NAMES),
  device: oneOf(...DEVICES),
});

/** Adds argument and options to a command. */
export function addEvaluationOptions(command: Command): Command {
  return command
    .argument(
      '[data]',
      `a .csv, .jsonl or .parquet file, a folder of them, or ${TEN_BOARDS} for boards of the paper's kinds`,
    )
    .option('--model <list>', 'shipped models, or model folders, between commas', DEFAULT_MODEL)
    .option('--fresh <boards>', 'also so many random boards that no training has seen')
    .option('--size <sizes>', 'rows x columns of fresh boards: 32 (the default), 20x32, 3..32')
    .option(
      '--density <p>',
      'probability of a live cell on fresh boards: 0..1 (the default) or a value',
    )
    .option('--board-seed <number>', 'another seed, other fresh boards (1)')
    .option(
      '--arar <steps>',
      'also simulate each board (those of the data, if given) for so many steps, fed by its own predictions',
    )
    .option('--arar-temperature <list>', 'of those steps (0)')
    .option('--temperature <list>', '0 for the most likely tokens; several between commas', '0')
    .option('--seed <list>', 'of the samples at temperatures above 0; several between commas (1)')
    .option(
      '--decode <strategy>',
      `${STRATEGY_NAMES.join(', ')}: the same tokens (near; samples go by jacobi)`,
    )
    .option('--device <name>', 'auto, cpu, webgpu, cuda or wasm', 'auto')
    .option('--limit <rows>', 'only the first rows of the data');
}

/** Reads the options. @throws InputError at a value that cannot be */
export function readEvaluationRequest(
  data: string | undefined,
  flags: EvaluationFlags,
): EvaluationRequest {
  refuseIdleFlags(data, flags);
  const seeds = (flags.seed ?? '1')
    .split(',')
    .map((part) => parseWholeNumber('--seed', part.trim(), 0));
  refuseTwice('--seed', seeds);
  // at temperature 0 nothing is drawn: one seed says it all
  const pair = (temperatures: readonly number[]): Sampling[] =>
    temperatures.flatMap((temperature) =>
      (temperature === 0 ? seeds.slice(0, 1) : seeds).map((seed) => ({ temperature, seed })),
    );
  const models = splitModels(flags.model);
  const samplings = pair(parseNumbers('--temperature', flags.temperature));
  const ararSamplings = pair(parseNumbers('--arar-temperature', flags.ararTemperature ?? '0'));
  if (flags.seed !== undefined && [...samplings, ...ararSamplings].every(isCertain)) {
    throw new InputError(
      `--seed ${flags.seed} is of samples, and at temperature 0 nothing is drawn; give --temperature, or leave it out`,
    );
  }
  if (data === undefined && flags.fresh === undefined) {
    throw new InputError(
      `there is nothing to evaluate on; name a data file, ${TEN_BOARDS}, or --fresh 1000`,
    );
  }
  return {
    models,
    data: data ?? null,
    limit: flags.limit === undefined ? null : parseWholeNumber('--limit', flags.limit, 1),
    fresh: flags.fresh === undefined ? null : readFresh(flags.fresh, flags),
    samplings,
    arar:
      flags.arar === undefined
        ? null
        : { steps: parseWholeNumber('--arar', flags.arar, 1, 1_000_000), samplings: ararSamplings },
    decode: parseChoice('--decode', flags.decode ?? 'near', STRATEGY_NAMES),
    device: parseChoice('--device', flags.device, DEVICES),
  };
}

const isCertain = ({ temperature }: Sampling): boolean => temperature === 0;

/** @throws InputError at an option that could take no effect */
function refuseIdleFlags(data: string | undefined, flags: EvaluationFlags): void {
  refuseIdle(flags, ['size', 'density', 'boardSeed'], flags.fresh === undefined, '--fresh');
  refuseIdle(flags, ['ararTemperature'], flags.arar === undefined, '--arar');
  refuseIdle(flags, ['limit'], data === undefined, 'a data file');
}

function readFresh(boards: string, flags: EvaluationFlags): FreshRequest {
  const { size = '32', density = '0..1', boardSeed = '1' } = flags;
  return {
    boards: parseWholeNumber('--fresh', boards, 1, 1e9),
    sizes: parseSizes(size),
    sizesText: size,
    density: parseDensity(density),
    seed: parseWholeNumber('--board-seed', boardSeed, 0),
  };
}
