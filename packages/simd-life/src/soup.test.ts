import { CONWAY, createGrid, InputError, stepReference, type ExampleRequest } from '@lifegpt/core';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { createEngine, type SimdLife } from './engine.js';
import { drawDensityReference, drawSoupReference } from './soup-reference.js';

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
        fc.integer({ min: 1, max: 9 }),
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
            const state = drawSoupReference(request, b);
            expect(states.subarray(b * count, (b + 1) * count)).toEqual(state);
            const next = stepReference(createGrid(width, height, state), CONWAY);
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

  it('draws long batches in pieces', () => {
    for (const size of [{}, { width: 32, height: 32 }]) {
      const request = { ...REQUEST, ...size, boards: 11 };
      const whole = engine.draw(request);
      const count = request.width * request.height;
      const piece = engine.draw({ ...request, first: 3, boards: 6 });
      expect(piece.states).toEqual(whole.states.subarray(3 * count, 9 * count));
      expect(piece.nextStates).toEqual(whole.nextStates.subarray(3 * count, 9 * count));
    }
  });

  it('draws batches of 32x32 tori by another kernel, across its portions', () => {
    const request = { ...REQUEST, width: 32, height: 32, boards: 1030 };
    const { states, nextStates } = engine.draw(request);
    for (const b of [0, 1, 2, 3, 4, 1023, 1024, 1029]) {
      const state = drawSoupReference(request, b);
      expect(states.subarray(b * 1024, (b + 1) * 1024)).toEqual(state);
      const next = stepReference(createGrid(32, 32, state), CONWAY);
      expect(nextStates.subarray(b * 1024, (b + 1) * 1024)).toEqual(next.cells);
    }
    const packed = engine.drawBatch32(request);
    const unpack = (words: Uint32Array): Uint8Array =>
      Uint8Array.from({ length: words.length * 32 }, (_, k) => (words[k >> 5]! >>> (k & 31)) & 1);
    const isSame = (a: Uint8Array, b: Uint8Array): boolean =>
      a.length === b.length && a.every((cell, k) => cell === b[k]); // toEqual is slow on a million
    expect(isSame(unpack(packed.states), states)).toBe(true);
    expect(isSame(unpack(packed.nextStates), nextStates)).toBe(true);
    expect(() => engine.drawBatch32(REQUEST)).toThrow(/32x32 tori, not 13x11/);
  });

  it('draws boards of other topologies', () => {
    const topology = { kind: 'plane' } as const;
    const { states, nextStates } = engine.draw({ ...REQUEST, boards: 1, topology });
    const grid = createGrid(REQUEST.width, REQUEST.height, states);
    expect(nextStates).toEqual(stepReference(grid, CONWAY, topology).cells);
    expect(states).toEqual(engine.draw({ ...REQUEST, boards: 1 }).states);
  });

  it('is bit-identical on every machine: a board as it was first drawn', () => {
    const { states } = engine.draw({
      ...REQUEST,
      boards: 1,
      width: 16,
      height: 2,
      density: [0.5, 0.5],
    });
    expect(Array.from(states).join('')).toBe('01100101110100011110001111101111');
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
    const ks = Array.from({ length: 2000 }, (_, board) =>
      drawDensityReference({ ...REQUEST, density: [0.25, 0.75] }, board),
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
