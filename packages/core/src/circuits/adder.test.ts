import { describe, expect, it } from 'vitest';
import { createGrid, type Grid } from '../grid.js';
import { stepReference } from '../life-reference.js';
import { CONWAY } from '../rule.js';
import { buildAdder, MAX_ADDER_BITS } from './adder.js';
import { delayGlider, listGliderCells, readGlider, type Cell, type Glider } from './glider.js';
import { buildEater, buildGun, buildSnark, GUN_PERIOD } from './parts.js';

const SIDE = 120;
/** Where the plane's (0, 0) lies on the test's board. */
const CORNER: Cell = [60, 60];

function layOut(cells: readonly Cell[]): Grid {
  const grid = createGrid(SIDE, SIDE);
  for (const [x, y] of cells) grid.cells[(y + CORNER[1]) * SIDE + x + CORNER[0]] = 1;
  return grid;
}

function run(grid: Grid, generations: number): Grid {
  let state = grid;
  for (let k = 0; k < generations; k++) state = stepReference(state, CONWAY, { kind: 'plane' });
  return state;
}

const SE: Glider = { direction: 'SE', x: 0, y: 0, age: 0 };

describe('gliders as lines', () => {
  it.each(['SE', 'SW', 'NW', 'NE'] as const)('fly %s as Life has it', (direction) => {
    const glider: Glider = { direction, x: 3, y: -2, age: 2 };
    let state = layOut(listGliderCells(glider, 0));
    for (let generation = 1; generation <= 9; generation++) {
      state = run(state, 1);
      expect(state).toEqual(layOut(listGliderCells(glider, generation)));
    }
    expect(layOut(listGliderCells(delayGlider(glider, 9), 9))).toEqual(
      layOut(listGliderCells(glider, 0)),
    );
  });

  it('are read as there, not there, or something else', () => {
    const board = layOut(listGliderCells(SE, 8));
    expect(readGlider(board, SE, 8, CORNER)).toBe(true);
    expect(readGlider(board, SE, 40, CORNER)).toBe(false);
    expect(readGlider(board, SE, 9, CORNER)).toBeNull();
    const [x, y] = listGliderCells(SE, 8)[0]!;
    board.cells[(y + CORNER[1]) * SIDE + x + CORNER[0]] = 0;
    expect(readGlider(board, SE, 8, CORNER)).toBeNull();
  });
});

describe('parts of circuits', () => {
  it('a snark stands still, and turns a glider', () => {
    const snark = buildSnark({ orientation: 'plain', x: 0, y: 0 });
    expect(run(layOut(snark), 2)).toEqual(layOut(snark));
    const incoming: Glider = { direction: 'NE', x: 2, y: 22, age: -40 };
    const state = run(layOut([...snark, ...listGliderCells(incoming, 0)]), 170);
    const outgoing: Glider = { direction: 'SE', x: 1, y: -1, age: 2 - 40 };
    expect(state).toEqual(layOut([...snark, ...listGliderCells(outgoing, 170)]));
  });

  it('a gun is itself again after its period, and a glider is added', () => {
    const gun = buildGun({ orientation: 'plain', x: -20, y: 0 }, 0);
    const later = run(layOut(gun), GUN_PERIOD);
    const glider: Glider = { direction: 'NE', x: 9 - 20, y: 27, age: 3 };
    expect(later).toEqual(layOut([...gun, ...listGliderCells(glider, GUN_PERIOD)]));
    expect(layOut(buildGun({ orientation: 'plain', x: -20, y: 0 }, 5))).toEqual(
      run(layOut(gun), 5),
    );
  });

  it('an eater swallows a glider and is as before', () => {
    for (const direction of ['SE', 'SW', 'NW', 'NE'] as const) {
      const eater = buildEater(direction, 0, 0);
      const glider: Glider = { direction, x: 0, y: 0, age: -40 };
      expect(run(layOut([...eater, ...listGliderCells(glider, 0)]), 80)).toEqual(layOut(eater));
    }
  });
});

describe('the adder of gliders', () => {
  it('has a board that grows with the bits, and says when each bit is read', () => {
    const small = buildAdder(1, 0);
    const large = buildAdder(13, 29);
    expect([small.bits, large.bits]).toEqual([1, 5]);
    expect(small.sumBits).toHaveLength(2);
    expect(large.sumBits).toHaveLength(6);
    expect(large.carryBits).toHaveLength(5);
    expect(large.grid.cells.length).toBeGreaterThan(small.grid.cells.length);
    expect(buildAdder(0, 0).bits).toBe(1);
    expect(buildAdder(255, 0).bits).toBe(8);
    expect(buildAdder(0, 256).bits).toBe(9);
  });

  it('refuses what its board has no room for', () => {
    const largest = 2 ** MAX_ADDER_BITS - 1;
    expect(buildAdder(largest, 0).bits).toBe(MAX_ADDER_BITS);
    expect(() => buildAdder(largest + 1, 0)).toThrow(
      `from 0 to ${largest} (16 bits), not for ${largest + 1}`,
    );
    expect(() => buildAdder(0, -1)).toThrow('not for -1');
    expect(() => buildAdder(1.5, 0)).toThrow('not for 1.5');
  });
});
