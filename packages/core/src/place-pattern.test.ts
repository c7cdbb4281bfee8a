import { describe, expect, it } from 'vitest';
import { createGrid, formatCells } from './grid.js';
import type { Pattern } from './pattern.js';
import { liesOnBoard, placePattern } from './place-pattern.js';

const dot = createGrid(1, 1, Uint8Array.of(1));
const pattern = (overrides: Partial<Pattern>): Pattern => ({
  name: null,
  comments: [],
  rule: null,
  grid: dot,
  warnings: [],
  ...overrides,
});
const place = (overrides: Partial<Pattern>, width: number, height: number): string =>
  formatCells(placePattern(pattern(overrides), { width, height }).grid);

describe('placePattern', () => {
  it('centres with the half of the board less the half of the pattern, as Golly does', () => {
    expect(place({}, 4, 1)).toBe('0010');
    expect(place({}, 5, 1)).toBe('00100');
    expect(place({ grid: createGrid(3, 1, Uint8Array.of(1, 1, 1)) }, 6, 1)).toBe('001110');
    expect(place({ grid: createGrid(2, 2, Uint8Array.of(1, 1, 1, 1)) }, 2, 3)).toBe('111100');
  });

  it('goes by the position that the file names, and leaves out what lies outside', () => {
    expect(place({ position: { x: -2, y: 0 } }, 4, 1)).toBe('1000');
    expect(place({ position: { x: -1, y: -1 } }, 2, 3)).toBe('100000');
    const row = createGrid(3, 1, Uint8Array.of(1, 1, 1));
    const placed = placePattern(pattern({ grid: row, position: { x: 0, y: 0 } }), {
      width: 4,
      height: 1,
    });
    expect([formatCells(placed.grid), placed.lost]).toEqual(['0011', 1]);
    const gone = { grid: row, position: { x: 90, y: -7 } };
    expect(placePattern(pattern(gone), { width: 4, height: 1 }).lost).toBe(3);
  });

  it('centres by the size that the file states, not by its cells', () => {
    const grid = createGrid(3, 1, Uint8Array.of(1, 0, 1));
    expect(place({ grid, statedSize: { width: 1, height: 1 } }, 5, 1)).toBe('00101');
  });

  it('puts what is larger than the board into the top left corner', () => {
    const grid = createGrid(3, 2, Uint8Array.of(1, 0, 1, 0, 1, 1));
    expect(place({ grid }, 2, 4)).toBe('10010000');
    expect(placePattern(pattern({ grid }), { width: 2, height: 4 }).lost).toBe(2);
    expect(place({ grid: dot, statedSize: { width: 9, height: 1 } }, 4, 1)).toBe('1000');
  });
});

describe('liesOnBoard', () => {
  it('tells whether all of the pattern is on the board', () => {
    const board = { width: 4, height: 5 };
    expect(liesOnBoard({ width: 4, height: 5 }, { x: -2, y: -2 }, board)).toBe(true);
    expect(liesOnBoard({ width: 1, height: 1 }, { x: 1, y: 2 }, board)).toBe(true);
    expect(liesOnBoard({ width: 1, height: 1 }, { x: 2, y: 2 }, board)).toBe(false);
    expect(liesOnBoard({ width: 1, height: 1 }, { x: 0, y: -3 }, board)).toBe(false);
  });
});
