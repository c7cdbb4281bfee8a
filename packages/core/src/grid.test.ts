import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countAlive, createGrid, formatCells, parseCells, placeCentred } from './grid.js';
import { InputError } from './input-error.js';

const rows = (...texts: string[]): string => texts.join('');

describe('createGrid', () => {
  it('makes a dead grid, or wraps the cells it is given', () => {
    expect(createGrid(3, 2)).toEqual({ width: 3, height: 2, cells: new Uint8Array(6) });
    const cells = Uint8Array.of(1, 0);
    expect(createGrid(1, 2, cells).cells).toBe(cells);
  });

  it.each([
    [0, 3],
    [3, -1],
    [2.5, 2],
    [NaN, 2],
  ])('refuses the sides %d x %d', (width, height) => {
    expect(() => createGrid(width, height)).toThrow(InputError);
    expect(() => createGrid(width, height)).toThrow(`not ${width}x${height}`);
  });

  it('refuses a grid that would fill the memory', () => {
    expect(() => createGrid(65_537, 1)).toThrow(/65537x1 grid is too large/);
    expect(() => createGrid(65_536, 32_769)).toThrow(/too large/);
  });

  it('writes long states, and refuses those that no text can hold', () => {
    const grid = createGrid(300, 100);
    grid.cells[8191] = grid.cells[8192] = grid.cells[29_999] = 1;
    const text = formatCells(grid);
    expect(text).toHaveLength(30_000);
    expect(parseCells(text, 300, 100)).toEqual(grid);
    expect(() => formatCells(createGrid(32_768, 8193))).toThrow(/too long for a text/);
  });

  it('refuses cells that do not fill the grid', () => {
    expect(() => createGrid(2, 2, new Uint8Array(3))).toThrow(/4 cells, but 3 were given/);
  });
});

describe('parseCells and formatCells', () => {
  it('read and write row by row', () => {
    const grid = parseCells('010011', 3, 2);
    expect([...grid.cells]).toEqual([0, 1, 0, 0, 1, 1]);
    expect(formatCells(grid)).toBe('010011');
    expect(countAlive(grid)).toBe(3);
  });

  it('name the first wrong letter by row and column', () => {
    expect(() => parseCells('0100x1', 3, 2)).toThrow(/cell 4 \(row 1, column 1\) is 'x'/);
  });

  it('name a wrong length', () => {
    expect(() => parseCells('01001', 3, 2)).toThrow(/3x2 state has 6 cells, but the text has 5/);
  });

  it('undo each other', () => {
    const bits = fc.array(fc.constantFrom('0', '1'), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(bits, (letters) => {
        const text = letters.join('');
        expect(formatCells(parseCells(text, text.length, 1))).toBe(text);
      }),
    );
  });
});

describe('placeCentred', () => {
  it('puts a pattern into the middle, towards the top left when it cannot be exact', () => {
    const pattern = parseCells('1101', 2, 2);
    expect(formatCells(placeCentred(pattern, 4, 4))).toBe(rows('0000', '0110', '0010', '0000'));
    expect(formatCells(placeCentred(pattern, 3, 5))).toBe(rows('000', '110', '010', '000', '000'));
    expect(formatCells(placeCentred(pattern, 2, 2))).toBe('1101');
  });

  it('refuses a pattern that does not fit, and says which board would do', () => {
    expect(() => placeCentred(createGrid(5, 2), 4, 6)).toThrow(
      /pattern is 5x2.*4x6 grid.*B3\/S23:T5,6/,
    );
  });
});
