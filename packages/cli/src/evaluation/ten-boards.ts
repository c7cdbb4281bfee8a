/** Ten boards of the paper's kinds, for where its data file is not at hand. */

import {
  createGrid,
  CONWAY,
  deriveSeed,
  findPattern,
  placeCentred,
  TORUS,
  type Grid,
} from '@lifegpt/core';
import type { SimdLife } from '@lifegpt/simd-life';
import type { TestBoard } from './test-board.js';

const SIDE = 32;
const PATTERNS = {
  glider: 'glider',
  cloverleaf: 'Cloverleaf',
  hammerhead: 'Hammerhead spaceship',
  blinkers: 'Blinkers',
  'r-pentomino': 'r-pentomino',
} as const;

/**
 * Random 32x32 tori of order parameter 0, 0.25, 0.5, 0.75 and 1, then five patterns in the middle of
 * one. The paper's have the same names; its random boards are others, and its patterns stand elsewhere.
 */
export function drawTenBoards(engine: SimdLife): TestBoard[] {
  const request = { boards: 1, width: SIDE, height: SIDE, rule: CONWAY };
  const seed = deriveSeed(1, 'ten boards');
  const random = [0, 0.25, 0.5, 0.75, 1].map((p, index): [string, Grid] => {
    const { states } = engine.draw({ ...request, seed, index, density: [p, p] });
    return [`order parameter ${p}`, createGrid(SIDE, SIDE, states)];
  });
  const patterns = Object.entries(PATTERNS).map(([key, name]): [string, Grid] => [
    name,
    placeCentred(findPattern(key)!.grid, SIDE, SIDE),
  ]);
  return [...random, ...patterns].map(([name, state], index) => ({
    row: index + 1,
    name,
    rule: CONWAY,
    topology: TORUS,
    state,
    nextState: engine.step(state, CONWAY, 1, TORUS),
  }));
}
