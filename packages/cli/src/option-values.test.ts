import { describe, expect, it } from 'vitest';
import { parseNumbers, parseWholeNumber } from './option-values.js';

describe('parseWholeNumber', () => {
  it('reads decimal digits from the minimum to the maximum', () => {
    expect(parseWholeNumber('-n', '0', 0)).toBe(0);
    expect(parseWholeNumber('-n', '007', 1, 7)).toBe(7);
  });

  it.each(['', '-1', '1.5', '1e3', '0x10', ' 3', 'ten', '99999999999999999999'])(
    'refuses %o and names the option',
    (text) => {
      expect(() => parseWholeNumber('-n', text, 0)).toThrow(
        `-n needs a whole number from 0, not '${text}'`,
      );
    },
  );

  it('refuses numbers outside the range and names the range', () => {
    expect(() => parseWholeNumber('--row', '0', 1)).toThrow('from 1');
    expect(() => parseWholeNumber('--row', '8', 1, 7)).toThrow('from 1 to 7');
  });
});

describe('parseNumbers', () => {
  it('reads numbers from 0 between commas', () => {
    expect(parseNumbers('--temperature', '0, .25,1')).toEqual([0, 0.25, 1]);
  });

  it.each(['-1', '', '0,,1', '1e3', 'hot'])('refuses %o', (text) => {
    expect(() => parseNumbers('--temperature', text)).toThrow('--temperature needs numbers from 0');
  });
});
