/**
 * Paul Rendell's Turing machine (2000), as Golly's collection has it: two stacks of trapped gliders are the tape to the left and to the
 * right of the head, a square of nine memory cells between them is the finite machine. Head, state and tape are read off the board by
 * what is at a few places; which place says what was found by running the file and is written down here.
 */

import { InputError, parsePattern, placeCentred, type Grid, type Topology } from '@lifegpt/core';
import { hashBytes } from '@lifegpt/model';
import { MachineError, type Machine } from './machine.js';
import {
  formatTape,
  stepTuring,
  trim,
  TURING_START,
  type TuringConfiguration,
  type TuringState,
  type TuringSymbol,
} from './turing-program.js';

/** The file, inside of Golly's collection. */
export const TURING_FILE = 'Life/Signal-Circuitry/Turing-Machine-3-state.rle';

/** Sides and hash of the cells that this reading of the board goes with. */
const WIDTH = 1714;
const HEIGHT = 1647;
const CELLS_HASH = 'f1e7e9085865ac413e0bfb4f23b0dd561e725ace9fd0f36ba53561af8511c1bb';

/** Generations of one cycle: read, write, move, next state. */
const TURING_CYCLE = 11_040;
/** When in a cycle state and symbol are on their way to the finite machine, and the stacks are at rest. */
const READ_AT = 9120;
/** Cycles until it has halted. */
export const TURING_STEPS = 17;

/** Dead cells around the pattern: a few gliders leave it, and end as blocks at the border. */
const MARGIN = 20;
/** How an animation shows it: sixteen cells as one, every second period of its guns. */
const SHOWN = { shrink: 4, every: 60 };
const PLANE: Topology = { kind: 'plane' };

/** A place where a glider is or is not: its top left cell in the pattern. */
type Place = readonly [x: number, y: number];

/** Present or absent says that the finite machine is in this state. */
const STATES: readonly (readonly [TuringState, Place, boolean])[] = [
  ['A', [96, 1150], true],
  ['B', [121, 1305], false],
  ['C', [89, 1142], false],
];
const SYMBOLS: readonly (readonly [TuringSymbol, Place])[] = [
  ['1', [562, 1617]],
  ['2', [555, 1609]],
];

/** A cell of a stack: places whose gliders, present (1) or absent (0), spell a symbol. */
interface StackCell {
  readonly places: readonly Place[];
  readonly code: Readonly<Record<string, TuringSymbol>>;
}

const INNER = { '11': '0', '01': '1', '10': '2' } as const;
/** The nearest first. The fourth was seen with blanks and ones alone. */
const RIGHT: readonly StackCell[] = [
  { places: [[1303, 867], [1279, 868]], code: { '00': '0', '10': '1', '01': '2' } },
  { places: [[1307, 1064], [1300, 1072]], code: INNER },
  { places: [[1396, 1143], [1389, 1151]], code: INNER },
  { places: [[1455, 1252]], code: { '1': '0', '0': '1' } },
]; // prettier-ignore
/** The left stack was seen with blanks and twos alone. */
const LEFT: readonly StackCell[] = [
  [767, 405] as const,
  [598, 406] as const,
  [519, 317] as const,
  [440, 228] as const,
].map((place) => ({ places: [place], code: { '1': '0', '0': '2' } }));

/**
 * The machine of a pattern file.
 * @param text the file
 * @param source its name, for messages
 * @param steps how many cycles it is run, each with a reading
 * @throws InputError when the file holds another pattern
 */
export async function openTuringMachine(
  text: string,
  source: string,
  steps: number,
): Promise<Machine> {
  const pattern = parsePattern(text, source).grid;
  const hash = await hashBytes(pattern.cells);
  if (pattern.width !== WIDTH || pattern.height !== HEIGHT || hash !== CELLS_HASH) {
    throw new InputError(
      `${source} is not the Turing machine that can be read here: its ${pattern.width}x${pattern.height} cells are others ` +
        `than those of Rendell's 3-state machine (${WIDTH}x${HEIGHT}); take the file that comes with Golly`,
    );
  }
  const expected: TuringConfiguration[] = [TURING_START];
  for (let next = stepTuring(TURING_START); next !== null; next = stepTuring(next)) {
    expected.push(next);
  }
  return {
    name: 'turing',
    grid: placeCentred(pattern, WIDTH + 2 * MARGIN, HEIGHT + 2 * MARGIN),
    topology: PLANE,
    view: { left: 0, top: 0, width: WIDTH + 2 * MARGIN, height: HEIGHT + 2 * MARGIN, ...SHOWN },
    generations: steps * TURING_CYCLE,
    stops: Array.from({ length: steps }, (_, k) => k * TURING_CYCLE + READ_AT),
    read(grid, generation) {
      const step = Math.floor(generation / TURING_CYCLE) + 1;
      const seen = readBoard(grid, generation);
      checkSeen(seen, expected[step - 1], generation);
      const { state, symbol } = seen;
      const head = expected[step - 1]!.head;
      const what = state === null ? 'halted' : `state ${state} reads ${symbol}`;
      const tape = formatTape({ ...seen, head, step });
      return {
        generation,
        text: `step ${step}: ${what}, ${tape}`,
        value: state === null ? 'halted' : state + symbol,
      };
    },
  };
}

/** What stands on a board, but for the number of the head's cell, which no board says. */
type Seen = Omit<TuringConfiguration, 'head' | 'step'>;

/** @throws MachineError when something else than a glider, or nothing, is where gliders are looked for */
function readBoard(grid: Grid, generation: number): Seen {
  const isPresent = ([x, y]: Place): boolean => {
    let alive = 0;
    for (let row = y + MARGIN; row < y + MARGIN + 3; row++) {
      for (let column = x + MARGIN; column < x + MARGIN + 3; column++) {
        alive += grid.cells[row * grid.width + column]!;
      }
    }
    if (alive === 0 || alive === 5) return alive === 5;
    throw new MachineError(
      `the Turing machine left its known states: at generation ${generation} ${alive} cells live around column ${x}, row ${y} of the pattern, where a glider is or is not`,
    );
  };
  const readStack = (cells: readonly StackCell[], side: string): TuringSymbol[] =>
    trim(
      cells.map(({ places, code }, depth) => {
        const seen = places.map((place) => Number(isPresent(place))).join('');
        const symbol = code[seen];
        if (symbol !== undefined) return symbol;
        throw new MachineError(
          `the Turing machine left its known states: at generation ${generation} cell ${depth + 1} of the ${side} stack holds no symbol`,
        );
      }),
    );
  const states = STATES.filter(([, place, whenPresent]) => isPresent(place) === whenPresent);
  const symbols = SYMBOLS.filter(([, place]) => isPresent(place));
  if (states.length > 1 || symbols.length > 1) {
    const found = [...states, ...symbols].map(([name]) => name).join(', ');
    throw new MachineError(
      `the Turing machine left its known states: at generation ${generation} it is in all of ${found}`,
    );
  }
  return {
    state: states[0]?.[0] ?? null,
    symbol: symbols[0]?.[0] ?? '0',
    left: readStack(LEFT, 'left'),
    right: readStack(RIGHT, 'right'),
  };
}

/** Holds what stands on the board against the program. @throws MachineError where it differs */
function checkSeen(
  seen: Seen,
  expected: TuringConfiguration | undefined,
  generation: number,
): asserts expected is TuringConfiguration {
  const write = ({ state, symbol, left, right }: Seen): string =>
    `${state ?? 'halted'} ${state === null ? '' : symbol} left ${left.join('')} right ${right.join('')}`;
  const after = expected ?? { state: null, symbol: '0', left: [], right: [] };
  if (expected !== undefined && write(seen) === write(after)) return;
  throw new MachineError(
    `the Turing machine left its known states: at generation ${generation} it is at ${write(seen)}; its program says ${write(after)}`,
  );
}
