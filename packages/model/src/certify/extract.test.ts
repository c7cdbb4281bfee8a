import { readFile } from 'node:fs/promises';
import { locateCell, topologyOfToken } from '@lifegpt/core';
import { describe, expect, it } from 'vitest';
import { readModelFolder, type ModelFolder } from '../folder/model-folder.js';
import { extractAlgorithm, type Extracted } from './extract.js';
import { compileExtracted } from './extracted-program.js';

const whole = await readModelFolder('life', (file) =>
  readFile(new URL(`../../zoo/life/${file}`, import.meta.url)),
);
// a topology with few classes stands for all
const life: ModelFolder = {
  ...whole,
  config: { ...whole.config, trained_for: { ...whole.config.trained_for, topologies: ['S'] } },
};

function extract(folder: ModelFolder): Extracted {
  const steps = extractAlgorithm(folder);
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  return step.value;
}

describe('the algorithm of the shipped weights', () => {
  const algorithm = extract(life);

  it('reads on spheres what core says that neighbours are', () => {
    for (let side = 1; side <= 9; side++) {
      const bounds = { topology: topologyOfToken('S'), width: side, height: side };
      const locate = compileExtracted(algorithm, 'S', side, side);
      for (let row = -1; row <= side; row++) {
        for (let column = -1; column <= side; column++) {
          expect(locate(row, column)).toBe(locateCell(bounds, row, column));
        }
      }
    }
  });

  it('asks for the bit of each state and count, and comes near to its place', () => {
    expect(algorithm.bits).toHaveLength(18);
    algorithm.bits.forEach(({ state, count, bit, axes }, i) => {
      expect([9 * state + count, bit]).toEqual([i, i]);
      expect(axes[1][0]).toBeGreaterThan(count - 0.5);
      expect(axes[1][1]).toBeLessThan(count + 0.5);
    });
  });

  it('tells the border that a cell touches in one way for all classes there', () => {
    const { cases } = algorithm.topologies[0]!;
    expect(cases).toHaveLength(10);
    expect(cases.reduce((sum, { classes }) => sum + classes, 0)).toBe(104);
    const top = cases.find(({ touches }) => touches.join() === 'true,false,false,false')!;
    expect(top.cells[4]).toEqual({
      row: { from: 'top', plus: 0 },
      column: { from: 'left', plus: 0 },
    });
  });

  it('is refused where two cells read a place of their surroundings otherwise', () => {
    const changed = structuredClone(algorithm) as Extracted;
    const top = changed.topologies[0]!.cases.find(
      ({ touches }) => touches.join() === 'true,false,false,false',
    )!;
    (top.cells as unknown[])[1] = null;
    expect(() => {
      const locate = compileExtracted(changed, 'S', 6, 6);
      locate(-1, 2);
    }).toThrow(/is read as/);
  });
});

describe('weights that read something else', () => {
  it('hold no such algorithm', () => {
    const tensors = whole.tensors.map((tensor) =>
      tensor.name === 'h.2.attn.c_axes.weight'
        ? { ...tensor, data: tensor.data.map((value) => -value) }
        : tensor,
    );
    expect(() => extract({ ...life, tensors })).toThrow(/not the neighbourhood/);
  });
});
