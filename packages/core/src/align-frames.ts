/**
 * Frames of a run as pattern files keep them: each cut to its live cells, without a word about where they
 * lie. Where each lies is found together with the rule: of all places that a frame can have after the one before,
 * those stay for which some life-like rule explains all pairs.
 */

import { InputError } from './input-error.js';
import type { Grid } from './grid.js';
import { cutToLife, pasteAround } from './frame-box.js';
import { RULE_BITS } from './rule-bits.js';
import { createNeighbourCounter } from './transitions.js';

/** Placed frames. */
export interface Alignment {
  /** The frames on one board; up to the pair that no placement explains, if there is one. */
  readonly states: readonly Grid[];
  /** Bits that every explanation agrees on; null for those that stay open. */
  readonly bits: readonly (0 | 1 | null)[];
  /** Placements that lead to different tables; 0 when no life-like rule explains the run. */
  readonly explanations: number;
}

/** Tables that are kept at the same time; more would say that hardly anything is determined. */
const MOST_TABLES = 20_000;

/**
 * Places frames whose dead surroundings were cut off.
 * @param frames at least two; dead rows and columns around the live cells do not matter
 * @param torus the sides of the torus that they lie on, or null for the unbounded plane
 * @throws InputError when a frame is larger than the torus, or the run leaves too much open.
 */
export function alignFrames(
  frames: readonly Grid[],
  torus: { readonly width: number; readonly height: number } | null,
): Alignment {
  const boxes = frames.map(cutToLife);
  const large = torus && boxes.find((b) => b.width > torus.width || b.height > torus.height);
  if (torus && large) {
    throw new InputError(
      `a frame of ${large.width}x${large.height} cells does not fit on a torus of ${torus.width}x${torus.height}`,
    );
  }
  // in the plane the empty space stays empty: B0 is not in the rule
  const start = { dead: torus ? 0 : 1, alive: 0 };
  let paths: Path[] = [{ ...start, offset: [0, 0], before: null }];
  for (let k = 0; k + 1 < boxes.length; k++) {
    const steps = listSteps(boxes[k]!, boxes[k + 1]!, torus);
    const next = joinTables(paths, steps.possible);
    if (next.length === 0) {
      const last = { ...paths[0]!, offset: steps.closest, before: paths[0]! };
      const states = layOut(boxes.slice(0, k + 2), last, torus);
      return { states, bits: agree([]), explanations: 0 };
    }
    if (next.length > MOST_TABLES) {
      throw new InputError(
        `the frames can lie in too many ways; say where they lie by #CXRLE Pos=x,y lines, or give frames of the whole board`,
      );
    }
    paths = next;
  }
  return {
    states: layOut(boxes, paths[0]!, torus),
    bits: agree(paths),
    explanations: paths.length,
  };
}

/** Cases that were seen with a dead and with a live next state, a bit each. */
interface Table {
  readonly dead: number;
  readonly alive: number;
}

/** How far right and down a frame lies of the one before. */
type Offset = readonly [right: number, down: number];

interface Path extends Table {
  readonly offset: Offset;
  readonly before: Path | null;
}

/** The tables of all offsets that do not contradict themselves, and the offset that came farthest. */
function listSteps(
  from: Grid,
  to: Grid,
  torus: { readonly width: number; readonly height: number } | null,
): { possible: (Table & { offset: Offset })[]; closest: Offset } {
  const [rightFrom, rightTo] = rangeOf(from.width, to.width, torus?.width ?? null);
  const [downFrom, downTo] = rangeOf(from.height, to.height, torus?.height ?? null);
  const board = torus ? pasteAround(from, torus, 0, 0) : pasteAround(from, grow(from), 1, 1);
  const shift = torus ? 0 : 1;
  const bounds = { topology: { kind: torus ? 'torus' : 'plane' }, ...sizeOf(board) } as const;
  const neighbours = createNeighbourCounter(bounds)(board.cells);
  const possible = new Map<string, Table & { offset: Offset }>();
  let [closest, farthest]: [Offset, number] = [[0, 0], -1];
  for (let down = downFrom; down <= downTo; down++) {
    for (let right = rightFrom; right <= rightTo; right++) {
      const offset: Offset = [right, down];
      const next = pasteAround(to, sizeOf(board), right + shift, down + shift);
      const { table, cells } = readTable(board, neighbours, next);
      if (cells > farthest) [closest, farthest] = [offset, cells];
      if (table === null) continue;
      const key = `${table.dead},${table.alive}`;
      if (!possible.has(key)) possible.set(key, { ...table, offset });
    }
  }
  return { possible: [...possible.values()], closest };
}

/** Where a side of the next frame can begin, seen from the one before. */
function rangeOf(from: number, to: number, side: number | null): [number, number] {
  if (side !== null) return [from - side, side - to];
  if (to === 0 || from === 0) return [0, 0];
  return [-1, from + 1 - to]; // a birth needs a live neighbour
}

function readTable(
  board: Grid,
  neighbours: Uint8Array,
  next: Grid,
): { table: Table | null; cells: number } {
  const seen = [0, 0];
  for (let k = 0; k < board.cells.length; k++) {
    const bit = 1 << (9 * board.cells[k]! + neighbours[k]!);
    const state = next.cells[k]!;
    seen[state]! |= bit;
    if (seen[1 - state]! & bit) return { table: null, cells: k };
  }
  return { table: { dead: seen[0]!, alive: seen[1]! }, cells: board.cells.length };
}

/** Every path with every step that agrees with it; of equal or wider tables one. */
function joinTables(
  paths: readonly Path[],
  steps: readonly (Table & { offset: Offset })[],
): Path[] {
  const joined = new Map<string, Path>();
  for (const path of paths) {
    for (const { offset, ...step } of steps) {
      const [dead, alive] = [path.dead | step.dead, path.alive | step.alive];
      if (dead & alive) continue;
      const key = `${dead},${alive}`;
      if (!joined.has(key)) joined.set(key, { dead, alive, offset, before: path });
    }
  }
  const all = [...joined.values()];
  if (all.length > MOST_TABLES) return all;
  // a table that only adds to another explains no rule that the other does not
  const isWider = (a: Table, b: Table): boolean =>
    a !== b && (a.dead & ~b.dead) === 0 && (a.alive & ~b.alive) === 0;
  return all.length > 1000 ? all : all.filter((b) => !all.some((a) => isWider(a, b)));
}

function agree(tables: readonly Table[]): (0 | 1 | null)[] {
  return Array.from({ length: RULE_BITS }, (_, c) => {
    if (tables.length === 0) return null;
    if (tables.every(({ alive }) => (alive >> c) & 1)) return 1;
    return tables.every(({ dead }) => (dead >> c) & 1) ? 0 : null;
  });
}

/** The frames of a path on the torus, or on a board that leaves a dead cell on each side. */
function layOut(
  boxes: readonly Grid[],
  end: Path,
  torus: { readonly width: number; readonly height: number } | null,
): Grid[] {
  const offsets: Offset[] = [];
  for (let path: Path = end; path.before !== null; path = path.before) offsets.unshift(path.offset);
  let [left, top] = [0, 0];
  const corners = [[0, 0], ...offsets].map(([right, down]) => [(left += right!), (top += down!)]);
  if (torus)
    return boxes.map((box, k) => pasteAround(box, torus, corners[k]![0]!, corners[k]![1]!));
  const least = (axis: 0 | 1): number => Math.min(...corners.map((corner) => corner[axis]!)) - 1;
  const size = {
    width: Math.max(...boxes.map((box, k) => corners[k]![0]! + box.width)) + 1 - least(0),
    height: Math.max(...boxes.map((box, k) => corners[k]![1]! + box.height)) + 1 - least(1),
  };
  return boxes.map((box, k) =>
    pasteAround(box, size, corners[k]![0]! - least(0), corners[k]![1]! - least(1)),
  );
}

const sizeOf = ({ width, height }: Grid) => ({ width, height });
const grow = ({ width, height }: Grid) => ({ width: width + 2, height: height + 2 });
