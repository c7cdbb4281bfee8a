/** The adder of gliders, run by the engine. */

import {
  buildAdder,
  CONWAY,
  listGliderCells,
  readGlider,
  type Adder,
  type Grid,
  type Reading,
  type Stepper,
} from '@lifegpt/core';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { createEngine } from '../src/index.js';

let engine: Stepper;
beforeAll(async () => {
  engine = await createEngine(readFileSync(new URL('../build/simd-life.wasm', import.meta.url)));
});

/** What is read in each generation, from a board that is changed first. */
function read(adder: Adder, readings: readonly Reading[], change?: (grid: Grid) => void) {
  let generation = 0;
  let grid: Grid = { ...adder.grid, cells: adder.grid.cells.slice() };
  change?.(grid);
  return readings.map((reading) => {
    grid = engine.step(grid, CONWAY, reading.generation - generation, { kind: 'plane' });
    generation = reading.generation;
    return readGlider(grid, reading.glider, generation, adder.corner);
  });
}

const bitsOf = (number: number, count: number): boolean[] =>
  Array.from({ length: count }, (_, bit) => Math.floor(number / 2 ** bit) % 2 === 1);

describe('the adder of gliders', () => {
  it('adds all numbers of up to three bits', () => {
    for (let a = 0; a < 8; a++) {
      for (let b = 0; b < 8; b++) {
        const adder = buildAdder(a, b);
        const sum = read(adder, adder.sumBits);
        expect([a, b, ...sum]).toEqual([a, b, ...bitsOf(a + b, adder.bits + 1)]);
      }
    }
  });

  it.each([
    [13, 29],
    [29, 13],
    [255, 1],
    [170, 85],
    [65_535, 65_535],
  ])('adds %d and %d', (a, b) => {
    const adder = buildAdder(a, b);
    expect(read(adder, adder.sumBits)).toEqual(bitsOf(a + b, adder.bits + 1));
  });

  it('carries where the sum of what is below says so', () => {
    for (const [a, b] of [
      [5, 3],
      [7, 7],
      [1, 2],
    ] as const) {
      const adder = buildAdder(a, b);
      const carries = adder.carryBits.map(
        (_, k) => (a % 2 ** (k + 1)) + (b % 2 ** (k + 1)) >= 2 ** (k + 1),
      );
      expect(read(adder, adder.carryBits)).toEqual(carries);
    }
  });

  it('adds no longer when a glider of its start is lost', () => {
    const adder = buildAdder(1, 1);
    const lowestOfA = listGliderCells({ direction: 'SE', x: -2, y: -2, age: -46 }, 0);
    const sum = read(adder, adder.sumBits, ({ width, cells }) => {
      for (const [x, y] of lowestOfA) {
        const cell = (y + adder.corner[1]) * width + x + adder.corner[0];
        expect(cells[cell]).toBe(1);
        cells[cell] = 0;
      }
    });
    expect(sum).not.toEqual(bitsOf(2, adder.bits + 1));
  });
});
