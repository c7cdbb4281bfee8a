/** Rules that explain every second state of a run: what to say when the states in between are missing. */

import { cutToLife, pasteAround } from './frame-box.js';
import type { Grid } from './grid.js';
import type { LifeRule } from './rule.js';
import { locateCell, type Topology } from './topology.js';
import { RULE_BITS } from './rule-bits.js';
import { createNeighbourCounter } from './transitions.js';

/** Cells of which a rule has to explain each; more than enough to tell 2^18 rules apart. */
const MOST_CELLS = 20_000;
const CELLS = 9;
/** The case of what lies off the board: a bit that no rule has. */
const NOTHING = RULE_BITS;

/**
 * A life-like rule two steps of which lead from each state to the next one, or null. All 2^18 are tried; when
 * several do it, the first in the order of their bits.
 */
export function findTwoStepRule(
  runs: readonly (readonly Grid[])[],
  topology: Topology,
): LifeRule | null {
  const cells = collectCells(runs, topology);
  if (cells.results.length === 0) return null;
  const isExplained = createJudge(cells);
  for (let code = 0; code < 2 ** RULE_BITS; code++) {
    if (isExplained(code)) return ruleOfCode(code);
  }
  return null;
}

/**
 * As `findTwoStepRule`, for frames in the unbounded plane that are cut to their live cells and do not say where they lie.
 * Each pair allows the rules that explain it in some place; a rule has to be allowed by all.
 */
export function findTwoStepRuleOfFrames(frames: readonly Grid[]): LifeRule | null {
  const boxes = frames.map(cutToLife);
  // in the plane the empty space stays empty: bit 0, B0, is 0
  let codes = Array.from({ length: 2 ** (RULE_BITS - 1) }, (_, k) => 2 * k);
  let hasLife = false;
  for (const [k, to] of boxes.entries()) {
    const from = boxes[k - 1];
    if (from === undefined || from.width === 0 || to.width === 0) continue;
    hasLife = true;
    const places = listPlaces(from, to).map((pair) =>
      createJudge(collectCells([pair], { kind: 'plane' })),
    );
    codes = codes.filter((code) => places.some((isExplained) => isExplained(code)));
  }
  return hasLife && codes[0] !== undefined ? ruleOfCode(codes[0]) : null;
}

/** A frame and the next, in every place that it can have two steps later. */
function listPlaces(from: Grid, to: Grid): [Grid, Grid][] {
  const size = { width: from.width + 2 * REACH, height: from.height + 2 * REACH };
  const board = pasteAround(from, size, REACH, REACH);
  const pairs: [Grid, Grid][] = [];
  for (let top = 0; top + to.height <= size.height; top++) {
    for (let left = 0; left + to.width <= size.width; left++) {
      pairs.push([board, pasteAround(to, size, left, top)]);
    }
  }
  return pairs;
}

/** Cells by which life can grow in two steps. */
const REACH = 2;

/** The rule whose bits are those of a number, B0 the lowest. */
function ruleOfCode(code: number): LifeRule {
  return { birth: code & 511, survival: code >> 9 };
}

/** What decides cells two steps later, each kind once: the cases of itself and its neighbours (`NOTHING` off the board). */
interface Cells {
  /** `[cells, 9]` */
  readonly cases: Int8Array;
  /** `[cells]` */
  readonly results: readonly number[];
}

function collectCells(runs: readonly (readonly Grid[])[], topology: Topology): Cells {
  const cases: number[] = [];
  const results: number[] = [];
  const known = new Set<number>();
  const own: number[] = [];
  for (const states of runs) {
    for (let frame = 0; frame + 1 < states.length; frame++) {
      const { width, height, cells } = states[frame]!;
      const bounds = { topology, width, height };
      const neighbours = createNeighbourCounter(bounds)(cells);
      for (let k = 0; k < cells.length && results.length < MOST_CELLS; k++) {
        const [row, column] = [Math.floor(k / width), k % width];
        own.length = 0;
        for (const down of [0, -1, 1]) {
          for (const right of [0, -1, 1]) {
            const cell = locateCell(bounds, row + down, column + right);
            own.push(cell < 0 ? NOTHING : 9 * cells[cell]! + neighbours[cell]!);
          }
        }
        const result = states[frame + 1]!.cells[k]!;
        // the same again says nothing new, and empty space is the same everywhere
        const key = own.reduce((sum, one) => sum * (RULE_BITS + 1) + one, result);
        if (known.has(key)) continue;
        known.add(key);
        cases.push(...own);
        results.push(result);
      }
    }
  }
  return { cases: Int8Array.from(cases), results };
}

/** Tells of the bits of rules whether they explain all cells. What refuted the last rule is asked first: mostly it does again. */
function createJudge({ cases, results }: Cells): (code: number) => boolean {
  const order = Int32Array.from(results.keys());
  return (code) => {
    for (let k = 0; k < order.length; k++) {
      const cell = order[k]!;
      if (explains(code, cases, cell, results[cell]!)) continue;
      order[k] = order[0]!;
      order[0] = cell;
      return false;
    }
    return true;
  };
}

function explains(code: number, cases: Int8Array, cell: number, result: number): boolean {
  const state = (code >> cases[CELLS * cell]!) & 1; // the cell itself comes first
  let neighbours = 0;
  for (let i = 1; i < CELLS; i++) neighbours += (code >> cases[CELLS * cell + i]!) & 1;
  return ((code >> (9 * state + neighbours)) & 1) === result;
}
