import { TORUS, topologyOfToken, type BoundedGrid } from '@lifegpt/core';
import type { HeadPlace } from '@lifegpt/model';
import { describe, expect, it } from 'vitest';
import { cellsAround, placeOnMap, spreadPlaces } from './head-map.js';

const torus: BoundedGrid = { topology: TORUS, width: 8, height: 6 };
const place = (row: HeadPlace['row'], column: HeadPlace['column'], more = {}): HeadPlace => ({
  row,
  column,
  down: 0,
  right: 0,
  share: 1,
  ...more,
});

describe('the map of a neighbourhood', () => {
  it('has the cells around one, over the borders as far as neighbours are', () => {
    const corner = cellsAround(torus, 0);
    expect(corner.slice(6, 9)).toEqual([47, 40, 41]);
    expect(corner.slice(0, 5)).toEqual([-1, -1, -1, -1, -1]);
    const plane = cellsAround({ ...torus, topology: topologyOfToken('P') }, 0);
    expect(plane.filter((cell) => cell >= 0)).toEqual([0, 1, 2, 8, 9, 10, 16, 17, 18]);
    expect(cellsAround(torus, 3 * 8 + 4)[0]).toBe(1 * 8 + 2);
  });

  it('shows a head where it looks, counted from its own cell or from another border', () => {
    const own = place('top', 'left', { down: -0.97, right: 1.02 });
    expect(placeOnMap({ places: [own] }, torus, 20)).toEqual({ down: -0.97, right: 1.02 });
    // from the uppermost row the one before it is the lowest: 5 cells below the upper border
    const over = place('bottom', 'left', { down: 0, right: -1 });
    expect(placeOnMap({ places: [over] }, torus, 4)).toEqual({ down: -1, right: -1 });
    expect(placeOnMap({ places: [over] }, torus, 2 * 8 + 4)).toEqual({ down: 1, right: -1 });
    expect(placeOnMap({ places: [place('zero', 'zero')] }, torus, 30)).toBeNull();
    expect(placeOnMap({ places: [] }, torus, 30)).toBeNull();
  });

  it('takes the first of several places that lies on it, if it matters', () => {
    const far = place('zero', 'zero', { share: 0.6 });
    const near = place('top', 'left', { share: 0.4, down: 1 });
    expect(placeOnMap({ places: [far, near] }, torus, 30)).toEqual({ down: 1, right: 0 });
    expect(placeOnMap({ places: [far, { ...near, share: 0.01 }] }, torus, 30)).toBeNull();
  });

  it('sets heads of one cell side by side within it, and leaves others where they are', () => {
    const alone = { down: -1.2, right: 0.9 };
    const spread = spreadPlaces([{ down: 0, right: 0 }, alone, { down: 0.1, right: 0 }]);
    expect(spread[1]).toEqual(alone);
    expect(spread[0]).not.toEqual(spread[2]);
    for (const { down, right } of [spread[0]!, spread[2]!]) {
      expect(Math.max(Math.abs(down), Math.abs(right))).toBeLessThan(0.5);
    }
  });
});
