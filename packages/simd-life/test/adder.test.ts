/** The adder of gliders, run by the engine. */

import {
  BIT_GENERATIONS,
  buildAdder,
  CONWAY,
  listBitCells,
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

/**
 * Everything that an adder can come to. A bit's gliders are put on the board when they come to where those of the lowest bit start, which
 * on a larger board they do by themselves. Of each state: the next one, and which bit of the sum (that of two bits before) is told, for
 * both bits of the summands, b's as the higher one.
 */
function followAdder(): { next: number; told: number | null }[][] {
  const { grid: start, corner, sumBits } = buildAdder(1, 1);
  const { width, height } = start;
  const place = (cells: Uint8Array, bits: number, alive: 0 | 1): Grid => {
    const placed = cells.slice();
    for (const summand of ['a', 'b'] as const) {
      if (Math.floor(bits / (summand === 'a' ? 1 : 2)) % 2 === 0) continue;
      for (const [x, y] of listBitCells(summand, 0)) {
        const cell = (y + corner[1]) * width + x + corner[0];
        expect(placed[cell]).toBe(1 - alive); // nothing else is there
        placed[cell] = alive;
      }
    }
    return { width, height, cells: placed };
  };
  const [lowest] = sumBits;
  const readAt = lowest!.generation % BIT_GENERATIONS;
  const states = [place(start.cells, 3, 0).cells];
  const numbers = new Map([[states[0]!.join(''), 0]]);
  const machine: { next: number; told: number | null }[][] = [];
  for (let state = 0; state < states.length; state++) {
    machine[state] = [0, 1, 2, 3].map((bits) => {
      const given = place(states[state]!, bits, 1);
      const reading = engine.step(given, CONWAY, readAt, { kind: 'plane' });
      const seen = readGlider(reading, lowest!.glider, lowest!.generation, corner);
      const rest = BIT_GENERATIONS - readAt;
      const { cells } = engine.step(reading, CONWAY, rest, { kind: 'plane' });
      const key = cells.join('');
      const next = numbers.get(key) ?? states.push(cells) - 1;
      numbers.set(key, next);
      return { next, told: seen === null ? null : Number(seen) };
    });
    expect(states.length).toBeLessThan(1000);
  }
  return machine;
}

const bitsOf = (number: number, count: number): boolean[] =>
  Array.from({ length: count }, (_, bit) => Math.floor(number / 2 ** bit) % 2 === 1);

describe('the adder of gliders', () => {
  it('adds all numbers of up to two bits', () => {
    for (let a = 0; a < 4; a++) {
      for (let b = 0; b < 4; b++) {
        const adder = buildAdder(a, b);
        const sum = read(adder, adder.sumBits);
        expect([a, b, ...sum]).toEqual([a, b, ...bitsOf(a + b, adder.bits + 1)]);
      }
    }
  });

  it.each([
    [13, 29],
    [29, 13],
    [255, 255],
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

  it('adds all numbers of any length', () => {
    const machine = followAdder();
    // all that a run can come to: the machine's state, what it has still to tell of the bits so far, and their carry
    const start = { state: 0, due: [0, 0], carry: 0 };
    const seen = new Set<string>();
    const open = [start];
    for (let now = open.pop(); now !== undefined; now = open.pop()) {
      const key = JSON.stringify(now);
      if (seen.has(key)) continue;
      seen.add(key);
      machine[now.state]!.forEach(({ next, told }, bits) => {
        const sum = (bits % 2) + Math.floor(bits / 2) + now.carry;
        const [first, ...rest] = [...now.due, sum % 2];
        expect([key, bits, told]).toEqual([key, bits, first]);
        open.push({ state: next, due: rest, carry: Math.floor(sum / 2) });
      });
    }
    expect(machine.length).toBeGreaterThan(8);
    expect(seen.size).toBeGreaterThanOrEqual(machine.length);
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
