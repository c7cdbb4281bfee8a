/**
 * The prime sieve "new sieve #2" (Jason Summers 2005, after Dean Hickerson 1991), the lower left of the four in a file of Golly's collection: it
 * sends a spaceship to the right for every prime. It grows at half the speed of light, so the board is as large as its numbers ask.
 */

import { createGrid, InputError, parseRle, type Grid, type Topology } from '@lifegpt/core';
import { hashBytes } from '@lifegpt/model';
import { MachineError, type Machine } from './machine.js';

/** The file, inside of Golly's collection. */
export const SIEVE_FILE = 'Life/Miscellaneous/four-primers.rle.gz';
/** The largest number that is tested. */
export const LARGEST_NUMBER = 200;

/** Sides and hash of all cells of the file. */
const FILE_WIDTH = 1494;
const FILE_HEIGHT = 1020;
const CELLS_HASH = '9236935ed4a7e30378817da1307a7a1767f7c54a3a8d4d689a0829e3f57c1b17';

/** The sieve in the file: its first column and row, its sides. */
const SIEVE = { left: 12, top: 481, width: 442, height: 539 };
/** Generations from one number to the next; 2 is there at the start. */
const NUMBER_GENERATIONS = 60;
/** Cells by which it grows to the left, to the right and downwards with each number, and cells around it. */
const GROWTH = 30;
const MARGIN = 60;

/** The spaceship below the super beehive, as the start has it: its box in the sieve, with dead cells around it. */
const SHIP = { left: 350 - SIEVE.left, top: 531 - SIEVE.top, width: 7, height: 6 };
const SHIP_CELLS = '.......|.o..o..|.....o.|.o...o.|..oooo.|.......';

/**
 * The sieve of a pattern file.
 * @param text the file
 * @param source its name, for messages
 * @param largest the number it is run to
 * @throws InputError when the file holds another pattern
 */
export async function openPrimeSieve(
  text: string,
  source: string,
  largest: number,
): Promise<Machine> {
  const pattern = parseRle(text, source).grid;
  const isKnown = pattern.width === FILE_WIDTH && pattern.height === FILE_HEIGHT;
  if (!isKnown || (await hashBytes(pattern.cells)) !== CELLS_HASH) {
    throw new InputError(
      `${source} does not hold the four prime sieves: its ${pattern.width}x${pattern.height} cells are others than those of ` +
        `Golly's file (${FILE_WIDTH}x${FILE_HEIGHT}); take the file that comes with Golly`,
    );
  }
  const numbers = Array.from({ length: largest - 2 }, (_, k) => k + 3);
  const grown = GROWTH * (largest - 2) + MARGIN;
  const corner = { x: grown, y: MARGIN };
  const width = SIEVE.width + 2 * grown;
  const grid = createGrid(width, SIEVE.height + MARGIN + grown);
  for (let row = 0; row < SIEVE.height; row++) {
    const from = (SIEVE.top + row) * pattern.width + SIEVE.left;
    grid.cells.set(
      pattern.cells.subarray(from, from + SIEVE.width),
      (row + corner.y) * width + corner.x,
    );
  }
  const topology: Topology = { kind: 'plane' };
  return {
    name: `primes ${largest}`,
    grid,
    topology,
    generations: NUMBER_GENERATIONS * numbers.length,
    stops: numbers.map((number) => NUMBER_GENERATIONS * (number - 2)),
    view: {
      left: corner.x - 40,
      top: corner.y - 10,
      width: 560,
      height: SIEVE.height + 30,
      shrink: 2,
      every: 12,
    },
    read(board, generation) {
      const number = generation / NUMBER_GENERATIONS + 2;
      const isThere = readShip(board, corner, generation);
      if (isThere !== isPrime(number)) {
        throw new MachineError(
          `the sieve left its known states: at generation ${generation} it sends ${isThere ? 'a spaceship' : 'no spaceship'} for ${number}`,
        );
      }
      const told = isThere ? `a spaceship: ${number} is prime` : `nothing: ${number} is not prime`;
      return { generation, text: told, value: isThere ? `prime ${number}` : `composite ${number}` };
    },
  };
}

/** Whether the spaceship is below the super beehive. @throws MachineError when something else is */
function readShip(grid: Grid, corner: { x: number; y: number }, generation: number): boolean {
  const rows: string[] = [];
  for (let row = 0; row < SHIP.height; row++) {
    const from = (corner.y + SHIP.top + row) * grid.width + corner.x + SHIP.left;
    const cells = [...grid.cells.subarray(from, from + SHIP.width)];
    rows.push(cells.map((cell) => (cell === 1 ? 'o' : '.')).join(''));
  }
  const seen = rows.join('|');
  if (seen === SHIP_CELLS) return true;
  if (!seen.includes('o')) return false;
  throw new MachineError(
    `the sieve left its known states: at generation ${generation} there is neither a spaceship nor nothing where primes are told`,
  );
}

function isPrime(number: number): boolean {
  for (let factor = 2; factor * factor <= number; factor++) {
    if (number % factor === 0) return false;
  }
  return number > 1;
}
