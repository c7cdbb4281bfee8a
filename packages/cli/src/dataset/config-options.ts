/** The options that say what a data set holds, for every command that makes one. */

import { InputError, parseSizes, splitTopologies } from '@lifegpt/core';
import type { Command } from 'commander';
import { parseChoice, parseRanges, parseWholeNumber, refuseIdle } from '../option-values.js';
import { readRecipeOf } from '../recipe-argument.js';
import { describeHeldOut } from './held-out-boards.js';
import { canonicalRule, checkDatasetConfig, FORMATS, type DatasetConfig } from './config.js';

/** The options as they are written. */
export interface DatasetFlags {
  readonly rows?: string;
  readonly validation?: string;
  readonly test?: string;
  readonly density?: string;
  readonly entropy?: string;
  readonly size?: string;
  readonly rule?: string;
  readonly topology?: string;
  readonly states: string;
  readonly format: string;
  readonly rowsPerFile: string;
  readonly seed: string;
  readonly heldOut?: string;
  readonly rowsPerKind?: string;
}

/** That of the paper. */
const DEFAULT_SIZE = '32';

/** Adds the options to a command. */
export function addDatasetOptions(command: Command): Command {
  return command
    .option('--rows <count>', 'rows for training (10000)')
    .option('--validation <count>', 'rows for validation (0)')
    .option('--test <count>', 'rows for testing (0)')
    .option('--density <p>', 'probability of a live cell: a range 0..1, a value, or a list 0.1,0.5')
    .option('--entropy <kind>', 'broad (density 0..1, the default) or high (density 0.5)')
    .option(
      '--size <sizes>',
      'rows x columns: 32 (the default), 20x32, 3..12x8..16, 2..16 (squares), a list',
    )
    .option('--rule <rules>', 'B3/S23 (the default), a list of rules, or random')
    .option('--topology <kinds>', "Golly's letters and marks: T (the default) P K* K,* C S; a list")
    .option('--states <count>', 'successive states a row', '2')
    .option('--format <name>', `${FORMATS.join(', ')}`, 'parquet')
    .option('--rows-per-file <count>', 'rows of a file: what is finished or done again', '250000')
    .option('--seed <number>', 'another seed, other boards', '1')
    .option(
      '--held-out <recipe>',
      'for testing, what a recipe or a model’s recipe holds out, in place of --topology, --rule and --rows; ' +
        'with --size only these of its sizes, or its rules on them where it holds out rules',
    )
    .option('--rows-per-kind <count>', 'rows for each topology and size held out, on average (8)');
}

/** Reads the options. @throws InputError at a value that cannot be, or a data set that cannot. */
export async function readDatasetOptions(flags: DatasetFlags): Promise<DatasetConfig> {
  refuseContradictions(flags);
  const { rule = 'B3/S23', topology = 'T' } = flags;
  const [train, validation, test] = [
    parseWholeNumber('--rows', flags.rows ?? '10000', 0, 1e12),
    parseWholeNumber('--validation', flags.validation ?? '0', 0, 1e12),
    parseWholeNumber('--test', flags.test ?? '0', 0, 1e12),
  ];
  const entropy =
    flags.entropy === undefined
      ? 'broad'
      : parseChoice('--entropy', flags.entropy, ['broad', 'high']);
  const perKind = parseWholeNumber('--rows-per-kind', flags.rowsPerKind ?? '8', 1, 1e9);
  const { rows, ...boards } =
    flags.heldOut === undefined
      ? {
          rows: { train, validation, test },
          sizes: parseSizes(flags.size ?? DEFAULT_SIZE),
          rules: rule === 'random' ? ('random' as const) : splitList(rule).map(canonicalRule),
          topologies: splitTopologies(topology),
        }
      : describeHeldOut(
          await readRecipeOf(flags.heldOut),
          perKind,
          flags.size === undefined ? undefined : parseSizes(flags.size),
        );
  return checkDatasetConfig({
    format_version: 1,
    seed: parseWholeNumber('--seed', flags.seed, 0),
    format: parseChoice('--format', flags.format, FORMATS),
    rows,
    rows_per_file: parseWholeNumber('--rows-per-file', flags.rowsPerFile, 1, 10_000_000),
    states: parseWholeNumber('--states', flags.states, 2, 10_000),
    densities: parseRanges('--density', flags.density ?? (entropy === 'high' ? '0.5' : '0..1')),
    ...boards, // last: the order of the fields decides the hash
  });
}

/** @throws InputError at options of which one says what the other would */
function refuseContradictions(flags: DatasetFlags): void {
  refuseIdle(flags, ['rowsPerKind'], flags.heldOut === undefined, '--held-out');
  const said = (['rows', 'validation', 'test', 'rule', 'topology'] as const).find(
    (name) => flags.heldOut !== undefined && flags[name] !== undefined,
  );
  if (said !== undefined) {
    throw new InputError(
      `--held-out ${flags.heldOut} says itself what --${said} would; leave --${said} out, and give --rows-per-kind for more rows`,
    );
  }
  if (flags.entropy !== undefined && flags.density !== undefined) {
    throw new InputError(
      '--entropy is a word for a --density (broad for 0..1, high for 0.5); give one of them',
    );
  }
}

const splitList = (text: string): string[] => text.split(',').map((part) => part.trim());
