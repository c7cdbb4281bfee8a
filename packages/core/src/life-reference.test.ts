import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countAlive, createGrid, formatCells, parseCells, type Grid } from './grid.js';
import { stepReference } from './life-reference.js';
import { CONWAY, parseRule } from './rule.js';
import { parseBounds } from './topology.js';

const step = (cells: string, width: number, height: number, rule = 'B3/S23'): string =>
  formatCells(stepReference(parseCells(cells, width, height), parseRule(rule).rule));

function run(grid: Grid, generations: number): Grid {
  let state = grid;
  for (let k = 0; k < generations; k++) state = stepReference(state, CONWAY);
  return state;
}

const rows = (...texts: string[]): string => texts.join('');

describe('stepReference', () => {
  it('turns a blinker and leaves its argument alone', () => {
    const lying = parseCells(rows('00000', '00000', '01110', '00000', '00000'), 5, 5);
    const before = formatCells(lying);
    expect(formatCells(stepReference(lying, CONWAY))).toBe(
      rows('00000', '00100', '00100', '00100', '00000'),
    );
    expect(formatCells(lying)).toBe(before);
  });

  it('joins the borders: a blinker across the corner turns like any other', () => {
    expect(step(rows('11001', '00000', '00000', '00000', '00000'), 5, 5)).toBe(
      rows('10000', '10000', '00000', '00000', '10000'),
    );
  });

  it('brings a glider round a 6x6 torus to where it began after 24 generations', () => {
    const glider = parseCells(rows('010000', '001000', '111000', '000000'.repeat(3)), 6, 6);
    expect(formatCells(run(glider, 4))).toBe(
      rows('000000', '001000', '000100', '011100', '000000'.repeat(2)),
    );
    expect(formatCells(run(glider, 23))).not.toBe(formatCells(glider));
    expect(formatCells(run(glider, 24))).toBe(formatCells(glider));
  });

  it('counts a neighbour as often as it is met on a torus one cell wide', () => {
    // 1 column, 3 rows: left and right of a cell is the cell itself, so a live cell has 2 from
    // itself and 3 from each of the other two rows
    expect(step('100', 1, 3)).toBe('111'); // the live one counts 2, the dead ones 3
    expect(step('110', 1, 3)).toBe('000'); // the live ones 2 + 3, the dead one 3 + 3
    expect(step('111', 1, 3, 'B/S8')).toBe('111');
    expect(step('1', 1, 1, 'B/S8')).toBe('1'); // a lone cell is its own neighbour 8 times
    expect(step('1', 1, 1)).toBe('0');
  });

  it('counts a neighbour as often as it is met on a torus two cells wide', () => {
    // 2x2: the cell beside is met 2 times, the one below 2 times, the one across 4 times
    expect(step('1000', 2, 2, 'B2/S')).toBe('0110');
    expect(step('1000', 2, 2, 'B4/S')).toBe('0001');
    expect(step('1000', 2, 2, 'B/S0')).toBe('1000');
    // 2 columns, 3 rows: beside 2, above 1, below 1, and the other column above and below 2 each
    expect(step(rows('10', '00', '00'), 2, 3, 'B1/S0')).toBe(rows('10', '10', '10'));
    expect(step(rows('10', '00', '00'), 2, 3, 'B2/S0')).toBe(rows('11', '01', '01'));
  });

  it('gives birth from nothing under B0', () => {
    expect(step('0000000000000000', 4, 4, 'B0/S')).toBe('1'.repeat(16));
  });

  it('commutes with shifts of the torus', () => {
    const board = fc
      .tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 7 }))
      .chain(([width, height]) =>
        fc.record({
          grid: fc
            .array(fc.constantFrom(0, 1), { minLength: width * height, maxLength: width * height })
            .map((cells) => createGrid(width, height, Uint8Array.from(cells))),
          right: fc.nat(width - 1),
          down: fc.nat(height - 1),
        }),
      );
    fc.assert(
      fc.property(board, ({ grid, right, down }) => {
        const moved = stepReference(shift(grid, right, down), CONWAY);
        expect(moved).toEqual(shift(stepReference(grid, CONWAY), right, down));
        expect(countAlive(moved)).toBeLessThanOrEqual(grid.cells.length);
      }),
    );
  });

  it('looks up the neighbourhood of a rule that asks where the neighbours lie, across every border', () => {
    // a cell becomes its top right neighbour: the bit of 64
    const rule = { table: Uint8Array.from({ length: 512 }, (_, k) => (k & 64 ? 1 : 0)) };
    const grid = parseCells('100' + '000' + '001', 3, 3);
    const after = (bounds: string): string =>
      formatCells(stepReference(grid, rule, parseBounds(bounds).topology));
    expect(after('T3')).toBe('010' + '001' + '000');
    expect(after('P3')).toBe('000' + '000' + '000');
    expect(after('K3*,3')).toBe('001' + '001' + '000');
  });
});

function shift(grid: Grid, right: number, down: number): Grid {
  const shifted = createGrid(grid.width, grid.height);
  for (const [k, cell] of grid.cells.entries()) {
    const row = (Math.floor(k / grid.width) + down) % grid.height;
    shifted.cells[row * grid.width + (((k % grid.width) + right) % grid.width)] = cell;
  }
  return shifted;
}
