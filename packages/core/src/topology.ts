/**
 * How the borders of a board are joined, in Golly's notation for bounded grids: the suffix
 * `:T32,32` of a rule. Every topology is one function, `locateCell`, which says whose cell lies just
 * outside the board; neighbours are counted with multiplicity.
 */

import { MAX_CELLS, MAX_SIDE } from './grid.js';
import { InputError } from './input-error.js';

/** How the borders of a board are joined. */
export type Topology =
  /** Everything outside is dead. */
  | { readonly kind: 'plane' }
  /** Opposite borders are joined; one pair may be shifted against each other. */
  | {
      readonly kind: 'torus';
      /** Columns by which the top border lies right of the bottom border below it. */
      readonly horizontalShift?: number;
      /** Rows by which the left border lies below the right border beside it. */
      readonly verticalShift?: number;
    }
  /** A torus with one pair of borders reversed before it is joined. */
  | {
      readonly kind: 'klein-bottle';
      /** Which pair: `horizontal` is top and bottom, as in `:K30*,20`. */
      readonly twisted: 'horizontal' | 'vertical';
      /** The twisted pair is also shifted by a cell (their side is even). */
      readonly isShifted?: true;
    }
  /** Both pairs are reversed: the real projective plane. */
  | { readonly kind: 'cross-surface' }
  /** Top is joined to left, and right to bottom; a square. */
  | { readonly kind: 'sphere' };

/** The torus without a shift. */
export const TORUS: Topology = { kind: 'torus' };

/** A board's topology and size: what Golly writes behind the colon of a rule. */
export interface BoundedGrid {
  readonly topology: Topology;
  /** Columns, at least 1. */
  readonly width: number;
  /** Rows, at least 1. */
  readonly height: number;
}

/**
 * The cell that lies at a place on the board or one step outside it.
 * @param row -1 .. height
 * @param column -1 .. width
 * @returns its row-major index, or -1 where nothing lives (a plane's surroundings)
 */
export function locateCell(bounds: BoundedGrid, row: number, column: number): number {
  const { topology, width, height } = bounds;
  const isInside = row >= 0 && row < height && column >= 0 && column < width;
  if (isInside) return row * width + column;
  const [r, c] = LOCATE[topology.kind](bounds, row, column);
  return r < 0 ? -1 : modulo(r, height) * width + modulo(c, width);
}

type Place = readonly [row: number, column: number];

/** Where a place outside really is; torus coordinates are reduced by the caller. */
const LOCATE: Readonly<
  Record<Topology['kind'], (bounds: BoundedGrid, row: number, column: number) => Place>
> = {
  plane: () => [-1, -1],
  torus({ topology, width, height }, row, column) {
    const { horizontalShift = 0, verticalShift = 0 } = topology as Topology & { kind: 'torus' };
    const right = horizontalShift * outside(row, height);
    const down = verticalShift * outside(column, width);
    return [height + row + down, width + column + right];
  },
  'klein-bottle'({ topology, width, height }, row, column) {
    const { twisted, isShifted } = topology as Topology & { kind: 'klein-bottle' };
    const shift = isShifted === true ? -1 : 0; // as Golly does it; its manual draws +1
    const isReversed =
      twisted === 'horizontal' ? outside(row, height) !== 0 : outside(column, width) !== 0;
    if (!isReversed) return [height + row, width + column];
    return twisted === 'horizontal'
      ? [height + row, 2 * width - 1 - column + shift]
      : [2 * height - 1 - row + shift, width + column];
  },
  'cross-surface'({ width, height }, row, column) {
    const c = outside(row, height) !== 0 ? width - 1 - column : column;
    const r = outside(column, width) !== 0 ? height - 1 - row : row;
    return [2 * height + r, 2 * width + c];
  },
  sphere({ width: side }, row, column) {
    const [down, right] = [outside(row, side), outside(column, side)];
    if (down !== 0 && right !== 0) return [clamp(row, side), clamp(column, side)]; // a corner is itself
    return [clamp(column, side), clamp(row, side)];
  },
};

/** -1 before the board, 1 behind it, 0 on it. */
function outside(place: number, side: number): number {
  if (place < 0) return -1;
  return place >= side ? 1 : 0;
}

function modulo(value: number, side: number): number {
  return ((value % side) + side) % side;
}

function clamp(place: number, side: number): number {
  return Math.max(0, Math.min(side - 1, place));
}

/**
 * Reads a bounded grid as Golly writes it, without the colon: `T32,20`, `T32` for a square,
 * `T30+5,20`, `P30,20`, `K30*,20`, `K30,20*+1`, `C30,20`, `S30`.
 * @throws InputError when it is no bounded grid, or one with an unbounded side.
 */
export function parseBounds(text: string): BoundedGrid {
  const parts = BOUNDS.exec(text);
  const fail = (reason: string): never => {
    throw new InputError(`':${text}' ${reason}`);
  };
  if (parts === null) {
    return fail('is not a bounded grid; write :T32,20 (columns, rows) or :T32');
  }
  const letter = parts[1]!.toUpperCase();
  const read = TOPOLOGIES.get(letter);
  if (read === undefined) {
    return fail(
      `has the unknown topology '${parts[1]}'; write T (torus), P (plane), K (Klein bottle), C (cross-surface) or S (sphere), e.g. :T32,20`,
    );
  }
  const horizontal = { side: Number(parts[2]), twist: parts[3] === '*', shift: parts[4] ?? '' };
  const vertical = {
    side: Number(parts[5] ?? parts[2]),
    twist: parts[6] === '*',
    shift: parts[7] ?? '',
  };
  const [width, height] = [horizontal.side, vertical.side];
  if (width === 0 || height === 0) {
    return fail('has a side of 0, an unbounded one; a board here is finite, give both sides');
  }
  if (width > MAX_SIDE || height > MAX_SIDE || width * height > MAX_CELLS) {
    return fail(
      `is too large; a board has at most ${MAX_SIDE} cells a side and ${MAX_CELLS} in all`,
    );
  }
  return { topology: read(horizontal, vertical, fail), width, height };
}

/** Kinds of topologies in a list. A comma stands between them, unless marks of the vertical borders follow it: `T,K*,K,*,P`. */
export function splitTopologies(text: string): string[] {
  return text.split(/[\s,]+(?=[A-Za-z])/);
}

/**
 * A topology with its sides.
 * @param kind Golly's letter and marks, e.g. `T`, `K*` (top and bottom twisted), `K,*`
 * @throws InputError when there is no such board
 */
export function placeTopology(kind: string, height: number, width: number): BoundedGrid {
  const match = /^([A-Za-z])([^,]*)(?:,(.*))?$/.exec(kind);
  if (match === null) {
    throw new InputError(
      `topology '${kind}' is none; write T, P, K*, K,*, C or S, several of them between blanks`,
    );
  }
  return parseBounds(`${match[1]}${width}${match[2]},${height}${match[3] ?? ''}`);
}

/** Writes a bounded grid canonically, without the colon: `T32,32`, `T30+5,20`, `K30*,20`, `S30`. */
export function formatBounds({ topology, width, height }: BoundedGrid): string {
  const sign = (shift = 0): string => (shift === 0 ? '' : `${shift > 0 ? '+' : ''}${shift}`);
  switch (topology.kind) {
    case 'plane':
      return `P${width},${height}`;
    case 'torus':
      return `T${width}${sign(topology.horizontalShift)},${height}${sign(topology.verticalShift)}`;
    case 'klein-bottle': {
      const mark = topology.isShifted === true ? '*+1' : '*';
      return topology.twisted === 'horizontal'
        ? `K${width}${mark},${height}`
        : `K${width},${height}${mark}`;
    }
    case 'cross-surface':
      return `C${width},${height}`;
    case 'sphere':
      return `S${width}`;
  }
}

/** One side of a bounded grid as written: `30*+5`. */
interface WrittenSide {
  readonly side: number;
  readonly twist: boolean;
  /** With its sign, or empty. */
  readonly shift: string;
}

type Fail = (reason: string) => never;

/** Reads what stands at the sides, by the letter before them. */
const TOPOLOGIES: ReadonlyMap<
  string,
  (horizontal: WrittenSide, vertical: WrittenSide, fail: Fail) => Topology
> = new Map([
  ['P', plainTopology('plane', 'plane')],
  ['C', plainTopology('cross-surface', 'cross-surface')],
  [
    'S',
    (horizontal: WrittenSide, vertical: WrittenSide, fail: Fail): Topology => {
      if (horizontal.side !== vertical.side) fail('is a sphere, which is square; write e.g. :S32');
      return plainTopology('sphere', 'sphere')(horizontal, vertical, fail);
    },
  ],
  ['T', readTorus],
  ['K', readKleinBottle],
]);

function plainTopology(kind: 'plane' | 'cross-surface' | 'sphere', name: string) {
  return (horizontal: WrittenSide, vertical: WrittenSide, fail: Fail): Topology => {
    if (horizontal.twist || vertical.twist)
      fail(`marks a border with '*', which is for a Klein bottle (K) and not for a ${name}`);
    if (horizontal.shift || vertical.shift)
      fail(`shifts a border by ${horizontal.shift || vertical.shift}, which a ${name} cannot`);
    return { kind };
  };
}

function readTorus(horizontal: WrittenSide, vertical: WrittenSide, fail: Fail): Topology {
  if (horizontal.twist || vertical.twist)
    fail(`twists a border with '*', which a torus cannot; a Klein bottle is :K30*,20`);
  const [right, down] = [horizontal, vertical].map(({ side, shift }) => Number(shift) % side) as [
    number,
    number,
  ];
  if (right !== 0 && down !== 0) fail('shifts both pairs of borders; only one pair can be shifted');
  if (right !== 0) return { kind: 'torus', horizontalShift: right };
  return down === 0 ? TORUS : { kind: 'torus', verticalShift: down };
}

/** Without a `*` the vertical pair is twisted, as in Golly. */
function readKleinBottle(horizontal: WrittenSide, vertical: WrittenSide, fail: Fail): Topology {
  if (horizontal.twist && vertical.twist)
    fail(`twists both pairs of borders; that is a cross-surface, :C30,20`);
  const twisted = horizontal.twist ? 'horizontal' : 'vertical';
  const [own, other] = horizontal.twist ? [horizontal, vertical] : [vertical, horizontal];
  if (other.shift)
    fail(`shifts a pair of borders that is not twisted; a Klein bottle cannot do that`);
  // an odd number of cells cannot be shifted, and Golly passes over it
  if (Number(own.shift) % 2 === 0 || own.side % 2 !== 0) return { kind: 'klein-bottle', twisted };
  return { kind: 'klein-bottle', twisted, isShifted: true };
}

// letter, then a side with its twist and its shift, then perhaps the other side with its own
const BOUNDS = /^([a-z])(\d+)(\*?)([+-]\d+)?(?:,(\d+)(\*?)([+-]\d+)?)?$/i;
