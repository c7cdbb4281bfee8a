import { describe, expect, it } from 'vitest';
import { estimateShare } from './statistics.js';

describe('estimateShare', () => {
  it('gives Wilson’s interval', () => {
    // the example of Newcombe 1998, Statistics in Medicine 17: 81 of 263
    const { value, low, high } = estimateShare(81, 263);
    expect(value).toBeCloseTo(0.308, 4);
    expect(low).toBeCloseTo(0.2553, 4);
    expect(high).toBeCloseTo(0.3662, 4);
  });

  it('stays within 0 and 1, and says something of a run without a failure', () => {
    expect(estimateShare(10, 10)).toMatchObject({ value: 1, high: 1 });
    expect(estimateShare(10, 10).low).toBeCloseTo(0.7225, 3);
    expect(estimateShare(0, 10).low).toBe(0);
    expect(estimateShare(0, 0)).toMatchObject({ low: 0, high: 1 });
  });
});
