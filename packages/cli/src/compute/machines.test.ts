/** What is read off the boards of machines, run by the engine. */

import { CONWAY, type Grid, type Stepper } from '@lifegpt/core';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadEngine } from '../engine.js';
import { openAdder, readSum } from './adder-machine.js';
import { readGollyPattern } from './golly-patterns.js';
import type { Machine } from './machine.js';
import { openPrimeSieve, SIEVE_FILE } from './prime-sieve.js';
import { openTuringMachine, TURING_FILE } from './turing-machine.js';

let engine: Stepper;
beforeAll(async () => {
  engine = await loadEngine();
});

/** Runs a machine by the engine alone; `change` is made to the start. */
function readByEngine(machine: Machine, change?: (grid: Grid) => void) {
  let grid: Grid = { ...machine.grid, cells: machine.grid.cells.slice() };
  change?.(grid);
  let generation = 0;
  return machine.stops.map((stop) => {
    grid = engine.step(grid, CONWAY, stop - generation, machine.topology);
    generation = stop;
    return machine.read(grid, stop);
  });
}

describe('the adder', () => {
  it('tells bits and carries as their gliders pass, lowest first', () => {
    const readings = readByEngine(openAdder(3, 1));
    expect(readings.map(({ text }) => text)).toEqual([
      'carry into bit 1: 1',
      'bit 0 of the sum: 0 (1 + 1)',
      'carry into bit 2: 1',
      'bit 1 of the sum: 0 (1 + 0)',
      'bit 2 of the sum: 1 (no more bits)',
    ]);
    expect(readSum(readings.map(({ value }) => value))).toBe(4);
  });

  it('says at which generation a glider was missed', () => {
    const machine = openAdder(1, 1);
    const whole = machine.grid.cells;
    const clear = ({ cells, width }: Grid): void => {
      // the input glider that stands alone nearest to the upper left corner
      const first = whole.findIndex((cell, k) => cell === 1 && k % width < width / 3);
      for (let row = -1; row < 4; row++)
        cells.fill(0, first + row * width - 3, first + row * width + 4);
    };
    expect(() => readByEngine(machine, clear)).toThrow(
      /^the adder left its known states: at generation \d+ there is /,
    );
  });
});

/** Golly's collection beside the program that `npm test` found. */
const collection = join(
  dirname(process.env['BGOLLY_PATH'] ?? '/none/bin/none'),
  '../share/golly/Patterns',
);
const isInstalled = existsSync(join(collection, TURING_FILE));

describe.runIf(isInstalled)('the Turing machine of Golly’s collection', () => {
  it('says head, state and tape in its first step', async () => {
    const text = await readGollyPattern(
      TURING_FILE,
      undefined,
      dirname(process.env['BGOLLY_PATH']!),
    );
    const machine = await openTuringMachine(text, TURING_FILE, 1);
    expect(machine.stops).toEqual([9120]);
    expect(readByEngine(machine).map((reading) => reading.text)).toEqual([
      'step 1: state B reads 1, head 0, tape from 0: [1] 1',
    ]);
  });

  it('is refused when a cell of the file is another', async () => {
    const text = readFileSync(join(collection, TURING_FILE), 'utf8');
    const other = text.replace('247boo$', '246b3o$');
    await expect(openTuringMachine(other, 'mine.rle', 1)).rejects.toThrow(
      'mine.rle is not the Turing machine that can be read here',
    );
    await expect(openTuringMachine('x = 2, y = 2\n2o$2o!', 'block.rle', 1)).rejects.toThrow(
      'its 2x2 cells are others than those of Rendell',
    );
  });

  it('says at which generation it left the states that it knows', async () => {
    const text = readFileSync(join(collection, TURING_FILE), 'utf8');
    const machine = await openTuringMachine(text, TURING_FILE, 1);
    expect(() =>
      machine.read({ ...machine.grid, cells: machine.grid.cells.map(() => 0) }, 9120),
    ).toThrow(/^the Turing machine left its known states: at generation 9120 /);
  });
});

describe.runIf(isInstalled)('the prime sieve of Golly’s collection', () => {
  it('sends a spaceship for every prime', async () => {
    const text = await readGollyPattern(SIEVE_FILE, collection);
    const readings = readByEngine(await openPrimeSieve(text, SIEVE_FILE, 13));
    expect(readings.map(({ value }) => value)).toEqual([
      'prime 3',
      'composite 4',
      'prime 5',
      'composite 6',
      'prime 7',
      'composite 8',
      'composite 9',
      'composite 10',
      'prime 11',
      'composite 12',
      'prime 13',
    ]);
  });

  it('says at which generation it left the states that it knows, and refuses other files', async () => {
    const text = await readGollyPattern(SIEVE_FILE, collection);
    const machine = await openPrimeSieve(text, SIEVE_FILE, 5);
    expect(() => readByEngine(machine, ({ cells }) => cells.fill(0))).toThrow(
      'the sieve left its known states: at generation 60 it sends no spaceship for 3',
    );
    await expect(openPrimeSieve('x = 2, y = 2\n2o$2o!', 'block.rle', 5)).rejects.toThrow(
      'block.rle does not hold the four prime sieves',
    );
  });
});

describe('Golly’s collection', () => {
  it('is said to be missing, and how to name it', async () => {
    await expect(readGollyPattern(TURING_FILE, undefined, '/none/bin:/nowhere')).rejects.toThrow(
      /^Golly's patterns are not installed: .*Turing-Machine-3-state\.rle .*--patterns$/,
    );
    await expect(readGollyPattern(TURING_FILE, '/none')).rejects.toThrow(
      /^there is no Life.*Turing-Machine-3-state\.rle in \/none; --patterns/,
    );
  });
});
