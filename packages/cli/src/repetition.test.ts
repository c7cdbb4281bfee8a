import {
  CONWAY,
  createGrid,
  openStream,
  parseBounds,
  stepReference,
  type Grid,
} from '@lifegpt/core';
import { describe, expect, it } from 'vitest';
import { findRepetition } from './repetition.js';

const bounds = parseBounds('T9,7');
const step = (grid: Grid): Grid => stepReference(grid, CONWAY, bounds.topology);

describe('findRepetition', () => {
  it('finds the first generation that comes back, and the least period, of random boards', async () => {
    const random = openStream(4, 'soups');
    for (let run = 0; run < 12; run++) {
      const start = createGrid(
        9,
        7,
        new Uint8Array(63).map(() => random.nextInt(2)),
      );
      const { repetition, grid } = (await findRepetition(start, bounds, 2000, step))!;
      const { period, since, kind } = repetition;
      const states = [start];
      while (states.length <= since + period) states.push(step(states.at(-1)!));
      expect(states[since]!.cells).toEqual(grid.cells);
      // moved by its displacement, the state is the one before: as sets of places on the torus
      const places = (k: number, [right, down]: readonly [number, number]): string =>
        [...states[k]!.cells]
          .flatMap((cell, at) =>
            cell === 1
              ? [((Math.floor(at / 9) + down + 14) % 7) * 9 + (((at % 9) + right + 18) % 9)]
              : [],
          )
          .toSorted((a, b) => a - b)
          .join(' ');
      expect(places(since + period, [0, 0])).toBe(places(since, repetition.displacement));
      expect(kind === 'dead').toBe(!grid.cells.includes(1));
      // nothing before it comes back
      for (let k = 0; k < since; k++) {
        expect(states[k + period]!.cells).not.toEqual(states[k]!.cells);
      }
    }
  });

  it('gives up after as many generations as it is given', async () => {
    const glider = createGrid(9, 7, new Uint8Array(63));
    for (const k of [1, 11, 18, 19, 20]) glider.cells[k] = 1;
    expect(await findRepetition(glider, bounds, 3, step)).toBeNull();
    expect((await findRepetition(glider, bounds, 20, step))!.repetition).toEqual({
      kind: 'spaceship',
      period: 4,
      displacement: [1, 1],
      since: 0,
    });
  });
});
