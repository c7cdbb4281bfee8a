import { createGrid, type Grid } from '@lifegpt/core';
import { describe, expect, it } from 'vitest';
import type { PlayedGeneration } from '../messages.js';
import { startTimeline } from './timeline.js';

const board = (...cells: number[]): Grid => createGrid(2, 2, Uint8Array.from(cells));
const played = (grid: Grid, truth = grid): PlayedGeneration => ({
  grid,
  truth,
  forwardPasses: 2,
  tokens: 5,
  seconds: 0.1,
});

describe('a timeline', () => {
  it('counts wrong cells and remembers where they began', () => {
    const timeline = startTimeline(board(1, 0, 0, 0));
    timeline.append(played(board(1, 1, 0, 0)));
    timeline.append(played(board(1, 1, 1, 0), board(1, 0, 0, 0)));
    const last = timeline.append(played(board(0, 0, 0, 0), board(1, 0, 0, 0)));
    expect(last).toMatchObject({ generation: 3, wrongCells: 1, wrongSoFar: 3, firstDivergence: 2 });
    expect(last.population).toBe(0);
    expect(timeline.past().map(({ wrongCells }) => wrongCells)).toEqual([0, 0, 2, 1]);
  });

  it('goes back and forth over what is known, and forgets it when something else is appended', () => {
    const timeline = startTimeline(board(1, 0, 0, 0));
    const first = timeline.append(played(board(0, 1, 0, 0)));
    const second = timeline.append(played(board(0, 0, 1, 0)));
    expect(timeline.previous()).toBe(first);
    expect(timeline.back()).toBe(true);
    expect(timeline.current()).toBe(first);
    expect(timeline.forward()).toBe(true);
    expect(timeline.current()).toBe(second);
    expect(timeline.forward()).toBe(false);
    timeline.back();
    const other = timeline.append(played(board(1, 1, 1, 1)));
    expect(other.generation).toBe(2);
    expect(timeline.forward()).toBe(false);
    timeline.back();
    timeline.back();
    expect(timeline.current().generation).toBe(0);
    expect(timeline.back()).toBe(false);
    expect(timeline.previous()).toBeNull();
  });

  it('drops the oldest boards when memory is short, and keeps counting', () => {
    const timeline = startTimeline(board(1, 0, 0, 0), 3 * 8); // three moments of two boards
    for (let i = 0; i < 5; i++) timeline.append(played(board(0, 0, 0, 0), board(1, 0, 0, 0)));
    expect(timeline.current()).toMatchObject({ generation: 5, wrongSoFar: 5, firstDivergence: 1 });
    expect(timeline.past().map(({ generation }) => generation)).toEqual([3, 4, 5]);
  });
});
