import { describe, expect, it } from 'vitest';
import { lineBetween } from './draw.js';

describe('lineBetween', () => {
  it('leaves no gap and ends where it should, in every direction', () => {
    const width = 9;
    for (const to of [0, 4, 8, 36, 44, 72, 76, 80, 40]) {
      const line = lineBetween(40, to, width);
      expect(line[0]).toBe(40);
      expect(line.at(-1)).toBe(to);
      expect(new Set(line).size).toBe(line.length);
      for (let i = 1; i < line.length; i++) {
        const [a, b] = [line[i - 1]!, line[i]!];
        expect(Math.abs((a % width) - (b % width))).toBeLessThanOrEqual(1);
        expect(Math.abs(Math.floor(a / width) - Math.floor(b / width))).toBeLessThanOrEqual(1);
      }
    }
    expect(lineBetween(0, 22, 10)).toEqual([0, 11, 22]);
  });
});
