/**
 * Plaintext patterns (.cells): a row a line, `.` dead and `O` alive, remarks after `!`.
 *
 *     !Name: Glider
 *     .O.
 *     ..O
 *     OOO
 */

import { createGrid, MAX_CELLS, MAX_SIDE } from '../grid.js';
import { inputErrorAt } from '../input-error.js';
import type { Pattern } from '../pattern.js';
import type { PatternFormat } from './pattern-format.js';
import { splitLines } from './text-lines.js';

/** Plaintext patterns. */
export const CELLS_FORMAT: PatternFormat = {
  name: 'cells',
  extensions: ['.cells'],
  recognise: (start) =>
    /^[!.O*]/.test(start) || splitLines(start).every((line) => /^(!|[.O*o\s]*$)/.test(line))
      ? 'perhaps'
      : 'no',
  parse: parseCellsFile,
  format: formatCellsFile,
  example: '.O.\n..O\nOOO\n',
};

/**
 * Reads a plaintext pattern. Rows may leave out the dead cells at their ends; `*` and `o` are alive
 * too. A remark `Name: …` names the pattern, `Rule: …` its rule.
 * @param source the file's name, for messages
 * @throws InputError at any other character, and when there are no rows or too many.
 */
export function parseCellsFile(text: string, source: string): Pattern {
  let name: string | null = null;
  let rule: string | null = null;
  const comments: string[] = [];
  const rows: string[] = [];
  const lines = splitLines(text);
  for (const [index, line] of lines.entries()) {
    if (line.startsWith('!')) {
      const remark = line.slice(1).trim();
      const [, key, value] = /^(name|rule):\s*(.*)$/i.exec(remark) ?? [];
      if (key?.toLowerCase() === 'name' && name === null) name = value!;
      else if (key?.toLowerCase() === 'rule' && rule === null) rule = value!;
      else comments.push(remark);
      continue;
    }
    const row = line.trimEnd();
    const stranger = /[^.Oo*]/.exec(row);
    if (stranger) {
      throw inputErrorAt(
        source,
        index + 1,
        `column ${stranger.index + 1} is '${stranger[0]}'; a plaintext pattern is written in . and O`,
      );
    }
    if (row !== '' || rows.length > 0) rows.push(row); // blank lines before the pattern do not count
  }
  while (rows.at(-1) === '') rows.pop();
  const width = rows.reduce((widest, row) => Math.max(widest, row.length), 0);
  if (rows.length === 0) {
    throw inputErrorAt(source, lines.length, 'the pattern has no cells; write a row of . and O');
  }
  if (width > MAX_SIDE || rows.length > MAX_SIDE || width * rows.length > MAX_CELLS) {
    throw inputErrorAt(
      source,
      lines.length,
      `a ${width}x${rows.length} pattern is too large; at most ${MAX_SIDE} cells a side and ${MAX_CELLS} in all`,
    );
  }
  const grid = createGrid(width, rows.length);
  for (const [row, letters] of rows.entries()) {
    for (let column = 0; column < letters.length; column++) {
      if (letters[column] !== '.') grid.cells[row * width + column] = 1;
    }
  }
  return { name, comments, rule, grid, warnings: [] };
}

/** Writes a plaintext pattern, every row in full. */
export function formatCellsFile(pattern: Pattern): string {
  const { grid, name, comments, rule } = pattern;
  const remarks = [
    ...(name === null ? [] : [`Name: ${name.replace(/[\r\n]+/g, ' ')}`]),
    ...(rule === null ? [] : [`Rule: ${rule}`]),
    ...comments.flatMap((comment) => comment.split(/\r\n|\r|\n/)),
  ];
  const rows = Array.from({ length: grid.height }, (_, row) =>
    Array.from(grid.cells.subarray(row * grid.width, (row + 1) * grid.width), (cell) =>
      cell === 1 ? 'O' : '.',
    ).join(''),
  );
  return [...remarks.map((remark) => `!${remark}`), ...rows, ''].join('\n');
}
