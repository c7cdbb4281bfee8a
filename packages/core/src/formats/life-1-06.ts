/**
 * Life 1.06 (.lif, .life): the coordinates of the live cells, a cell a line.
 *
 *     #Life 1.06
 *     0 -1
 *     1 0
 */

import { inputErrorAt } from '../input-error.js';
import type { Pattern } from '../pattern.js';
import { drawLiveCells, type LiveCell } from './live-cells.js';
import type { PatternFormat } from './pattern-format.js';
import { splitLines } from './text-lines.js';

/** Coordinates of live cells. */
export const LIFE_106_FORMAT: PatternFormat = {
  name: 'Life 1.06',
  extensions: ['.life', '.lif'],
  recognise: (start) => (/^#Life 1\.06/i.test(start) ? 'surely' : 'no'),
  parse: parseLife106,
  format: formatLife106,
  example: '#Life 1.06\n1 0\n2 1\n0 2\n1 2\n2 2\n',
};

/**
 * Reads a Life 1.06 pattern into the smallest grid that holds its live cells.
 * @param source the file's name, for messages
 * @throws InputError when the first line is another one, at a line that is not two whole numbers,
 * and when nothing is alive or the cells lie too far apart.
 */
export function parseLife106(text: string, source: string): Pattern {
  const lines = splitLines(text);
  const first = lines.findIndex((line) => line.trim() !== '');
  if (!/^#Life 1\.06\s*$/i.test(lines[first] ?? '')) {
    throw inputErrorAt(
      source,
      1,
      `the first line is '${lines[0]!.slice(0, 40)}', not '#Life 1.06'`,
    );
  }
  const comments: string[] = [];
  const live: LiveCell[] = [];
  for (const [index, raw] of lines.entries()) {
    const line = raw.trim();
    if (index === first || line === '') continue;
    if (line.startsWith('#')) {
      comments.push(line.slice(1).trim());
      continue;
    }
    const place = /^(-?\d+)\s+(-?\d+)$/.exec(line);
    if (place === null) {
      throw inputErrorAt(
        source,
        index + 1,
        `'${line.slice(0, 40)}' is not a cell; write its column and row, e.g. 3 -1`,
      );
    }
    live.push({ x: Number(place[1]), y: Number(place[2]), line: index + 1 });
  }
  return { name: null, comments, rule: null, ...drawLiveCells(live, source), warnings: [] };
}

/**
 * Writes the live cells as Life 1.06, counted from the grid's top left corner. The format has no
 * place for a name, comments, a rule or the size of the grid.
 */
export function formatLife106(pattern: Pattern): string {
  const { width, cells } = pattern.grid;
  const lines = ['#Life 1.06'];
  for (const [k, cell] of cells.entries()) {
    if (cell === 1) lines.push(`${k % width} ${Math.floor(k / width)}`);
  }
  return [...lines, ''].join('\n');
}
