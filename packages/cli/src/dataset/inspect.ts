/** Looks through data files: counts, densities, and every row against the engine. */

import {
  CONWAY,
  countAlive,
  InputError,
  parseRule,
  TORUS,
  type Grid,
  type Stepper,
} from '@lifegpt/core';
import { readdir, stat } from 'node:fs/promises';
import { pathIn } from '../folder-path.js';
import { checkDataFile, DATA_EXTENSIONS, readStateRows } from './state-reader.js';

/** Bins of the density histogram. */
export const BINS = 10;

/** A board to show. */
export interface SampleBoard {
  readonly file: string;
  readonly row: number;
  readonly rule: string;
  readonly state: Grid;
  readonly nextState: Grid | null;
}

/** What a set of files holds. */
export interface Inspection {
  readonly files: readonly { readonly file: string; readonly rows: number }[];
  rows: number;
  /** Pairs of successive states, and those that the engine steps otherwise. */
  pairs: number;
  wrongPairs: number;
  firstWrong: { readonly file: string; readonly row: number; readonly state: number } | null;
  /** Rows by states a row, by size (rows x columns) and by rule. */
  readonly statesARow: Record<string, number>;
  readonly sizes: Record<string, number>;
  readonly rules: Record<string, number>;
  /** Rows by the share of live cells in `State 1`, in tenths; 1 belongs to the last. */
  readonly densities: number[];
  readonly samples: SampleBoard[];
  /** What other readers may make of the files. */
  readonly warnings: string[];
}

/** The data files of a folder (in `data/` when it has one), or the file itself. */
export async function listDataFiles(path: string): Promise<string[]> {
  const found = await stat(path).catch(() => null);
  if (found === null) throw new InputError(`cannot read ${path}: there is no such file or folder`);
  if (!found.isDirectory()) {
    checkDataFile(path);
    return [path];
  }
  const inner = pathIn(path, 'data');
  const folder = (await stat(inner).catch(() => null))?.isDirectory() === true ? inner : path;
  const files = (await readdir(folder))
    .filter((name) => !name.startsWith('.'))
    .filter((name) => DATA_EXTENSIONS.some((extension) => name.endsWith(extension)))
    .sort()
    .map((name) => pathIn(folder, name));
  if (files.length === 0) {
    throw new InputError(`${path} holds no data files (${DATA_EXTENSIONS.join(' ')})`);
  }
  return files;
}

/**
 * Reads all rows of the files.
 * @param samples how many boards to keep for showing, from the beginnings of the files
 * @throws InputError at the first row that cannot be read
 */
export async function inspectFiles(
  files: readonly string[],
  engine: Stepper,
  samples: number,
  signal: AbortSignal,
  onRow?: (rows: number) => void,
): Promise<Inspection> {
  const counts: { file: string; rows: number }[] = [];
  const seen: Inspection = {
    files: counts,
    rows: 0,
    pairs: 0,
    wrongPairs: 0,
    firstWrong: null,
    statesARow: {},
    sizes: {},
    rules: {},
    densities: Array.from({ length: BINS }, () => 0),
    samples: [],
    warnings: warnOf(files),
  };
  const perFile = Math.ceil(samples / files.length);
  for (const file of files) {
    let row = 0;
    for await (const { states, rule: text } of readStateRows(file)) {
      row++;
      if (row % 256 === 0) signal.throwIfAborted();
      const first = states[0]!;
      const { rule, bounds } = text === null ? { rule: CONWAY, bounds: null } : parseRule(text);
      count(seen.statesARow, String(states.length));
      count(seen.sizes, `${first.height}x${first.width}`);
      count(seen.rules, (text ?? 'B3/S23').replace(/:.*/, ''));
      const density = countAlive(first) / first.cells.length;
      seen.densities[Math.min(BINS - 1, Math.floor(density * BINS))]!++;
      for (let k = 1; k < states.length; k++) {
        const truth = engine.step(states[k - 1]!, rule, 1, bounds?.topology ?? TORUS);
        seen.pairs++;
        if (Buffer.compare(truth.cells, states[k]!.cells) === 0) continue;
        seen.wrongPairs++;
        seen.firstWrong ??= { file, row, state: k + 1 };
      }
      if (row <= perFile && seen.samples.length < samples) {
        const shown = text ?? `B3/S23:T${first.width},${first.height}`;
        seen.samples.push({ file, row, rule: shown, state: first, nextState: states[1] ?? null });
      }
      onRow?.(++seen.rows);
    }
    counts.push({ file, rows: row });
  }
  return seen;
}

/** A state of zeros and ones is text; a reader that guesses takes it for a number. */
function warnOf(files: readonly string[]): string[] {
  const csv = files.find((file) => file.toLowerCase().endsWith('.csv'));
  if (csv === undefined) return [];
  return [
    `${csv}: a reader that guesses types takes states for numbers and drops their zeros: pandas unless it is told dtype=str, ` +
      `load_dataset unless the folder's README.md has the features`,
  ];
}

function count(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}
