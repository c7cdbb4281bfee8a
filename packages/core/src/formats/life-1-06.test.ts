import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createGrid, formatCells } from '../grid.js';
import { InputError } from '../input-error.js';
import { formatLife106, parseLife106 } from './life-1-06.js';

const withGrid = (grid: ReturnType<typeof createGrid>) => ({
  name: 'lost',
  comments: ['lost'],
  rule: 'B3/S23',
  grid,
  warnings: [],
});

describe('parseLife106', () => {
  it('reads cells in any order, below and above zero, some of them twice', () => {
    const text = '#Life 1.06\n1 0\n0 -1\n-1 1\n0 1\n1 1\n1 1\n';
    expect(parseLife106(text, 'glider.lif')).toEqual({
      name: null,
      position: { x: -1, y: -1 },
      comments: [],
      rule: null,
      grid: createGrid(3, 3, Uint8Array.of(0, 1, 0, 0, 0, 1, 1, 1, 1)),
      warnings: [],
    });
  });

  it('reads Windows line ends, blank lines, tabs and remarks', () => {
    const pattern = parseLife106('#Life 1.06\r\n#C a pair\r\n\r\n 5\t7 \r\n6 7\r\n', 'a.life');
    expect(formatCells(pattern.grid)).toBe('11');
    expect(pattern.comments).toEqual(['C a pair']);
  });

  it.each([
    ['another first line', '#Life 1.05\n*', /^a\.life:1: .*not '#Life 1\.06'/],
    ['one number', '#Life 1.06\n0 0\n3\n', /^a\.life:3: '3' is not a cell/],
    ['a fraction', '#Life 1.06\n0 0.5\n', /^a\.life:2: '0 0\.5' is not a cell/],
    ['three numbers', '#Life 1.06\n0 0 1\n', /'0 0 1'/],
    ['no cells', '#Life 1.06\n', /no live cells/],
    ['cells too far apart', '#Life 1.06\n0 0\n65536 0\n', /^a\.life:3: the cell 65536 0 .*65537x1/],
    ['too large an area', '#Life 1.06\n0 0\n60000 60000\n', /60001x60001/],
    ['absurd coordinates', `#Life 1.06\n0 0\n${'9'.repeat(400)} 0\n`, /^a\.life:3: /],
  ])('refuses %s, naming file, line and value', (_, text, message) => {
    expect(() => parseLife106(text, 'a.life')).toThrow(InputError);
    expect(() => parseLife106(text, 'a.life')).toThrow(message);
  });
});

describe('formatLife106', () => {
  it('lists live cells from the top left corner', () => {
    const grid = createGrid(3, 2, Uint8Array.of(0, 1, 0, 0, 0, 1));
    expect(formatLife106(withGrid(grid))).toBe('#Life 1.06\n1 0\n2 1\n');
  });

  it('is undone by parseLife106 but for dead margins', () => {
    const side = fc.integer({ min: 1, max: 12 });
    const grid = fc.tuple(side, side).chain(([width, height]) => {
      const area = width * height;
      return fc.uint8Array({ min: 0, max: 1, minLength: area, maxLength: area }).map((cells) => {
        cells[0] = cells[area - 1] = 1; // the corners keep the bounding box as large as the grid
        return createGrid(width, height, cells);
      });
    });
    fc.assert(
      fc.property(grid, (original) => {
        expect(parseLife106(formatLife106(withGrid(original)), 'a.lif').grid).toEqual(original);
      }),
    );
  });
});
