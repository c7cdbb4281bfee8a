import { countAlive, createGrid, type Grid } from '@lifegpt/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boxBetween, drop, flip, floatCentred, lift, rotate } from './edit.js';

const board = (width: number, ...rows: string[]): Grid =>
  createGrid(width, rows.length, Uint8Array.from(rows.join(''), Number));
const rowsOf = ({ width, cells }: Grid): string[] =>
  [...cells.join('').matchAll(new RegExp(`.{${width}}`, 'g'))].map(([row]) => row);

const boards = fc
  .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }))
  .chain(([width, height]) =>
    fc
      .array(fc.nat(1), { minLength: width * height, maxLength: width * height })
      .map((cells) => createGrid(width, height, Uint8Array.from(cells))),
  );

describe('a piece of a board', () => {
  it('is what two cells span, in whatever order', () => {
    expect(boxBetween(7, 19, 6)).toEqual({ left: 1, top: 1, width: 1, height: 3 });
    expect(boxBetween(16, 9, 6)).toEqual({ left: 3, top: 1, width: 2, height: 2 });
  });

  it('leaves a hole, and lies where it was when it is put back', () => {
    fc.assert(
      fc.property(boards, fc.nat(), fc.nat(), (grid, a, b) => {
        const box = boxBetween(a % grid.cells.length, b % grid.cells.length, grid.width);
        const floating = lift(grid, box);
        expect(drop(floating)).toEqual(grid);
        expect(countAlive(floating.piece) + countAlive(floating.under)).toBe(countAlive(grid));
      }),
    );
  });

  it('is added to what lies below it, and cut off at the borders', () => {
    const under = board(4, '1000', '0000', '0001');
    const piece = board(2, '11', '10');
    expect(rowsOf(drop({ piece, under, left: 1, top: 1 }))).toEqual(['1000', '0110', '0101']);
    expect(rowsOf(drop({ piece, under, left: 3, top: -1 }))).toEqual(['1001', '0000', '0001']);
    expect(rowsOf(drop(floatCentred(piece, under)))).toEqual(['1110', '0100', '0001']);
  });

  it('turns to the right, and is itself again after four turns or two flips', () => {
    const under = createGrid(9, 9);
    const floating = { piece: board(3, '110', '001'), under, left: 2, top: 4 };
    expect(rowsOf(rotate(floating).piece)).toEqual(['01', '01', '10']);
    expect(rowsOf(flip(floating).piece)).toEqual(['011', '100']);
    fc.assert(
      fc.property(boards, (piece) => {
        const start = { ...floating, piece };
        expect(rotate(rotate(rotate(rotate(start))))).toEqual(start);
        expect(flip(flip(start))).toEqual(start);
      }),
    );
  });
});
