import { describe, expect, it } from 'vitest';
import { geluRange } from './intervals.js';
import { density, distribution } from './normal-distribution.js';

describe('distribution', () => {
  it('has the known values', () => {
    expect(distribution(0)).toBe(0.5);
    expect(distribution(1)).toBeCloseTo(0.8413447460685429, 14);
    expect(distribution(-2)).toBeCloseTo(0.0227501319481792, 15);
    expect(distribution(-20)).toBe(0);
    expect(distribution(20)).toBe(1);
  });

  it('has the density as its slope', () => {
    for (let z = -8; z < 8; z += 0.173) {
      const slope = (distribution(z + 1e-4) - distribution(z - 1e-4)) / 2e-4;
      expect(slope).toBeCloseTo(density(z), 7);
    }
  });

  it('agrees with the series of the check', () => {
    for (let z = -7; z < 7; z += 0.091) {
      const [low, high] = geluRange(z, z);
      expect(z * distribution(z)).toBeGreaterThan(low);
      expect(z * distribution(z)).toBeLessThan(high);
      expect(high - z * distribution(z)).toBeLessThan(2e-12);
    }
    expect(geluRange(-2, 1)[0]).toBeCloseTo(-0.16997121, 7);
  });
});
