/** Where test boards come from: data files, ten well-known ones, or fresh random ones. */

import {
  createGrid,
  deriveSeed,
  drawSize,
  formatBoundedRule,
  openStream,
  TORUS,
  type Rule,
  type SizeRange,
} from '@lifegpt/core';
import type { SimdLife } from '@lifegpt/simd-life';
import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { listDataFiles } from '../dataset/inspect.js';
import { readStateRows } from '../dataset/state-reader.js';
import { TEN_BOARDS } from '../option-values.js';
import { drawTenBoards } from './ten-boards.js';
import { readTestBoard, type Contradiction, type TestBoard } from './test-board.js';

/** Boards of one size that are predicted in one go, and the rows that were left out before them. */
export interface BoardBatch {
  readonly boards: readonly TestBoard[];
  readonly contradictions: readonly Contradiction[];
}

/** Boards in batches, always the same ones in the same order. */
export interface BoardSource {
  /** What it is called in results. */
  readonly name: string;
  /** Tells this source from any other, by its content. */
  readonly identity: string;
  /** Boards in all, or null when nobody knows. */
  readonly total: number | null;
  /** The batches from number `from` on; every `stride`-th of them. */
  batches(from: number, stride?: number): AsyncIterable<BoardBatch>;
}

/** Cells that are predicted in one go: 32 boards of 32x32. */
const CELLS_A_BATCH = 32 * 1024;

/**
 * Opens data files: a file, a folder of them, or the ten built-in boards.
 * @param limit take only so many rows
 * @throws InputError when there is no such file
 */
export async function openData(
  path: string,
  limit: number,
  engine: SimdLife,
): Promise<BoardSource> {
  if (path === TEN_BOARDS && (await stat(path).catch(() => null)) === null) {
    const boards = drawTenBoards(engine).slice(0, limit);
    const batch = { boards, contradictions: [] };
    return {
      name: path,
      identity: `${TEN_BOARDS} ${limit}`,
      total: boards.length,
      async *batches(from) {
        if (from === 0) yield await Promise.resolve(batch);
      },
    };
  }
  const files = await listDataFiles(path);
  const hash = createHash('sha256');
  for (const file of files) await addFile(hash, file);
  return {
    name: path,
    identity: `${hash.digest('hex')} ${limit}`,
    total: Number.isFinite(limit) ? limit : null,
    batches: (from, stride = 1) => batchRows(files, limit, engine, from, stride),
  };
}

/** A path without content changes nothing: what cannot be read is for the reader to explain. */
async function addFile(hash: Hash, file: string): Promise<void> {
  if ((await stat(file).catch(() => null))?.isFile() !== true) return;
  await pipeline(createReadStream(file), hash, { end: false });
}

/** Goes through the rows once; boards wait until there are enough of their size. */
async function* batchRows(
  files: readonly string[],
  limit: number,
  engine: SimdLife,
  from: number,
  stride: number,
): AsyncGenerator<BoardBatch> {
  const waiting = new Map<string, TestBoard[]>();
  let contradictions: Contradiction[] = [];
  let [rows, number] = [0, 0];
  function* flush(size: string): Generator<BoardBatch> {
    const batch = { boards: waiting.get(size) ?? [], contradictions };
    waiting.delete(size);
    contradictions = [];
    if (isTaken(number++, from, stride)) yield batch;
  }
  for (const file of files) {
    for await (const row of readStateRows(file)) {
      if (rows === limit) break;
      const board = readTestBoard(row, ++rows, engine);
      if (!('rule' in board)) {
        contradictions.push(board);
        continue;
      }
      const { width, height } = board.state;
      const size = `${height}x${width}`;
      const batch = waiting.get(size) ?? [];
      batch.push(board);
      waiting.set(size, batch);
      if (batch.length * width * height >= CELLS_A_BATCH) yield* flush(size);
    }
  }
  for (const size of waiting.keys()) yield* flush(size);
  if (contradictions.length > 0) yield* flush('none is left');
}

const isTaken = (number: number, from: number, stride: number): boolean =>
  number >= from && (number - from) % stride === 0;

/** Which fresh boards to draw. */
export interface FreshBoards {
  readonly boards: number;
  readonly sizes: readonly SizeRange[];
  /** Each board has its own p, evenly from this range. */
  readonly density: readonly [number, number];
  readonly rule: Rule;
  readonly seed: number;
}

/** Random boards from the engine. A batch is a function of its number, so that none is drawn in vain. */
export function openFreshBoards(
  fresh: FreshBoards,
  sizesText: string,
  engine: SimdLife,
): BoardSource {
  const { boards: total, sizes, density, rule } = fresh;
  const seed = deriveSeed(fresh.seed, 'evaluation'); // neither training nor data sets hold these boards
  async function* batches(from: number, stride = 1): AsyncGenerator<BoardBatch> {
    for (let index = 0, row = 0; row < total; index++) {
      const { width, height } = drawSize(sizes, openStream(seed, 'size', index));
      const cells = width * height;
      const boards = Math.min(total - row, Math.ceil(CELLS_A_BATCH / cells));
      if (isTaken(index, from, stride)) {
        const request = { seed, index, boards, width, height, rule, density };
        const { states, nextStates } = engine.draw(request);
        const cut = (all: Uint8Array, b: number): Uint8Array =>
          all.slice(b * cells, (b + 1) * cells);
        yield await Promise.resolve({
          boards: Array.from({ length: boards }, (_, b) => ({
            row: row + b + 1,
            name: `fresh board ${row + b + 1}, ${formatBoundedRule(rule, { topology: TORUS, width, height })}`,
            rule,
            topology: TORUS,
            state: createGrid(width, height, cut(states, b)),
            nextState: createGrid(width, height, cut(nextStates, b)),
          })),
          contradictions: [],
        });
      }
      row += boards;
    }
  }
  const [low, high] = density;
  const name = `${total} fresh boards, ${sizesText}, p ${low === high ? low : `${low}..${high}`}, seed ${fresh.seed}`;
  return { name, identity: JSON.stringify(fresh), total, batches };
}
