import { describe, expect, it } from 'vitest';
import { checkCost, checkSequentialCost, costOf } from './request-cost.js';

const square = (side: number) => ({ width: side, height: side });

describe('the cost of a request', () => {
  it('grows with the square of a large board', () => {
    expect(costOf(square(8))).toBeLessThan(70);
    expect(costOf(square(64)) / costOf(square(32))).toBe(10);
  });

  it('is refused before anything is computed where it is too much', () => {
    expect(() => checkCost(square(32), 100)).not.toThrow();
    expect(() => checkCost(square(64), 13)).toThrow(
      /13 states of 64x64 are more than one request may ask for; ask for 12 at most/,
    );
    expect(() => checkCost(square(64), 13)).toThrow(expect.objectContaining({ status: 400 }));
    expect(() => checkSequentialCost(square(32))).not.toThrow();
    expect(() => checkSequentialCost(square(64))).toThrow(expect.objectContaining({ status: 503 }));
  });
});
