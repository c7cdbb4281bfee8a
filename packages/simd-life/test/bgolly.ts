/** Debian's bgolly as an independent Life: a whole state in, a whole state out. */

import { createGrid, formatRle, type Grid } from '@lifegpt/core';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Where `npm test` found it, or undefined. */
export const BGOLLY = process.env['BGOLLY_PATH'];

/** The pattern files that come with Golly: `share/golly/Patterns` beside the program, or none. */
export function listGollyPatterns(): string[] {
  if (BGOLLY === undefined) return [];
  const root = join(dirname(BGOLLY), '../share/golly/Patterns/Life');
  if (!existsSync(root)) return [];
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(rle|lif)$/.test(file))
    .sort()
    .map((file) => join(root, file));
}

/**
 * The state after so many generations, by HashLife, whose files keep absolute positions.
 * @param rule as Golly is to read it, with the board
 */
export function stepByGolly(grid: Grid, rule: string, generations: number, folder: string): Grid {
  const position = { x: -Math.floor(grid.width / 2), y: -Math.floor(grid.height / 2) };
  const rle = formatRle({ name: null, comments: [], rule, grid, position, warnings: [] });
  return stepFileByGolly(rle, grid, generations, folder);
}

/**
 * The board of a pattern file, which Golly reads by itself, at a generation.
 * @param text RLE whose rule names the board
 * @param board its sides
 */
export function stepFileByGolly(
  text: string,
  { width, height }: Pick<Grid, 'width' | 'height'>,
  generation: number,
  folder: string,
): Grid {
  const [given, result] = [join(folder, 'given.rle'), join(folder, 'result.mc')];
  writeFileSync(given, text);
  const options = ['-q', '-q', '-a', 'HashLife', '-m', String(generation), '-o', result, given];
  execFileSync(BGOLLY!, options, { stdio: 'ignore' });
  const state = createGrid(width, height);
  for (const [x, y] of readMacrocell(readFileSync(result, 'utf8'))) {
    const [column, row] = [x + Math.floor(width / 2), y + Math.floor(height / 2)];
    const isInside = column >= 0 && column < width && row >= 0 && row < height;
    if (!isInside) throw new Error(`bgolly has a live cell at ${x},${y}, outside of the board`);
    state.cells[row * width + column] = 1;
  }
  return state;
}

/**
 * The live cells of a macrocell file of two states: numbered nodes, a line each. A leaf is 8x8 cells
 * in `.`, `*` and `$`; any other node is its level and the numbers of its four quarters (0 is an
 * empty one). The last node is the root; its y runs from 1 - size / 2.
 */
function readMacrocell(text: string): [x: number, y: number][] {
  const nodes = text.split('\n').filter((line) => /^[.*$\d]/.test(line));
  const cells: [number, number][] = [];
  function visit(number: number, size: number, x: number, y: number): void {
    if (number === 0) return;
    const node = nodes[number - 1]!;
    if (!/^\d/.test(node)) {
      node.split('$').forEach((row, r) =>
        [...row].forEach((cell, c) => {
          if (cell === '*') cells.push([x + c, y + r]);
        }),
      );
      return;
    }
    const [, nw, ne, sw, se] = node.split(' ').map(Number) as [
      number,
      number,
      number,
      number,
      number,
    ];
    const half = size / 2;
    visit(nw, half, x, y);
    visit(ne, half, x + half, y);
    visit(sw, half, x, y + half);
    visit(se, half, x + half, y + half);
  }
  const root = nodes.at(-1) ?? '';
  const size = 2 ** (/^\d/.test(root) ? Number(root.split(' ')[0]) : 3);
  visit(nodes.length, size, -size / 2, 1 - size / 2);
  return cells;
}
