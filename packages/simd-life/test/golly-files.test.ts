/** Where a file's cells lie on its board: our reading and bgolly's, of files as people write them. */

import {
  formatRle,
  formatRule,
  formatBounds,
  openStream,
  placeTopology,
  parsePattern,
  parseRule,
  placePattern,
  createGrid,
  type RandomStream,
} from '@lifegpt/core';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEngine, type SimdLife } from '../src/index.js';
import { BGOLLY, stepFileByGolly } from './bgolly.js';

let engine: SimdLife;
let folder: string;
beforeAll(async () => {
  engine = await createEngine(readFileSync(new URL('../build/simd-life.wasm', import.meta.url)));
  folder = mkdtempSync(join(tmpdir(), 'golly-files-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** More of them with GOLLY_FILES=500. */
const FILES = Number(process.env['GOLLY_FILES'] ?? 100);
const KINDS = ['T', 'T+3', 'T,-2', 'P', 'K*', 'K,*', 'K*+1', 'K,*+1', 'C', 'S'];

/** A file with a board of some topology, cells anywhere, perhaps Golly's line and a header that is wrong. */
function drawFile(random: RandomStream, kind: string): { text: string; generation: number } {
  const width = 3 + random.nextInt(30);
  const height = kind === 'S' ? width : 3 + random.nextInt(30);
  const rule = formatRule(
    random.nextInt(3) === 0
      ? { birth: 2 * random.nextInt(256), survival: random.nextInt(512) }
      : parseRule('B3/S23').rule,
  );
  const isLarge = random.nextInt(6) === 0;
  const side = (board: number): number => 1 + random.nextInt(isLarge ? 2 * board : board);
  const [columns, rows] = [side(width), side(height)];
  const p = 0.2 + 0.6 * random.nextFloat();
  const cells = Uint8Array.from({ length: columns * rows }, () => (random.nextFloat() < p ? 1 : 0));
  const generation = random.nextInt(4) === 0 ? random.nextInt(1000) : 0;
  const place = (board: number, own: number): number =>
    random.nextInt(Math.max(1, board - own + 1)) - Math.floor(board / 2);
  const rle = formatRle({
    name: null,
    comments: [],
    rule: `${rule}:${formatBounds(placeTopology(kind, height, width))}`,
    grid: createGrid(columns, rows, cells),
    ...(!isLarge && random.nextInt(2) === 0
      ? { position: { x: place(width, columns), y: place(height, rows) } }
      : {}),
    ...(generation === 0 ? {} : { generation }),
    warnings: [],
  });
  const isWrong = random.nextInt(5) === 0;
  const sides = `x = ${1 + random.nextInt(40)}, y = ${1 + random.nextInt(40)}`;
  return { text: isWrong ? rle.replace(/^x = \d+, y = \d+/m, sides) : rle, generation };
}

describe.skipIf(BGOLLY === undefined)('files on bounded grids (skipped without bgolly)', () => {
  it.each(KINDS)('lie and go on as in Golly on %s', (kind) => {
    const random = openStream(5, 'golly files', kind);
    let compared = 0;
    for (let file = 0; file < FILES / KINDS.length; file++) {
      const { text, generation } = drawFile(random, kind);
      const pattern = parsePattern(text, 'given.rle');
      const { rule, bounds } = parseRule(pattern.rule!);
      expect(pattern.generation ?? 0).toBe(generation);
      const { grid, lost } = placePattern(pattern, bounds!);
      // what hangs over the border lives on for one generation in bgolly, and not here
      const isCut = grid.width < pattern.grid.width || grid.height < pattern.grid.height;
      if (lost > 0 && (!isCut || pattern.statedSize !== undefined)) continue;
      compared++;
      const generations = 1 + random.nextInt(12);
      const ours = engine.step(grid, rule, generations, bounds!.topology);
      const golly = stepFileByGolly(text, bounds!, generation + generations, folder);
      const wrong = ours.cells.reduce((sum, cell, k) => sum + (cell === golly.cells[k] ? 0 : 1), 0);
      expect({ text, wrong }).toMatchObject({ wrong: 0 });
    }
    expect(compared).toBeGreaterThan((0.8 * FILES) / KINDS.length);
  });
});
