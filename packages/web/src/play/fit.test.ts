import { createGrid, formatCells, parseCells } from '@lifegpt/core';
import { describe, expect, it } from 'vitest';
import { cropToLive, fitPattern, resizeBoard } from './fit.js';

describe('fitPattern', () => {
  it('places a pattern in the middle, and of a larger one what lives', () => {
    const grid = parseCells('0000' + '0110' + '0000', 4, 3);
    expect(formatCells(fitPattern(grid, 4, 4))).toBe('0000011000000000');
    expect(formatCells(fitPattern(grid, 2, 2))).toBe('1100');
  });

  it('refuses what lives on a larger part than the board has', () => {
    expect(() => fitPattern(parseCells('10001', 5, 1), 4, 4)).toThrow(
      /5 × 1 and does not fit on a 4 × 4 board; choose a larger board/,
    );
  });
});

describe('cropToLive', () => {
  it('gives the smallest rectangle, a single dead cell for an empty board', () => {
    const cropped = cropToLive(parseCells('0000' + '0100' + '0010', 4, 3));
    expect([cropped.width, cropped.height, formatCells(cropped)]).toEqual([2, 2, '1001']);
    expect(cropToLive(createGrid(3, 3))).toEqual(createGrid(1, 1));
  });
});

describe('resizeBoard', () => {
  it('keeps a pattern whole where it fits, and else the middle of the board', () => {
    expect(formatCells(resizeBoard(parseCells('11' + '00', 2, 2), 4, 2))).toBe('01100000');
    const full = parseCells('10001' + '01110' + '01010' + '00000' + '10001', 5, 5);
    expect(formatCells(resizeBoard(full, 3, 3))).toBe('111101000');
    expect(formatCells(resizeBoard(full, 3, 7))).toBe('000000111101000000000');
  });
});
