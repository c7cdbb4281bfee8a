import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createGrid, formatCells } from '../grid.js';
import { InputError } from '../input-error.js';
import type { Pattern } from '../pattern.js';
import { formatCellsFile, parseCellsFile } from './cells.js';

function read(text: string): string {
  const { grid } = parseCellsFile(text, 'a.cells');
  return `${grid.width}x${grid.height} ${formatCells(grid)}`;
}

describe('parseCellsFile', () => {
  it('reads rows, name, rule and remarks', () => {
    const text = '!Name: Glider\n!Author: R. Guy\n!\n!Rule: B3/S23\n.O.\n..O\nOOO\n';
    expect(parseCellsFile(text, 'glider.cells')).toEqual({
      name: 'Glider',
      comments: ['Author: R. Guy', ''],
      rule: 'B3/S23',
      grid: createGrid(3, 3, Uint8Array.of(0, 1, 0, 0, 0, 1, 1, 1, 1)),
      warnings: [],
    });
  });

  it.each([
    ['rows without their last dead cells', '.O\n..O\nOOO'],
    ['stars', '.*.\n..*\n***\n'],
    ['small letters', '.o.\n..o\nooo\n'],
    ['Windows line ends, a byte order mark and blanks at the ends', '\uFEFF.O. \r\n..O\r\nOOO\r\n'],
    ['blank lines around it', '!Name: x\n\n.O.\n..O\nOOO\n\n\n'],
    ['a remark in the middle', '.O.\n!half way\n..O\nOOO\n'],
  ])('reads a glider with %s', (_, text) => {
    expect(read(text)).toBe('3x3 010001111');
  });

  it('counts a blank line inside the pattern as a dead row, and keeps dotted margins', () => {
    expect(read('O\n\n.O\n')).toBe('2x3 100001');
    expect(read('....\n.O..\n....\n')).toBe('4x3 000001000000');
  });

  it.each([
    ['another letter', '!x\n.O.\n.x.\n', /^a\.cells:3: column 2 is 'x'.* \. and O/],
    ['a blank inside a row', '.O O\n', /^a\.cells:1: column 3 is ' '/],
    ['no rows', '!Name: nothing\n', /^a\.cells:2: the pattern has no cells/],
    ['nothing', '', /no cells/],
    ['a row too long', '.'.repeat(65_537), /65537x1 pattern is too large/],
    ['RLE', 'x = 3, y = 3\nbo!', /^a\.cells:1: column 1 is 'x'/],
  ])('refuses %s, naming file, line and value', (_, text, message) => {
    expect(() => parseCellsFile(text, 'a.cells')).toThrow(InputError);
    expect(() => parseCellsFile(text, 'a.cells')).toThrow(message);
  });
});

describe('formatCellsFile', () => {
  it('writes every row in full behind the remarks', () => {
    const grid = createGrid(3, 2, Uint8Array.of(0, 1, 0, 0, 0, 0));
    const pattern: Pattern = { name: 'A', comments: ['b'], rule: 'B3/S23', grid, warnings: [] };
    expect(formatCellsFile(pattern)).toBe('!Name: A\n!Rule: B3/S23\n!b\n.O.\n...\n');
  });

  it('is undone by parseCellsFile', () => {
    const line = fc
      .string({ maxLength: 20 })
      .map((text) => text.trim())
      .filter((text) => !/^(name|rule):/i.test(text));
    const side = fc.integer({ min: 1, max: 12 });
    const pattern = fc.record({
      name: fc.option(line),
      comments: fc.array(line, { maxLength: 3 }),
      rule: fc.option(fc.constantFrom('B3/S23', '23/3:T4,3')),
      grid: fc.tuple(side, side).chain(([width, height]) => {
        const area = width * height;
        return fc
          .uint8Array({ min: 0, max: 1, minLength: area, maxLength: area })
          .map((cells) => createGrid(width, height, cells));
      }),
      warnings: fc.constant([]),
    });
    fc.assert(
      fc.property(pattern, (original) => {
        expect(parseCellsFile(formatCellsFile(original), 'a.cells')).toEqual(original);
      }),
    );
  });
});
