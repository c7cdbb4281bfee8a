import { describe, expect, it } from 'vitest';
import { countNoun, formatCount } from './count.js';

describe('counts', () => {
  it('set thousands apart', () => {
    expect([0, 999, 1000, 65434, 2 ** 32].map(formatCount)).toEqual([
      '0',
      '999',
      '1,000',
      '65,434',
      '4,294,967,296',
    ]);
  });

  it('have their noun in the right form', () => {
    expect(countNoun(1, 'board')).toBe('1 board');
    expect(countNoun(0, 'board')).toBe('0 boards');
    expect(countNoun(2000, 'pass', 'passes')).toBe('2,000 passes');
  });
});
