/**
 * Finds the board in the frames of an animation: its two colours, and the lattice of its cells. Whatever is neither
 * of the two colours (frames, lines between cells) is left out; the cells are as large as the edges between
 * the two colours allow. Nothing about the size, the place or the colours has to be known. What the pixels leave
 * open comes out as several boards: which colour lives, whether equal frames are one state, how wide a margin is.
 */

import { countAlive, createGrid, InputError, type Grid } from '@lifegpt/core';
import {
  chooseAlive,
  dropSpecks,
  findCellColors,
  formatColor,
  isNearer,
  labelPixels,
  type Alive,
  type CellColors,
  type Labels,
  type Picture,
  type Way,
} from './gif-colors.js';
import {
  divideLattice,
  findLattices,
  readLattice,
  type BoardPixels,
  type Lattice,
} from './gif-lattice.js';
import { readScaled, readShapes } from './gif-shapes.js';
import { contradictsItself, listAssumed } from './gif-states.js';

/** The boards of an animation under one reading of its pixels. */
export interface FoundBoard {
  /** Successive states. */
  readonly states: readonly Grid[];
  /** The colour of live cells, `#rrggbb`. */
  readonly alive: string;
  /** Side of a cell in pixels, lines between cells left out. */
  readonly cellPixels: number;
  /** What else was decided: `equal frames are one state`. */
  readonly notes: readonly string[];
}

/**
 * All ways to read a board off the frames, the likeliest first: with the rarer colour alive.
 * @param alive the colour that lives, when it is known
 * @throws InputError when the frames show no board of two colours; it says what was tried.
 */
export function findBoards(
  pictures: readonly Picture[],
  source: string,
  alive: Alive | undefined,
): FoundBoard[] {
  if (pictures.length < 2) {
    throw new InputError(`${source} has one frame alone; a rule shows in a frame and the next`);
  }
  let problem: InputError | null = null;
  let vain: FoundBoard[] | null = null; // boards that no rule explains, for who takes noise into account
  for (const cuts of listCuts(pictures.length)) {
    for (const way of WAYS) {
      const found = cuts.flatMap(({ from, to, notes }) => {
        try {
          const boards = readFrames(pictures.slice(from, to), source, alive, way);
          vain ??= boards;
          if (boards.every(({ states }) => contradictsItself(states))) return [];
          return boards.map((board) => ({ ...board, notes: [...notes, ...board.notes] }));
        } catch (error) {
          if (!(error instanceof InputError)) throw error;
          problem ??= error;
          return [];
        }
      });
      if (found.length > 0) return found;
    }
  }
  if (vain !== null) return vain;
  throw new InputError(
    `${problem!.message} (tried: all frames, without the first and the last, near colours as one, square and round cells, cells of fractions of pixels)`,
  );
}

const WAYS: readonly Way[] = [
  { isWide: false, takesBlends: false, takesSpecks: false },
  { isWide: true, takesBlends: false, takesSpecks: false },
  { isWide: false, takesBlends: true, takesSpecks: false },
  { isWide: true, takesBlends: false, takesSpecks: true },
];

interface Cut {
  readonly from: number;
  readonly to: number;
  readonly notes: readonly string[];
}

/** The frames that may be the run: all, or without a title or a closing picture, or without both. */
function listCuts(count: number): Cut[][] {
  const cut = (first: number, last: number, notes: string[]): Cut[] =>
    count - first - last < 2 ? [] : [{ from: first, to: count - last, notes }];
  return [
    cut(0, 0, []),
    [
      ...cut(1, 0, ['the first frame is none of the run']),
      ...cut(0, 1, ['the last frame is none of the run']),
    ],
    cut(1, 1, ['the first and last frames are none of the run']),
  ];
}

function readFrames(
  pictures: readonly Picture[],
  source: string,
  alive: Alive | undefined,
  way: Way,
): FoundBoard[] {
  const shown = labelPixels(pictures, source, way.isWide);
  const labels = way.takesSpecks ? dropSpecks(shown, pictures[0]!.width) : shown;
  const colors = findCellColors(labels, source, way);
  const board = cutBoard(labels, pictures[0]!.width, colors, source);
  const found = readCells(board);
  if (found.length === 0) {
    throw new InputError(`${source}: the edges of its two colours lie on no lattice of cells`);
  }
  const [rare, common] = [labels.colors[colors.rare]!, labels.colors[colors.common]!];
  const mayLive = chooseAlive(alive, rare, common, source);
  const [first] = found as [(typeof found)[0]];
  const alives = first.states.reduce((sum, grid) => sum + countAlive(grid), 0);
  const cells = first.states.length * first.states[0]!.cells.length;
  // lines between cells may make the rarer colour of the pixels the commoner one of the cells
  if (mayLive.length > 1 && 2 * alives > cells) mayLive.reverse();
  return mayLive.flatMap((living) =>
    found.flatMap(({ states, cellPixels }) => {
      const turned = living === 'rare' ? states : states.map(invert);
      const color = formatColor(living === 'rare' ? rare : common);
      return listAssumed(turned, board.isFramed).map((assumed) => ({
        ...assumed,
        alive: color,
        cellPixels,
      }));
    }),
  );
}

/** The states under every lattice that fits, the likeliest first. */
function readCells(board: BoardPixels): { states: readonly Grid[]; cellPixels: number }[] {
  const isSound = ({ states }: { readonly states: readonly Grid[] }): boolean =>
    [states, states.map(invert)].some((turned) =>
      listAssumed(turned, board.isFramed).some((run) => !contradictsItself(run.states)),
    );
  const shapes = [...readShapes(board), ...readScaled(board)];
  if (board.blends !== null) return shapes;
  const read = (lattice: Lattice): { states: readonly Grid[]; cellPixels: number }[] => {
    const states = readLattice(board, lattice);
    return states === null ? [] : [{ states, cellPixels: lattice.x.cell }];
  };
  const lattices = findLattices(board);
  const squares = lattices.flatMap(read);
  const smaller = lattices.flatMap(divideLattice).flatMap(read).filter(isSound);
  const sound = squares.filter(isSound);
  return dropEqual(
    sound.some(({ cellPixels }) => cellPixels > 1)
      ? [...sound, ...shapes.filter(isSound), ...smaller]
      : [...shapes.filter(isSound), ...squares, ...smaller],
  );
}

/** Each run of states once. */
function dropEqual<T extends { readonly states: readonly Grid[] }>(found: readonly T[]): T[] {
  const isSame = (a: Grid, b: Grid): boolean =>
    a.width === b.width && Buffer.compare(a.cells, b.cells) === 0;
  return found.filter(
    ({ states }, k) =>
      !found.slice(0, k).some((other) => states.every((s, f) => isSame(s, other.states[f]!))),
  );
}

/** Drops the rows and columns in which no pixel is always of one of the two colours. */
function cutBoard(
  { labels, colors }: Labels,
  width: number,
  { rare, common, blends }: CellColors,
  source: string,
): BoardPixels {
  const height = labels[0]!.length / width;
  const isCell = new Uint8Array(width * height).fill(1);
  for (const frame of labels) {
    for (let k = 0; k < frame.length; k++) {
      if (frame[k] !== rare && frame[k] !== common && !blends.has(frame[k]!)) isCell[k] = 0;
    }
  }
  const columns = range(width).filter((x) => range(height).some((y) => isCell[y * width + x]));
  const rows = range(height).filter((y) => columns.some((x) => isCell[y * width + x]));
  for (const y of rows) {
    const x = columns.find((column) => !isCell[y * width + column]);
    if (x === undefined) continue;
    throw new InputError(
      `${source}: the pixel in column ${x}, row ${y} has a third colour in the midst of the cells; a life-like automaton has two states`,
    );
  }
  const shown = dropCopies(columns, rows, labels, width);
  const isRare = colors.map(
    (color, k) => k === rare || (blends.has(k) && isNearer(color, colors[rare]!, colors[common]!)),
  );
  const gather = (test: (label: number) => boolean): Uint8Array[] =>
    labels.map((frame) => {
      const cells = new Uint8Array(shown.length * rows.length);
      rows.forEach((y, row) =>
        shown.forEach((x, column) => {
          cells[row * shown.length + column] = test(frame[y * width + x]!) ? 1 : 0;
        }),
      );
      return cells;
    });
  return {
    width: shown.length,
    height: rows.length,
    frames: gather((label) => isRare[label]!),
    blends: blends.size === 0 ? null : gather((label) => blends.has(label)),
    isFramed:
      shown[0]! > 0 && shown.at(-1)! < width - 1 && rows[0]! > 0 && rows.at(-1)! < height - 1,
  };
}

/** Two boards beside each other that never differ (a prediction and the truth) are one. */
function dropCopies(
  columns: readonly number[],
  rows: readonly number[],
  labels: readonly Uint8Array[],
  width: number,
): readonly number[] {
  const half = columns.length / 2;
  const gaps = columns.filter((x, k) => k > 0 && x !== columns[k - 1]! + 1).length;
  if (gaps !== 1 || !Number.isInteger(half) || columns[half] === columns[half - 1]! + 1)
    return columns;
  const isCopy = labels.every((frame) =>
    rows.every((y) =>
      range(half).every(
        (k) => frame[y * width + columns[k]!] === frame[y * width + columns[half + k]!],
      ),
    ),
  );
  return isCopy ? columns.slice(0, half) : columns;
}

const invert = ({ width, height, cells }: Grid): Grid =>
  createGrid(
    width,
    height,
    cells.map((cell) => 1 - cell),
  );
const range = (length: number): number[] => Array.from({ length }, (_, k) => k);
