/** What a run of a machine keeps in its folder: one file, so that a killed run leaves the state before or after, whole. */

import { checkShape, formatRle, InputError, parseRle, shapes, type Grid } from '@lifegpt/core';
import { hashBytes } from '@lifegpt/model';
import { readBoundedFile } from '../bounded-file.js';
import { pathIn, targetIn } from '../folder-path.js';
import { writeOutputFile } from '../output-file.js';
import type { MachineReading } from './machine.js';

/** Counts over all generations so far. */
export interface MachineCounts {
  readonly generation: number;
  /** Tokens that the model computed, and those that it kept from the generation before. */
  readonly computed: number;
  readonly kept: number;
  readonly forwardPasses: number;
  /** The smallest margin of a computed token over its second choice, in nats. */
  readonly minMargin: number;
  /** Of the model, the engine beside it left out, over all sittings. */
  readonly seconds: number;
}

/** Where a run stands. Its board is the model's, and the truth: a run that differs from it ends. */
export interface MachineState extends MachineCounts {
  readonly machine: string;
  readonly model: string;
  readonly readings: readonly MachineReading[];
  readonly grid: Grid;
}

const FILE = 'machine.json';
/** Bytes of the file at most: a board of some millions of cells as RLE. */
const LARGEST = 2 ** 28;
const VERSION = 1;
/** The sieve for the largest number has some 13,000 columns. */
const LARGEST_SIDE = 16_384;

interface StateFile extends MachineCounts {
  readonly version: number;
  readonly machine: string;
  readonly model: string;
  readonly readings: readonly MachineReading[];
  readonly width: number;
  readonly height: number;
  readonly board: string;
  /** Of the board's cells. */
  readonly hash: string;
}

const count = shapes.wholeNumber(0);
const SHAPE = shapes.record<StateFile>({
  version: shapes.wholeNumber(VERSION, VERSION),
  machine: shapes.text(200),
  model: shapes.text(200),
  generation: count,
  computed: count,
  kept: count,
  forwardPasses: count,
  minMargin: shapes.number(0, Number.MAX_VALUE),
  seconds: shapes.number(0, Number.MAX_VALUE),
  readings: shapes.list(
    shapes.record<MachineReading>({
      generation: count,
      text: shapes.text(10_000),
      value: shapes.text(200),
    }),
    0,
    1_000_000,
  ),
  width: shapes.wholeNumber(1, LARGEST_SIDE),
  height: shapes.wholeNumber(1, LARGEST_SIDE),
  board: shapes.text(LARGEST),
  hash: shapes.text(64),
});

/** Writes where a run stands, in place of what was there. */
export async function writeMachineState(folder: string, state: MachineState): Promise<void> {
  const { grid, ...rest } = state;
  const { width, height } = grid;
  const board = formatRle({ name: null, comments: [], rule: null, grid, warnings: [] });
  const hash = await hashBytes(grid.cells);
  const file: StateFile = { version: VERSION, ...rest, width, height, board, hash };
  await writeOutputFile(targetIn(folder, FILE), `${JSON.stringify(file)}\n`);
}

/**
 * Where the run of a folder stands; null where none has begun.
 * @throws InputError when it is damaged, or that of another machine or model
 */
export async function readMachineState(
  folder: string,
  machine: string,
  model: string,
): Promise<MachineState | null> {
  const path = pathIn(folder, FILE);
  const bytes = await readBoundedFile(path, LARGEST);
  if (bytes === null) return null;
  const file = checkShape(SHAPE, parseJson(bytes, path), path);
  const { width, height, board, hash, version: _version, ...rest } = file;
  if (rest.machine !== machine || rest.model !== model) {
    throw new InputError(
      `${folder} holds the run of ${rest.machine} by ${rest.model}, not of ${machine} by ${model}; give another --out`,
    );
  }
  const { grid } = parseRle(board, path, LARGEST_SIDE);
  const isWhole = grid.width === width && grid.height === height;
  if (!isWhole || (await hashBytes(grid.cells)) !== hash) {
    throw new InputError(
      `${path} is damaged: its board is not what was written; remove it to begin again`,
    );
  }
  return { ...rest, grid };
}

function parseJson(bytes: Buffer, path: string): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new InputError(`${path} is damaged: it is no JSON; remove it to begin again`);
  }
}
