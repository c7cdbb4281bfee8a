import { describe, expect, it } from 'vitest';
import { drawSize, includesSize, parseSizes, type SizeRange } from './board-sizes.js';
import { InputError } from './input-error.js';
import { openStream } from './random.js';

describe('includesSize', () => {
  it.each([
    ['3..5x4..8', 3, 8, true],
    ['3..5x4..8', 6, 4, false],
    ['3..5x4..8', 5, 9, false],
    ['3..5', 4, 4, true],
    ['3..5', 4, 5, false],
  ])('finds in %s a board of %ix%i: %s', (text, height, width, found) => {
    expect(includesSize(parseSizes(text)[0]!, { height, width })).toBe(found);
  });

  it('goes by the area, too', () => {
    const range: SizeRange = { weight: 1, height: [1, 9], width: [1, 9], max_area: 20 };
    expect(includesSize(range, { height: 4, width: 5 })).toBe(true);
    expect(includesSize(range, { height: 3, width: 7 })).toBe(false);
  });
});

describe('parseSizes', () => {
  it('reads squares, rectangles and ranges of both, rows first', () => {
    expect(parseSizes('32')).toEqual([
      { weight: 1, height: [32, 32], width: [32, 32], square: true },
    ]);
    expect(parseSizes('20x30, 3..12x8..16')).toEqual([
      { weight: 1, height: [20, 20], width: [30, 30] },
      { weight: 1, height: [3, 12], width: [8, 16] },
    ]);
    expect(parseSizes('3..5')).toEqual([
      { weight: 1, height: [3, 5], width: [3, 5], square: true },
    ]);
  });

  it.each([
    ['', /size '' is no size/],
    ['0', /size '0' has a side of 0/],
    ['-4', /size '-4' is no size/],
    ['8x', /is no size/],
    ['9..8', /ends \(8\) before it begins \(9\)/],
    ['8,70000', /size '70000' has a side above 65536/],
  ])('refuses %j', (text, message) => {
    expect(() => parseSizes(text)).toThrow(InputError);
    expect(() => parseSizes(text)).toThrow(message);
  });
});

describe('drawSize', () => {
  const draw = (ranges: SizeRange[], count: number): string[] => {
    const random = openStream(1, 'sizes');
    return Array.from({ length: count }, () => {
      const { height, width } = drawSize(ranges, random);
      return `${height}x${width}`;
    });
  };

  it('draws every size of a range, squares only where asked for', () => {
    expect(new Set(draw(parseSizes('2..3x4..5'), 100))).toEqual(
      new Set(['2x4', '2x5', '3x4', '3x5']),
    );
    expect(new Set(draw(parseSizes('2..4'), 100))).toEqual(new Set(['2x2', '3x3', '4x4']));
  });

  it('keeps to weights and to the largest area', () => {
    const sizes = draw(
      [
        { weight: 3, height: [1, 1], width: [1, 1] },
        { weight: 1, height: [2, 9], width: [2, 9], max_area: 6 },
      ],
      4000,
    );
    const ones = sizes.filter((size) => size === '1x1').length;
    expect(ones / sizes.length).toBeCloseTo(0.75, 1);
    expect(new Set(sizes)).toEqual(new Set(['1x1', '2x2', '2x3', '3x2']));
  });
});
