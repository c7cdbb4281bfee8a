/** The adder of gliders as a machine that can be run: bits of the sum are read when their gliders fly out, carries on their way. */

import { buildAdder, readGlider, type Grid, type Reading } from '@lifegpt/core';
import { MachineError, type Machine } from './machine.js';

/** Where guns, snarks and eaters stand, seen from where the first bits meet; around them fly the numbers. */
const CORE = { left: -50, top: -20, width: 216, height: 204 };

/**
 * The adder of two numbers.
 * @throws InputError as `buildAdder`
 */
export function openAdder(a: number, b: number): Machine {
  const adder = buildAdder(a, b);
  const bit = (number: number, place: number): number => Math.floor(number / 2 ** place) % 2;
  const carry = (place: number): number =>
    Number((a % 2 ** place) + (b % 2 ** place) >= 2 ** place);
  const readings = new Map<number, (grid: Grid) => { text: string; value: string }>();

  const look = (grid: Grid, { generation, glider }: Reading, what: string, due: number): number => {
    const seen = readGlider(grid, glider, generation, adder.corner);
    if (seen !== null && Number(seen) === due) return due;
    const found = seen === null ? 'neither a glider nor nothing' : seen ? 'a glider' : 'no glider';
    throw new MachineError(
      `the adder left its known states: at generation ${generation} there is ${found} where ${what} is read, which is ${due}`,
    );
  };
  adder.carryBits.forEach((reading, k) => {
    readings.set(reading.generation, (grid) => {
      const value = look(grid, reading, `the carry into bit ${k + 1}`, carry(k + 1));
      return { text: `carry into bit ${k + 1}: ${value}`, value: `carry ${value}` };
    });
  });
  adder.sumBits.forEach((reading, k) => {
    readings.set(reading.generation, (grid) => {
      const due = bit(a + b, k);
      const value = look(grid, reading, `bit ${k} of the sum`, due);
      const given = k < adder.bits ? `${bit(a, k)} + ${bit(b, k)}` : 'no more bits';
      return { text: `bit ${k} of the sum: ${value} (${given})`, value: `sum ${value}` };
    });
  });
  const stops = [...readings.keys()].sort((first, second) => first - second);
  return {
    name: `add ${a} ${b}`,
    grid: adder.grid,
    topology: { kind: 'plane' },
    view: {
      left: adder.corner[0] + CORE.left,
      top: adder.corner[1] + CORE.top,
      width: CORE.width,
      height: CORE.height,
      shrink: 1,
      every: 8,
    },
    generations: stops.at(-1)!,
    stops,
    read: (grid, generation) => ({ generation, ...readings.get(generation)!(grid) }),
  };
}

/** The number that an adder's readings spell. */
export function readSum(values: readonly string[]): number {
  const bits = values
    .filter((value) => value.startsWith('sum '))
    .map((value) => Number(value.slice(4)));
  return bits.reduce((sum, bit, place) => sum + bit * 2 ** place, 0);
}
