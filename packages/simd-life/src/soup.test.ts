import {
  CONWAY,
  createGrid,
  InputError,
  stepTorusReference,
  type ExampleRequest,
} from '@lifegpt/core';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { createEngine, type SimdLife } from './engine.js';
import { drawSoupReference } from './soup-reference.js';
import { seedSoup } from './soup.js';

let engine: SimdLife;
beforeAll(async () => {
  engine = await createEngine(readFileSync(new URL('../build/simd-life.wasm', import.meta.url)));
});

const REQUEST: ExampleRequest = {
  seed: 5,
  index: 2,
  boards: 3,
  width: 13,
  height: 11,
  rule: CONWAY,
  density: [0, 1],
};

describe('draw', () => {
  it('draws the boards of the plain reference, and the states after them', () => {
    const ranges = fc.tuple(fc.integer({ min: 0, max: 16 }), fc.integer({ min: 0, max: 16 }));
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 4 }),
        fc.nat(9),
        ranges,
        (width, height, boards, index, ends) => {
          const [low, high] = [Math.min(...ends) / 16, Math.max(...ends) / 16];
          const request: ExampleRequest = {
            ...REQUEST,
            width,
            height,
            boards,
            index,
            density: [low, high],
          };
          const { states, nextStates } = engine.draw(request);
          const count = width * height;
          for (let b = 0; b < boards; b++) {
            const state = drawSoupReference(seedSoup(request, b), count);
            expect(states.subarray(b * count, (b + 1) * count)).toEqual(state);
            const next = stepTorusReference(createGrid(width, height, state), CONWAY);
            expect(nextStates.subarray(b * count, (b + 1) * count)).toEqual(next.cells);
          }
        },
      ),
    );
  });

  it('gives the same for the same request, and others for another seed or index', () => {
    const again = engine.draw(REQUEST);
    expect(engine.draw(REQUEST)).toEqual(again);
    expect(engine.draw({ ...REQUEST, seed: 6 }).states).not.toEqual(again.states);
    expect(engine.draw({ ...REQUEST, index: 3 }).states).not.toEqual(again.states);
  });

  it('draws a board that does not depend on how many are drawn with it', () => {
    const one = engine.draw({ ...REQUEST, boards: 1 }).states;
    expect(engine.draw(REQUEST).states.subarray(0, one.length)).toEqual(one);
  });

  it('is bit-identical on every machine: a board as it was first drawn', () => {
    const { states } = engine.draw({
      ...REQUEST,
      boards: 1,
      width: 16,
      height: 2,
      density: [0.5, 0.5],
    });
    expect(Array.from(states).join('')).toBe('10111101110110010101110100001001');
  });

  it.each([0, 1 / 16, 0.25, 0.5, 0.77, 1])('lets a cell live with probability %f', (p) => {
    const { states } = engine.draw({
      ...REQUEST,
      boards: 20,
      width: 128,
      height: 128,
      density: [p, p],
    });
    const share = states.reduce((sum, cell) => sum + cell, 0) / states.length;
    const deviation = Math.sqrt((p * (1 - p)) / states.length);
    expect(Math.abs(share - p)).toBeLessThanOrEqual(4 * deviation);
  });

  it('draws each board’s order parameter evenly over the range', () => {
    const ks = Array.from(
      { length: 2000 },
      (_, board) => seedSoup({ ...REQUEST, density: [0.25, 0.75] }, board).k,
    );
    expect(Math.min(...ks) / 65_536).toBeGreaterThanOrEqual(0.25);
    expect(Math.max(...ks) / 65_536).toBeLessThanOrEqual(0.75);
    const mean = ks.reduce((sum, k) => sum + k, 0) / ks.length / 65_536;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.02);
  });

  it('has neighbours, rows and boards that are independent', () => {
    const { states } = engine.draw({
      ...REQUEST,
      boards: 40,
      width: 64,
      height: 64,
      density: [0.5, 0.5],
    });
    for (const lag of [1, 2, 32, 64, 128, 4096]) {
      let equal = 0;
      for (let i = 0; i + lag < states.length; i++) equal += states[i] === states[i + lag] ? 1 : 0;
      const count = states.length - lag;
      expect(Math.abs(equal / count - 0.5)).toBeLessThan(4 * Math.sqrt(0.25 / count));
    }
  });

  it.each([
    { boards: 0 },
    { index: -1 },
    { density: [0.5, 0.2] as const },
    { density: [0, 1.5] as const },
    { width: 0 },
  ])('refuses %o', (change) => {
    expect(() => engine.draw({ ...REQUEST, ...change })).toThrow(InputError);
  });
});
