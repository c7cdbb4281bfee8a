import { CONWAY, parseCells, TORUS, type Grid } from '@lifegpt/core';
import { describe, expect, it } from 'vitest';
import { addAnswer, addTally, beginTally, sortTally, type Tally } from './tally.js';

const begin = (): Tally => beginTally({ model: 'm', data: 'd', temperature: 0, seed: 1 });
const grid = (text: string): Grid => parseCells(text, 2, 2);
const board = (row: number, state: string, nextState: string) => ({
  row,
  name: `row ${row}`,
  rule: CONWAY,
  topology: TORUS,
  state: grid(state),
  nextState: grid(nextState),
});
const answer = (cells: string, margins: number[], malformedTokens = 0) => ({
  grid: grid(cells),
  malformedTokens,
  margins: Float32Array.from(margins),
});

describe('addAnswer', () => {
  it('counts by place, row, size and share of live cells', () => {
    const tally = begin();
    addAnswer(tally, board(1, '1111', '0000'), answer('0010', [5, 4, 0.126, 6, 9]));
    addAnswer(tally, board(2, '1000', '0000'), answer('0011', [4, 8, 2, 1, 0.5]));
    addAnswer(tally, board(3, '0000', '0000'), answer('0000', [9, 9, 9, 9, 9]));
    expect(tally).toMatchObject({ boards: 3, cells: 12, wrongCells: 3, wrongBoards: 2 });
    expect(tally.rows).toEqual([
      [1, 1, 0.13],
      [2, 2, 0.5],
      [3, 0, 9],
    ]);
    expect(tally.wrongRows).toEqual([1, 2]);
    expect(tally.sizes['2x2']).toMatchObject({
      boards: 3,
      wrongAt: { 2: 2, 3: 1 },
      minMarginAt: [4, 4, 0.13, 1],
    });
    expect(tally.minMargin).toBeCloseTo(0.126, 5);
    const bins = tally.densities.map(({ boards, wrongCells }) => [boards, wrongCells]);
    expect([bins[19], bins[5], bins[0]]).toEqual([
      [1, 1],
      [1, 2],
      [1, 0],
    ]);
  });

  it('counts topologies, and of each what was held out, apart', () => {
    const tally = begin();
    addAnswer(tally, board(1, '1111', '0000'), answer('0010', [5, 4, 1, 6, 9]));
    const plane = { ...board(2, '1000', '0000'), topology: { kind: 'plane' } as const };
    addAnswer(tally, plane, answer('0011', [4, 8, 2, 1, 5]), true);
    addAnswer(tally, plane, answer('0000', [4, 8, 2, 1, 5]));
    const shifted = { ...plane, topology: { kind: 'torus', horizontalShift: 1 } as const };
    addAnswer(tally, shifted, answer('0000', [4, 8, 2, 1, 5]));
    const other = begin();
    addAnswer(other, plane, answer('0001', [4, 8, 2, 1, 5]), true);
    addTally(tally, other);
    sortTally(tally);
    expect(Object.entries(tally.kinds)).toEqual([
      ['P', { boards: 1, cells: 4, wrongCells: 0, wrongBoards: 0 }],
      ['P, held out', { boards: 2, cells: 8, wrongCells: 3, wrongBoards: 2 }],
      ['T', { boards: 1, cells: 4, wrongCells: 1, wrongBoards: 1 }],
      ['other', { boards: 1, cells: 4, wrongCells: 0, wrongBoards: 0 }],
    ]);
  });

  it('counts a malformed answer as a wrong board', () => {
    const tally = begin();
    addAnswer(tally, board(4, '0000', '0000'), answer('0000', [1, 1, 1, 1, 1], 1));
    expect(tally).toMatchObject({ wrongCells: 0, wrongBoards: 1, malformedTokens: 1 });
    expect(tally.wrongRows).toEqual([4]);
  });
});
