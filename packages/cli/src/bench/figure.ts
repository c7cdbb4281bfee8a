/** What a benchmark takes and gives. */

import type { LanguageModel } from '@lifegpt/model';
import type { SimdLife } from '@lifegpt/simd-life';
import type { CommandContext } from '../context.js';
import { formatCount } from '../terminal/count.js';

/** One measured figure. */
export interface Figure {
  /** The benchmark that measured it. */
  readonly bench: string;
  readonly figure: string;
  readonly value: number;
  readonly unit: string;
  /** What it should reach, in words, where there is a target. */
  readonly target?: string;
  readonly reached?: boolean;
}

/** What benchmarks work with. */
export interface BenchTools {
  /** Loads the model; benchmarks of the engine need none. */
  readonly loadModel: () => Promise<LanguageModel>;
  /** The model's name or folder. */
  readonly modelName: string;
  readonly engine: SimdLife;
  /** A data file, or undefined for built-in patterns. */
  readonly data: string | undefined;
  readonly context: CommandContext;
}

/** A benchmark. */
export type Bench = (tools: BenchTools) => Promise<Figure[]>;

/** The middle value (the upper one of two). */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}

/** Columns of a line of the table with most targets. */
const TABLE_COLUMNS = 110;

/** One line of the table, or where that has no room a line for people. @param columns of the terminal */
export function formatFigure(
  { bench, figure, value, unit, target, reached }: Figure,
  columns: number,
): string {
  const verdict =
    target === undefined ? '' : `  ${reached === true ? 'reached' : 'MISSED'}: ${target}`;
  const number = Number.isInteger(value) ? formatCount(value) : value.toPrecision(4);
  if (columns < TABLE_COLUMNS) return `${bench}, ${figure}: ${number} ${unit}${verdict}`;
  return `${bench.padEnd(10)} ${figure.padEnd(52)} ${number.padStart(10)} ${unit.padEnd(8)}${verdict}`;
}
