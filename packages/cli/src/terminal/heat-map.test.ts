import { describe, expect, it } from 'vitest';
import { drawHeatMap } from './heat-map.js';

const style = { color: false, columns: 80 };

describe('drawHeatMap', () => {
  it('shades against the largest weight, and leaves what is below a hundredth of it', () => {
    expect(drawHeatMap([0, 0.001, 0.02, 0.1, 0.12, 0.2], 3, style)).toBe('····░░\n▓▓▓▓██');
  });

  it('cuts a board that is too wide, and says so', () => {
    expect(drawHeatMap([1, 1, 1, 1], 4, { ...style, columns: 5 })).toBe('████\n(columns 1-2 of 4)');
  });
});
