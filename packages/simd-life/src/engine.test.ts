import {
  createGrid,
  CONWAY,
  EXAMPLE_BOUNDS,
  InputError,
  openStream,
  parseBounds,
  parseRule,
  stepReference,
  TORUS,
  toTable,
  type Grid,
  type Rule,
  type Topology,
} from '@lifegpt/core';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { createEngine, type SimdLife } from './engine.js';

let engine: SimdLife;
beforeAll(async () => {
  engine = await createEngine(readFileSync(new URL('../build/simd-life.wasm', import.meta.url)));
});

function drawGrid(width: number, height: number, seed: number): Grid {
  const random = openStream(seed, 'grid', width, height);
  return createGrid(
    width,
    height,
    Uint8Array.from({ length: width * height }, () => random.nextInt(2)),
  );
}

function runReference(
  grid: Grid,
  rule: Rule,
  generations: number,
  topology: Topology = TORUS,
): Grid {
  let state = grid;
  for (let i = 0; i < generations; i++) state = stepReference(state, rule, topology);
  return state;
}

const anyRule = fc.record({ birth: fc.nat(511), survival: fc.nat(511) });
/** Any of the 2^512, and those that look at few cells, so that a place taken for another shows. */
const anyTable = fc
  .tuple(fc.nat(2 ** 31), fc.constantFrom(511, 256, 128, 64, 32, 16, 8, 4, 2, 1, 0o421))
  .map(([seed, mask]) => {
    const random = openStream(seed, 'table');
    const drawn = Uint8Array.from({ length: 512 }, () => random.nextInt(2));
    return { table: drawn.map((_, neighbourhood) => drawn[neighbourhood & mask]!) };
  });
const someRule = fc.oneof(fc.constant(CONWAY), anyRule, anyTable);
/** Sides where words and vectors begin and end, the tiniest tori, and the rest. */
const anySide = fc.oneof(
  fc.integer({ min: 1, max: 5 }),
  fc.constantFrom(31, 32, 33, 63, 64, 65, 127, 128, 129),
  fc.integer({ min: 1, max: 140 }),
);

describe('step', () => {
  it('is the reference on every torus, rule and number of generations', () => {
    fc.assert(
      fc.property(
        anySide,
        anySide,
        someRule,
        fc.nat(4),
        fc.nat(1000),
        (width, height, rule, generations, seed) => {
          const grid = drawGrid(width, height, seed);
          expect(engine.step(grid, rule, generations)).toEqual(
            runReference(grid, rule, generations),
          );
        },
      ),
      { numRuns: 150 },
    );
  });

  it('counts neighbours with multiplicity on tori one and two cells wide', () => {
    for (const [width, height] of [
      [1, 1],
      [1, 2],
      [2, 1],
      [2, 2],
      [1, 7],
      [7, 1],
      [2, 5],
      [5, 2],
    ] as const) {
      for (let seed = 0; seed < 20; seed++) {
        const rule = { birth: (seed * 37) % 512, survival: (seed * 101) % 512 };
        const grid = drawGrid(width, height, seed);
        expect(engine.step(grid, rule, 3)).toEqual(runReference(grid, rule, 3));
      }
    }
  });

  it.each(EXAMPLE_BOUNDS)('is the reference on boards of every kind: %s', (text) => {
    const { topology, width, height } = parseBounds(text);
    for (let seed = 0; seed < 5; seed++) {
      const grid = drawGrid(width, height, seed);
      expect(engine.step(grid, CONWAY, 3, topology)).toEqual(
        runReference(grid, CONWAY, 3, topology),
      );
    }
  });

  it('crosses the blocks that large grids are cut into', () => {
    const grid = drawGrid(300, 200, 1);
    expect(engine.step(grid, CONWAY, 5)).toEqual(runReference(grid, CONWAY, 5));
  });

  it('leaves the given grid as it was, and returns a copy of it for no generations', () => {
    const grid = drawGrid(9, 9, 1);
    const before = grid.cells.slice();
    const same = engine.step(grid, CONWAY, 0);
    engine.step(grid, CONWAY);
    expect(grid.cells).toEqual(before);
    expect(same.cells).toEqual(before);
    expect(same.cells).not.toBe(grid.cells);
  });

  it('gives the same after a larger grid made its memory grow', () => {
    const small = drawGrid(33, 17, 2);
    const before = engine.step(small, CONWAY, 3);
    engine.step(createGrid(5000, 2000), CONWAY);
    expect(engine.step(small, CONWAY, 3)).toEqual(before);
  });

  it.each(['P', 'T+1', 'T,-2', 'K*', 'K,*', 'K*+1', 'K,*+1', 'C', 'S'])(
    'is the reference on every bounded grid of the kind %s',
    (kind) => {
      const [letter, first, second] = /^(.)([^,]*),?(.*)$/.exec(kind)!.slice(1) as string[];
      const even = (side: number, marks: string): number =>
        marks.endsWith('*+1') ? side + (side % 2) : side;
      fc.assert(
        fc.property(anySide, anySide, someRule, fc.nat(4), fc.nat(1000), (...given) => {
          const [columns, rows, rule, generations, seed] = given;
          const [width, height] = [
            even(columns, first!),
            even(letter === 'S' ? columns : rows, second!),
          ];
          const { topology } = parseBounds(`${letter}${width}${first},${height}${second}`);
          const grid = drawGrid(width, height, seed);
          expect(engine.step(grid, rule, generations, topology)).toEqual(
            runReference(grid, rule, generations, topology),
          );
        }),
        { numRuns: 60 },
      );
    },
  );

  it('takes a table that only counts as the life-like rule that it is', () => {
    const grid = drawGrid(70, 40, 3);
    const highLife = parseRule('B36/S23').rule;
    const stepped = engine.step(grid, { table: toTable(highLife) }, 6);
    expect(stepped).toEqual(runReference(grid, highLife, 6));
  });

  it('draws examples under a rule that asks where the neighbours lie', () => {
    const { rule } = parseRule('B2n3/S23-q');
    for (const width of [32, 20]) {
      const request = { seed: 1, index: 0, boards: 6, width, height: 32, rule };
      const { states, nextStates } = engine.draw({ ...request, density: [0.3, 0.6] });
      for (let b = 0; b < 6; b++) {
        const [state, next] = [states, nextStates].map((cells) =>
          createGrid(width, 32, cells.slice(b * width * 32, (b + 1) * width * 32)),
        );
        expect(next).toEqual(stepReference(state!, rule));
      }
    }
  });

  it('refuses a table of another length', () => {
    const rule = { table: new Uint8Array(128) };
    expect(() => engine.step(createGrid(3, 3), rule)).toThrow(/512 entries.*not 128/);
  });

  it('refuses generations that are none', () => {
    for (const generations of [-1, 0.5, 2 ** 31]) {
      expect(() => engine.step(createGrid(3, 3), CONWAY, generations)).toThrow(InputError);
    }
  });
});

describe('stepBatch32', () => {
  it('is the reference, for any number of boards', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        someRule,
        fc.nat(5),
        fc.nat(1000),
        (boards, rule, generations, seed) => {
          const random = openStream(seed, 'batch');
          const words = Uint32Array.from({ length: boards * 32 }, () => random.nextUint32());
          const stepped = engine.stepBatch32(words, rule, generations);
          for (let b = 0; b < boards; b++) {
            const cellOf = (source: Uint32Array): Uint8Array =>
              Uint8Array.from(
                { length: 1024 },
                (_, k) => (source[b * 32 + (k >> 5)]! >>> (k & 31)) & 1,
              );
            const expected = runReference(createGrid(32, 32, cellOf(words)), rule, generations);
            expect(cellOf(stepped)).toEqual(expected.cells);
          }
        },
      ),
    );
  });

  it('refuses half a board', () => {
    expect(() => engine.stepBatch32(new Uint32Array(40), CONWAY, 1)).toThrow(
      /40 words are no whole number of boards/,
    );
  });
});
