/**
 * An adder of gliders: two numbers fly in bit by bit, lowest first, and their sum flies out. It is a full adder with its
 * carry in a loop, built of a handful of reactions:
 *
 * - two gliders that meet destroy each other, so what comes through is one that met nobody: a AND NOT b, b AND NOT a;
 * - another meeting (the kickback) sends one of them back: a AND b;
 * - a glider that meets a gun's stream leaves a hole in it (NOT), and several lanes that meet one stream leave the same hole (NOR); the
 *   stream of a second gun, met by the first, comes through only where the hole is (OR);
 * - snarks turn gliders by a quarter, eaters swallow what is of no more use.
 *
 * (0, 0) is where the first bits of a and b meet.
 */

import { InputError } from '../input-error.js';
import { createGrid, type Grid } from '../grid.js';
import { delayGlider, listGliderCells, type Cell, type Direction, type Glider } from './glider.js';
import {
  buildEater,
  buildGun,
  buildSnark,
  GUN_PERIOD,
  type Orientation,
  type Placement,
} from './parts.js';

/** Generations between two bits: seven gliders of a gun, and once around the carry's loop. */
export const BIT_GENERATIONS = 322;

/** The most bits of a number; the board's side grows with them. */
export const MAX_ADDER_BITS = 16;

/** An adder on its board. */
export interface Adder {
  readonly a: number;
  readonly b: number;
  /** Bits of the larger number, at least 1; the sum has one more. */
  readonly bits: number;
  /** The board, a plane. */
  readonly grid: Grid;
  /** Where (0, 0) lies on the board. */
  readonly corner: Cell;
  /** When each bit of the sum is read, lowest first, and the glider that is there when the bit is 1. */
  readonly sumBits: readonly Reading[];
  /** The same for the carry into each bit above the lowest. */
  readonly carryBits: readonly Reading[];
}

/** A glider that is there or not. */
export interface Reading {
  readonly generation: number;
  readonly glider: Glider;
}

const placement = (orientation: Orientation, x: number, y: number): Placement => ({
  orientation,
  x,
  y,
});
const glider = (direction: Direction, x: number, y: number, age: number): Glider => ({
  direction,
  x,
  y,
  age,
});

/** A gun, how far it has run, and what of its stream is in flight: the glider nearest to the gun and how many there are. */
interface Gun {
  readonly placement: Placement;
  readonly ahead: number;
  readonly stream: Glider;
  readonly inFlight: number;
}

/** a XOR b: gliders that met nobody (b's turned by the first snark) leave a hole in one stream, through which the other comes. */
const XOR_OF_INPUTS: readonly Gun[] = [
  {
    placement: placement('half turn', 53, 33),
    ahead: 17,
    stream: glider('SW', 28, 22, 2),
    inFlight: 4,
  },
  {
    placement: placement('quarter turn', -6, 34),
    ahead: 1,
    stream: glider('SE', -21, 55, 2),
    inFlight: 1,
  },
];

/** The carry: a AND b, or carry AND (a XOR b), both sent back by a kickback. */
const OR_OF_CARRIES: readonly Gun[] = [
  {
    placement: placement('half turn', 102, 23),
    ahead: 27,
    stream: glider('SW', 74, 15, 0),
    inFlight: 8,
  },
  {
    placement: placement('upside down', -41, 109),
    ahead: 16,
    stream: glider('SE', -16, 97, 3),
    inFlight: 1,
  },
];

/** The sum: (a XOR b) XOR carry, in the manner of the first. */
const XOR_WITH_CARRY: readonly Gun[] = [
  {
    placement: placement('plain', 43, 141),
    ahead: 38,
    stream: glider('NE', 73, 147, 3),
    inFlight: 5,
  },
  {
    placement: placement('quarter turn', 131, 64),
    ahead: 11,
    stream: glider('SE', 119, 88, 0),
    inFlight: 1,
  },
];

const SNARKS: readonly Placement[] = [
  placement('rows as columns', -20, 0), // b AND NOT a
  placement('upside down', -5, 133), // the carry's loop
  placement('plain', 32, 73), // carry AND NOT (a XOR b), three times: it has to come as late as its partner
  placement('upside down', 48, 112),
  placement('plain', 64, 73),
];

const EATERS: readonly [Direction, number, number][] = [
  ['SE', 107, 49], // a that found no b
  ['SW', 87, 54], // b that found no a
  ['SE', 156, 125], // the sum, when it has been read
];

/** Each number comes twice: for the sum, and for the carry. In generation 0 were the first bits there, undelayed. */
const INPUTS = {
  a: [glider('SE', -2, -2, 0), glider('SE', 66, 8, 0)],
  b: [glider('SW', 3, 2, 1), glider('SW', 129, 12, 3)],
};
const SUM = glider('SE', -77, -108, 2);
const CARRY = glider('NE', -75, 204, 3);

/** Generations by which everything is late, so that the first bits are on their way at the start. */
const START = GUN_PERIOD;
/** When the lowest bit of the sum, and the carry into it, were there to be read without `START`. */
const SUM_READ = 852;
const CARRY_READ = 366;

/** Dead cells around all that lives at the start. */
const MARGIN = 12;

/**
 * Builds the adder of two numbers.
 * @throws InputError when one is no whole number from 0, or longer than `MAX_ADDER_BITS`.
 */
export function buildAdder(a: number, b: number): Adder {
  const largest = 2 ** MAX_ADDER_BITS - 1;
  for (const number of [a, b]) {
    if (!Number.isInteger(number) || number < 0 || number > largest) {
      throw new InputError(
        `the adder's board has room for whole numbers from 0 to ${largest} (${MAX_ADDER_BITS} bits), not for ${number}`,
      );
    }
  }
  const bits = Math.max(1, Math.ceil(Math.log2(Math.max(a, b) + 1)));
  const { grid, corner } = layOut([...buildMachine(), ...buildInputs(a, b, bits)]);
  const read = (line: Glider, generation: number) => (bit: number) => {
    const late = START + bit * BIT_GENERATIONS;
    return { generation: generation + late, glider: delayGlider(line, late) };
  };
  const places = Array.from({ length: bits + 1 }, (_, bit) => bit);
  return {
    a,
    b,
    bits,
    grid,
    corner,
    sumBits: places.map(read(SUM, SUM_READ)),
    carryBits: places.slice(1).map(read(CARRY, CARRY_READ)),
  };
}

/** All that is the same for all numbers, with the streams in flight. */
function buildMachine(): Cell[] {
  const guns = [...XOR_OF_INPUTS, ...OR_OF_CARRIES, ...XOR_WITH_CARRY];
  return [
    ...SNARKS.flatMap(buildSnark),
    ...guns.flatMap((gun) => buildGun(gun.placement, gun.ahead)),
    ...guns.flatMap(({ stream, inFlight }) =>
      Array.from({ length: inFlight }, (_, k) =>
        listGliderCells(delayGlider(stream, -GUN_PERIOD * k), 0),
      ).flat(),
    ),
    ...EATERS.flatMap(([direction, x, y]) => buildEater(direction, x, y)),
  ];
}

/** Both gliders of each bit that is 1, as they are in generation 0. */
function buildInputs(a: number, b: number, bits: number): Cell[] {
  const cells: Cell[] = [];
  for (let bit = 0; bit < bits; bit++) {
    if (Math.floor(a / 2 ** bit) % 2 === 1) cells.push(...listBitCells('a', bit));
    if (Math.floor(b / 2 ** bit) % 2 === 1) cells.push(...listBitCells('b', bit));
  }
  return cells;
}

/**
 * The cells of the gliders that are a 1, in generation 0. A bit is `BIT_GENERATIONS` behind the bit below: after as many generations it has
 * come to where that one was.
 */
export function listBitCells(summand: 'a' | 'b', bit: number): Cell[] {
  const late = START + bit * BIT_GENERATIONS;
  return INPUTS[summand].flatMap((lane) => listGliderCells(delayGlider(lane, late), 0));
}

/** A board for some cells, with a margin. */
function layOut(cells: readonly Cell[]): { grid: Grid; corner: Cell } {
  const [columns, rows] = [cells.map(([x]) => x), cells.map(([, y]) => y)];
  const corner: Cell = [MARGIN - Math.min(...columns), MARGIN - Math.min(...rows)];
  const grid = createGrid(
    Math.max(...columns) + corner[0] + 1 + MARGIN,
    Math.max(...rows) + corner[1] + 1 + MARGIN,
  );
  for (const [x, y] of cells) grid.cells[(y + corner[1]) * grid.width + x + corner[0]] = 1;
  return { grid, corner };
}
