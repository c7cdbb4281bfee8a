/**
 * How the borders of a board are joined, in Golly's notation for bounded grids: the suffix
 * `:T32,32` of a rule. Every topology is a file in `topologies/`, whose `locate` says whose cell
 * lies just outside the board; neighbours are counted with multiplicity.
 */

import { MAX_CELLS, MAX_SIDE } from './grid.js';
import { InputError } from './input-error.js';
import { CROSS_SURFACE_KIND } from './topologies/cross-surface.js';
import { KLEIN_BOTTLE_KIND } from './topologies/klein-bottle.js';
import { PLANE_KIND } from './topologies/plane.js';
import { SPHERE_KIND } from './topologies/sphere.js';
import { TORUS_KIND } from './topologies/torus.js';
import type { TopologyKind } from './topologies/topology-kind.js';

/** All of them; a further one is a file and a line here. */
const KINDS = [TORUS_KIND, PLANE_KIND, KLEIN_BOTTLE_KIND, CROSS_SURFACE_KIND, SPHERE_KIND] as const;

/** How the borders of a board are joined. */
export type Topology = ReturnType<(typeof KINDS)[number]['read']>;

/** The torus without a shift. */
export const TORUS: Topology = { kind: 'torus' };

/** Each of a kind that takes its own topologies alone, which `kindOf` sees to. */
const ALL_KINDS = KINDS as readonly unknown[] as readonly TopologyKind<Topology>[];
const BY_NAME = new Map(ALL_KINDS.map((kind) => [kind.kind, kind]));
const kindOf = ({ kind }: Topology): TopologyKind<Topology> => BY_NAME.get(kind)!;

/** Boards of every kind, as they are written: what tests of all topologies go through. */
export const EXAMPLE_BOUNDS: readonly string[] = ALL_KINDS.flatMap(({ examples }) => examples);

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
  const place = kindOf(topology).locate(topology, bounds, row, column);
  return place === null ? -1 : modulo(place[0], height) * width + modulo(place[1], width);
}

function modulo(value: number, side: number): number {
  return ((value % side) + side) % side;
}

/** Whether boards of a topology have equal sides. */
export function isSquare(topology: Topology): boolean {
  return kindOf(topology).isSquare;
}

/** What a topology is called in a heading, its shift with it: `Torus, shifted by 2 columns`. */
export function nameTopology(topology: Topology): string {
  return kindOf(topology).title(topology);
}

/** How a topology joins the borders, in a sentence or two. */
export function describeJoints(topology: Topology): string {
  return kindOf(topology).joints(topology);
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
  const kind = ALL_KINDS.find(({ letter }) => letter === parts[1]!.toUpperCase());
  if (kind === undefined) {
    const known = ALL_KINDS.map(({ letter, name }) => `${letter} (${name})`);
    return fail(
      `has the unknown topology '${parts[1]}'; write one of ${known.join(', ')}, e.g. :T32,20`,
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
  if (kind.isSquare && width !== height) {
    return fail(`is a ${kind.name}, which is square; write e.g. :${kind.letter}${width}`);
  }
  return { topology: kind.read(horizontal, vertical, fail), width, height };
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
  const bounds = match === null ? '' : `${match[1]}${width}${match[2]},${height}${match[3] ?? ''}`;
  if (!BOUNDS.test(bounds)) {
    throw new InputError(
      `topology '${kind}' is none; write T, P, K*, K,*, C or S, several of them between blanks`,
    );
  }
  return parseBounds(bounds);
}

/** Writes a bounded grid canonically, without the colon: `T32,32`, `T30+5,20`, `K30*,20`, `S30`. */
export function formatBounds({ topology, width, height }: BoundedGrid): string {
  const { letter, isSquare: isOneSide, write } = kindOf(topology);
  const [across, down] = write(topology);
  return isOneSide ? `${letter}${width}` : `${letter}${width}${across},${height}${down}`;
}

// letter, then a side with its twist and its shift, then perhaps the other side with its own
const BOUNDS = /^([a-z])(\d+)(\*?)([+-]\d+)?(?:,(\d+)(\*?)([+-]\d+)?)?$/i;
