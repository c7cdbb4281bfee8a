import { describe, expect, it } from 'vitest';
import { distancesOf, fitsClass, type ClassForms } from './cell-class.js';

/** `[constant, v0, v1, v2, v3]`. */
const forms = (...each: number[][]): ClassForms =>
  each.map((form) => [...form, 0, 0, 0, 0].slice(0, 5)) as unknown as ClassForms;

describe('a class of cells', () => {
  it('holds cells by their distances to the four borders', () => {
    expect(distancesOf(13, 5, 4)).toEqual([2, 1, 3, 1]);
  });

  it('has exact distances and far ones', () => {
    const corner = forms([0], [3, 1], [1], [3, 0, 1]);
    expect(fitsClass(corner, [0, 3, 1, 9])).toBe(true);
    expect(fitsClass(corner, [0, 2, 1, 9])).toBe(false); // not far enough
    expect(fitsClass(corner, [1, 3, 1, 9])).toBe(false);
  });

  it('may say how two far distances differ', () => {
    const apart = forms([0], [3, 1], [1], [4, 1]); // the last is one more than the second
    expect(fitsClass(apart, [0, 5, 1, 6])).toBe(true);
    expect(fitsClass(apart, [0, 5, 1, 7])).toBe(false);
    const beyond = forms([0], [3, 1], [1], [6, 1, 1]); // three more, or beyond
    expect(fitsClass(beyond, [0, 5, 1, 8])).toBe(true);
    expect(fitsClass(beyond, [0, 5, 1, 30])).toBe(true);
    expect(fitsClass(beyond, [0, 5, 1, 7])).toBe(false);
  });
});
