/** The rows of a file of a data set, drawn and stepped by the engine. */

import {
  createGrid,
  deriveSeed,
  formatBoundedRule,
  InputError,
  type BoundedGrid,
} from '@lifegpt/core';
import type { SimdLife } from '@lifegpt/simd-life';
import { keyOfBoard } from './board-key.js';
import {
  drawBlock,
  isUniform,
  openBlockStream,
  type DatasetConfig,
  type DatasetFile,
} from './config.js';

/** Rows of one rule and size. */
export interface RowBatch {
  /** Golly's notation with topology and sides. */
  readonly rule: string;
  readonly bounds: BoundedGrid;
  readonly rows: number;
  /** For each state of the rows, `[rows, cells]`: the letters 0 and 1 in ASCII. */
  readonly states: readonly Uint8Array[];
}

/** What was drawn and not taken. */
export interface Dropped {
  /** Boards that came before in the same file, under the same rule. */
  duplicates: number;
  /** Boards whose content belongs to another split. */
  otherSplits: number;
}

/** Boards drawn in one go where all rows are of one kind; else each row is drawn by itself. */
const UNIFORM_BLOCK = 1024;
/** After so many boards in a row that were not taken there are no others left. */
const PATIENCE = 100_000;
const BLOCKS_A_FILE = 2 ** 24;
const ZERO = '0'.charCodeAt(0);

/**
 * Draws a file's rows: boards that belong to its split by their content, each once.
 * @throws InputError when there are not so many different boards.
 */
export function* drawRows(
  engine: SimdLife,
  config: DatasetConfig,
  file: DatasetFile,
  dropped: Dropped,
): Generator<RowBatch> {
  const random = openBlockStream(config, file);
  const length = isUniform(config) ? UNIFORM_BLOCK : 1;
  // no data set holds the boards of a training run with the same seed
  const seed = deriveSeed(config.seed, 'dataset');
  const seen = new Set<string>();
  let [taken, inVain] = [0, 0];
  for (let number = 0; taken < file.rows; number++) {
    const block = drawBlock(config, random);
    const { rule, bounds } = block;
    const { topology, width, height } = bounds;
    const cells = width * height;
    const { states, nextStates } = engine.draw({
      seed,
      index: file.number * BLOCKS_A_FILE + number,
      boards: length,
      width,
      height,
      rule,
      topology,
      density: block.density,
    });
    const text = formatBoundedRule(rule, bounds);
    const rows: number[] = [];
    for (let b = 0; b < length && taken + rows.length < file.rows; b++) {
      const key = keyOfBoard(states.subarray(b * cells, (b + 1) * cells), width);
      const name = `${key.content} ${text}`;
      if (key.split !== file.split) dropped.otherSplits++;
      else if (seen.has(name)) dropped.duplicates++;
      else {
        seen.add(name);
        rows.push(b);
        inVain = 0;
        continue;
      }
      if (++inVain > PATIENCE) throw explainExhaustion(file, taken + rows.length);
    }
    if (rows.length === 0) continue;
    taken += rows.length;
    yield { rule: text, bounds, rows: rows.length, states: selectStates(rows) };

    function selectStates(chosen: readonly number[]): Uint8Array[] {
      const first = [states, nextStates].map((source) => gather(source, chosen, cells));
      const later = Array.from(
        { length: config.states - 2 },
        () => new Uint8Array(first[0]!.length),
      );
      chosen.forEach((b, i) => {
        let state = createGrid(width, height, nextStates.subarray(b * cells, (b + 1) * cells));
        for (const target of later) {
          state = engine.step(state, rule, 1, topology);
          target.set(state.cells, i * cells);
        }
      });
      return [...first, ...later].map(spellCells);
    }
  }
}

function gather(source: Uint8Array, rows: readonly number[], cells: number): Uint8Array {
  const chosen = new Uint8Array(rows.length * cells);
  rows.forEach((b, i) => chosen.set(source.subarray(b * cells, (b + 1) * cells), i * cells));
  return chosen;
}

/** Cells to letters, in place. */
function spellCells(cells: Uint8Array): Uint8Array {
  for (let i = 0; i < cells.length; i++) cells[i] = cells[i]! + ZERO;
  return cells;
}

function explainExhaustion({ split, rows }: DatasetFile, found: number): InputError {
  return new InputError(
    `after ${found} rows of ${rows} for '${split}' no new boards turn up: there are hardly more of these sizes and densities; ` +
      `ask for fewer rows, larger boards or a wider --density`,
  );
}
