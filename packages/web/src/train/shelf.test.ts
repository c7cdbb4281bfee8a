import { describe, expect, it } from 'vitest';
import { createShelf } from './shelf.js';

describe('a shelf of steps', () => {
  it('keeps the first and the last, and those between them evenly', () => {
    const shelf = createShelf<string>(8);
    for (let step = 1; step <= 200; step++) shelf.put(step, `weights of ${step}`);
    const steps = shelf.steps();
    expect(steps).toHaveLength(8);
    expect([steps[0], steps.at(-1)]).toEqual([1, 200]);
    const gaps = steps.slice(1, -1).map((step, i) => step - steps[i]!);
    expect(Math.max(...gaps) / Math.min(...gaps)).toBeLessThanOrEqual(2);
    for (const step of steps) expect(shelf.get(step)).toBe(`weights of ${step}`);
    expect(shelf.get(2)).toBeUndefined();
  });

  it('has a step once', () => {
    const shelf = createShelf<string>(8);
    shelf.put(5, 'one');
    shelf.put(5, 'other');
    expect(shelf.steps()).toEqual([5]);
    expect(shelf.get(5)).toBe('other');
  });
});
