/**
 * Life 1.05 (.lif, .life), and 1.04 before it, read only: blocks of `.` and `*` at coordinates.
 *
 *     #Life 1.05
 *     #D A glider
 *     #N
 *     #P -1 -1
 *     .*.
 *     ..*
 *     ***
 */

import { inputErrorAt } from '../input-error.js';
import type { Pattern } from '../pattern.js';
import { drawLiveCells, type LiveCell } from './live-cells.js';
import type { PatternFormat } from './pattern-format.js';
import { splitLines } from './text-lines.js';

/** Blocks of `.` and `*`, read only. */
export const LIFE_105_FORMAT: PatternFormat = {
  name: 'Life 1.05',
  extensions: ['.lif', '.life'],
  recognise(start) {
    if (/^#Life 1\.0[45]/i.test(start)) return 'surely';
    return /^#P/i.test(start) ? 'perhaps' : 'no';
  },
  parse: parseLife105,
  example: '#Life 1.05\n#P 0 0\n.*.\n..*\n***\n',
};

/**
 * Reads a Life 1.05 pattern into the smallest grid that holds its live cells. `#N` is Conway's
 * rule, `#R 23/3` another one; a bare `#P` means 0 0. The first line may be missing where `#P` is the first one.
 * @param source the file's name, for messages
 * @throws InputError when the first line is another one, at an unknown line or character, and when
 * nothing is alive or the blocks lie too far apart.
 */
export function parseLife105(text: string, source: string): Pattern {
  const lines = splitLines(text);
  const first = lines.findIndex((line) => line.trim() !== '');
  const isHeadless = /^#P/i.test(lines[first] ?? '');
  if (!isHeadless && !/^#Life 1\.0[45]\s*$/i.test(lines[first] ?? '')) {
    throw inputErrorAt(
      source,
      1,
      `the first line is '${lines[0]!.slice(0, 40)}', not '#Life 1.05'`,
    );
  }
  const comments: string[] = [];
  const live: LiveCell[] = [];
  let rule: string | null = null;
  let [left, y] = [0, 0];
  for (const [index, raw] of lines.entries()) {
    const line = raw.trimEnd();
    if (index < first || (index === first && !isHeadless)) continue;
    if (!line.startsWith('#')) {
      pushRow(line, left, y, live, source, index + 1);
      y++;
      continue;
    }
    const argument = line.slice(2).trim();
    switch (line.charAt(1).toUpperCase()) {
      case 'D':
      case 'C':
        comments.push(argument);
        break;
      case 'N':
        rule = '23/3';
        break;
      case 'R':
        rule = argument;
        break;
      case 'P': {
        const place = /^(-?\d+)\s+(-?\d+)$/.exec(argument || '0 0');
        if (place === null) {
          throw inputErrorAt(source, index + 1, `'${line}' is not a place; write #P -1 -1`);
        }
        [left, y] = [Number(place[1]), Number(place[2])];
        break;
      }
      default:
        throw inputErrorAt(
          source,
          index + 1,
          `'${line.slice(0, 40)}' is not known; Life 1.05 has #D, #N, #R, #P and rows of . and *`,
        );
    }
  }
  return { name: null, comments, rule, ...drawLiveCells(live, source), warnings: [] };
}

function pushRow(
  row: string,
  left: number,
  y: number,
  live: LiveCell[],
  source: string,
  line: number,
): void {
  for (let column = 0; column < row.length; column++) {
    const letter = row.charAt(column);
    if (letter === '*') live.push({ x: left + column, y, line });
    else if (letter !== '.') {
      throw inputErrorAt(
        source,
        line,
        `column ${column + 1} is '${letter}'; Life 1.05 is written in . and *`,
      );
    }
  }
}
