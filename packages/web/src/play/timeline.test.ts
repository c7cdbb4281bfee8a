import { compareGrids, countAlive, createGrid, type Grid } from '@lifegpt/core';
import { describe, expect, it } from 'vitest';
import type { PlayedGeneration } from '../messages.js';
import { startTimeline, type Moment, type Timeline } from './timeline.js';

const board = (...cells: number[]): Grid => createGrid(2, 2, Uint8Array.from(cells));
/** What the worker answers: it counts wrong cells, and says of which generation they are. */
function append(timeline: Timeline, grid: Grid, truth = grid, generations = 1): Moment {
  const { wrongCells } = compareGrids(grid, truth);
  const generation = timeline.current().generation + generations;
  const counts = {
    wrongCells,
    wrongSum: wrongCells,
    firstWrong: wrongCells > 0 ? generation : null,
  };
  const hash = parseInt(grid.cells.join(''), 2);
  const cost = { forwardPasses: 2, tokens: 5, seconds: 0.1 * generations };
  const population = countAlive(grid);
  const played = { grid, truth, generations, population, hash, ...counts, ...cost };
  return timeline.append(played satisfies PlayedGeneration);
}

describe('a timeline', () => {
  it('counts wrong cells and remembers where they began', () => {
    const timeline = startTimeline(board(1, 0, 0, 0));
    append(timeline, board(1, 1, 0, 0));
    append(timeline, board(1, 1, 1, 0), board(1, 0, 0, 0));
    const last = append(timeline, board(0, 0, 0, 0), board(1, 0, 0, 0));
    expect(last).toMatchObject({ generation: 3, wrongCells: 1, wrongSoFar: 3, firstDivergence: 2 });
    expect(last.population).toBe(0);
    expect(timeline.past().map(({ wrongCells }) => wrongCells)).toEqual([0, 0, 2, 1]);
  });

  it('goes back and forth over what is known, and forgets it when something else is appended', () => {
    const timeline = startTimeline(board(1, 0, 0, 0));
    const first = append(timeline, board(0, 1, 0, 0));
    const second = append(timeline, board(0, 0, 1, 0));
    expect(timeline.previous()).toBe(first);
    expect(timeline.back()).toBe(true);
    expect(timeline.current()).toBe(first);
    expect(timeline.forward()).toBe(true);
    expect(timeline.current()).toBe(second);
    expect(timeline.forward()).toBe(false);
    timeline.back();
    const other = append(timeline, board(1, 1, 1, 1));
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
    for (let i = 0; i < 5; i++) append(timeline, board(0, 0, 0, 0), board(1, 0, 0, 0));
    expect(timeline.current()).toMatchObject({ generation: 5, wrongSoFar: 5, firstDivergence: 1 });
    expect(timeline.past().map(({ generation }) => generation)).toEqual([3, 4, 5]);
  });

  it('finds that a state came back, and after how many generations', () => {
    const timeline = startTimeline(board(1, 0, 0, 0));
    const periods = [
      board(0, 1, 0, 0),
      board(0, 0, 1, 0),
      board(0, 1, 0, 0),
      board(0, 0, 1, 0),
      board(0, 0, 1, 0),
    ].map((grid) => append(timeline, grid).period);
    expect(periods).toEqual([null, null, 2, 2, 1]);
  });

  it('counts generations that were not shown, and goes back to the start without forgetting them', () => {
    const timeline = startTimeline(board(1, 0, 0, 0));
    append(timeline, board(0, 1, 0, 0), undefined, 8);
    const last = append(timeline, board(0, 0, 1, 0), undefined, 8);
    expect(last.generation).toBe(16);
    expect(last.seconds).toBeCloseTo(0.1);
    expect(timeline.previous()).toBeNull(); // it is eight generations before
    expect(timeline.rewind()).toBe(true);
    expect(timeline.current().generation).toBe(0);
    timeline.forward();
    expect(timeline.forward()).toBe(true);
    expect(timeline.current()).toBe(last);
  });
});
