import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseStatesCsv } from './formats/states-csv.js';
import { countAlive, createGrid, formatCells, placeCentred, type Grid } from './grid.js';
import { stepReference } from './life-reference.js';
import { findPattern, listPatterns } from './patterns.js';
import { CONWAY } from './rule.js';

function run(grid: Grid, generations: number): Grid {
  let state = grid;
  for (let k = 0; k < generations; k++) state = stepReference(state, CONWAY);
  return state;
}

function shift(grid: Grid, right: number, down: number): Grid {
  const { width, height } = grid;
  const shifted = createGrid(width, height);
  for (const [k, cell] of grid.cells.entries()) {
    const row = (Math.floor(k / width) + down + height) % height;
    shifted.cells[row * width + (((k % width) + right + width) % width)] = cell;
  }
  return shifted;
}

/** A pattern in the middle of a square torus that is large enough for it not to meet itself. */
const place = (name: string, side: number): Grid =>
  placeCentred(findPattern(name)!.grid, side, side);

describe('the pattern library', () => {
  it('names every pattern once, in lower case with hyphens, and describes it', () => {
    const names = listPatterns().map((pattern) => pattern.name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => !/^[a-z]+(-[a-z]+)*$/.test(name))).toEqual([]);
    expect(names).toHaveLength(18);
    for (const { title, description } of listPatterns()) {
      expect(title.length * description.length).toBeGreaterThan(0);
    }
  });

  it('finds a pattern whatever the case and the blanks of its name', () => {
    expect(findPattern('r-pentomino')?.title).toBe('R-pentomino');
    expect(findPattern(' Gosper glider_GUN ')?.name).toBe('gosper-glider-gun');
    expect(findPattern('glide')).toBeUndefined();
    expect(findPattern('')).toBeUndefined();
  });

  it('keeps every pattern in its bounding box', () => {
    for (const { name, grid } of listPatterns()) {
      const { width, height } = grid;
      const rows = formatCells(grid).match(new RegExp(`.{${width}}`, 'g'))!;
      const edges = [
        rows[0],
        rows[height - 1],
        rows.map((row) => row[0]).join(''),
        rows.map((row) => row[width - 1]).join(''),
      ];
      expect([name, ...edges.map((edge) => edge!.includes('1'))]).toEqual([
        name,
        true,
        true,
        true,
        true,
      ]);
    }
  });

  it.each([
    ['block', 1, 4],
    ['beehive', 1, 6],
    ['blinker', 2, 3],
    ['toad', 2, 6],
    ['beacon', 2, 8],
    ['blinkers', 2, 12],
    ['cloverleaf', 4, 40],
    ['pulsar', 3, 48],
    ['pentadecathlon', 15, 12],
  ])('%s comes back after %d generations and not before, from %d cells', (name, period, cells) => {
    const start = place(name, 32);
    expect(countAlive(start)).toBe(cells);
    const returns = Array.from({ length: period }, (_, k) => k + 1).filter(
      (generations) => formatCells(run(start, generations)) === formatCells(start),
    );
    expect(returns).toEqual([period]);
  });

  it.each([
    ['glider', 4, 1, 1, 5],
    ['lwss', 4, -2, 0, 9],
    ['mwss', 4, -2, 0, 11],
    ['hwss', 4, -2, 0, 13],
    ['hammerhead', 4, -2, 0, 76],
  ])('%s moves in %d generations by %d, %d, with %d cells', (name, period, right, down, cells) => {
    const start = place(name, 32);
    expect(countAlive(start)).toBe(cells);
    expect(formatCells(run(start, period))).toBe(formatCells(shift(start, right, down)));
  });

  it('r-pentomino grows as it is known to', () => {
    const start = place('r-pentomino', 96);
    expect([0, 1, 2, 3, 4, 5, 10, 20, 30].map((n) => countAlive(run(start, n)))).toEqual([
      5, 6, 7, 9, 8, 9, 11, 32, 27,
    ]);
  });

  it('acorn has 76 cells after 100 generations', () => {
    expect(countAlive(place('acorn', 220))).toBe(7); // the side leaves room for 100 steps of light
    expect(countAlive(run(place('acorn', 220), 100))).toBe(76);
  });

  it('diehard dies in generation 130 and not before', () => {
    const last = run(place('diehard', 96), 129);
    expect(countAlive(last)).toBeGreaterThan(0);
    expect(countAlive(stepReference(last, CONWAY))).toBe(0);
  });

  it('gosper-glider-gun is itself again after 30 generations, and a glider is added', () => {
    const start = place('gosper-glider-gun', 80);
    const later = run(start, 30);
    expect(countAlive(start)).toBe(36);
    expect(countAlive(later)).toBe(36 + 5);
    expect(start.cells.every((cell, k) => cell === 0 || later.cells[k] === 1)).toBe(true);
    const glider = createGrid(
      80,
      80,
      later.cells.map((cell, k) => cell - start.cells[k]!),
    );
    expect(formatCells(run(glider, 4))).toBe(formatCells(shift(glider, 1, 1)));
  });
});

const paper = new URL(
  '../../../../shared/data/lifegpt-paper/test_states_32x32_10.csv',
  import.meta.url,
);

describe('the paper’s test boards', () => {
  it('show the library’s patterns as they are written here', (context) => {
    if (!existsSync(paper)) context.skip('the paper’s data is not beside this repository');
    const rows = parseStatesCsv(readFileSync(paper, 'utf8'), 'test_states_32x32_10.csv');
    const names = ['cloverleaf', 'hammerhead', 'blinkers', 'r-pentomino'];
    for (const [k, name] of names.entries()) {
      expect(cropToLife(rows[6 + k]!.states[0]!)).toBe(cropToLife(findPattern(name)!.grid));
    }
  });
});

/** The rows of a grid's bounding box. */
function cropToLife({ width, cells }: Grid): string {
  const live = [...cells.keys()].filter((k) => cells[k] === 1);
  const columns = live.map((k) => k % width);
  const [left, right] = [Math.min(...columns), Math.max(...columns)];
  const rows: string[] = [];
  for (let start = live[0]! - (live[0]! % width); start <= live.at(-1)!; start += width) {
    rows.push(cells.slice(start + left, start + right + 1).join(''));
  }
  return rows.join('/');
}
