import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createGrid, parseCells } from './grid.js';
import { InputError } from './input-error.js';
import { compareGrids, compareRuns } from './metrics.js';

const grid = (cells: string) => parseCells(cells, 2, 2);

describe('compareGrids', () => {
  it('counts the cells that differ', () => {
    expect(compareGrids(grid('0110'), grid('0110'))).toEqual({ wrongCells: 0, cells: 4 });
    expect(compareGrids(grid('0110'), grid('1100'))).toEqual({ wrongCells: 2, cells: 4 });
  });

  it('refuses grids of other sizes, even with as many cells', () => {
    expect(() => compareGrids(createGrid(2, 2), createGrid(4, 1))).toThrow(InputError);
    expect(() => compareGrids(createGrid(2, 2), createGrid(4, 1))).toThrow(/2x2.*4x1/);
  });

  it('counts exactly the cells that were flipped', () => {
    fc.assert(
      fc.property(fc.uint8Array({ min: 0, max: 1, minLength: 12, maxLength: 12 }), (mask) => {
        const truth = createGrid(4, 3, Uint8Array.of(0, 1, 1, 0, 1, 0, 0, 1, 1, 1, 0, 0));
        const cells = truth.cells.map((cell, k) => cell ^ mask[k]!);
        const flipped = mask.reduce((sum, bit) => sum + bit, 0);
        expect(compareGrids(createGrid(4, 3, cells), truth).wrongCells).toBe(flipped);
      }),
    );
  });
});

describe('compareRuns', () => {
  const truth = ['0110', '1100', '0000', '1111'].map(grid);

  it('finds an exact run exact', () => {
    expect(compareRuns([...truth], truth)).toEqual({
      exact: true,
      wrongCells: 0,
      cellAccuracy: 1,
      firstDivergence: null,
    });
  });

  it('counts over the predicted generations only, and finds the first wrong one', () => {
    const predicted = ['0110', '1100', '0001', '0110'].map(grid);
    expect(compareRuns(predicted, truth)).toEqual({
      exact: false,
      wrongCells: 3,
      cellAccuracy: 9 / 12,
      firstDivergence: 2,
    });
  });

  it('calls a run without predictions exact', () => {
    expect(compareRuns([truth[0]!], [truth[0]!])).toEqual({
      exact: true,
      wrongCells: 0,
      cellAccuracy: 1,
      firstDivergence: null,
    });
  });

  it('refuses runs that cannot be compared', () => {
    expect(() => compareRuns(truth.slice(0, 3), truth)).toThrow(/3 states .* 4/);
    expect(() => compareRuns([], [])).toThrow(InputError);
    expect(() => compareRuns([grid('1111'), ...truth.slice(1)], truth)).toThrow(
      /start from states that differ in 2 cells/,
    );
  });
});
