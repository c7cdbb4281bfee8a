/** What pixels cannot tell of the states that they show: whether equal frames are one state, and where the board ends. */

import { createGrid, createNeighbourCounter, type Grid } from '@lifegpt/core';

/** States under an assumption, and what it is. */
export interface AssumedStates {
  readonly states: readonly Grid[];
  readonly notes: readonly string[];
}

/** The states under everything that may be assumed of them, nothing first. */
export function listAssumed(states: readonly Grid[], isFramed: boolean): AssumedStates[] {
  return dropRepeats(states).flatMap((run) =>
    cropMargins(run.states, isFramed).map((cut) => ({
      states: cut.states,
      notes: [...run.notes, ...cut.notes],
    })),
  );
}

/** The states as shown and, where frames repeat, each state once. */
function dropRepeats(states: readonly Grid[]): AssumedStates[] {
  const isSame = (a: Grid, b: Grid | undefined): boolean =>
    b !== undefined && a.cells.every((cell, k) => cell === b.cells[k]);
  const once = states.filter((state, k) => !isSame(state, states[k - 1]));
  const shown: AssumedStates = { states, notes: [] };
  if (once.length === states.length || once.length < 2) return [shown];
  return [shown, { states: once, notes: ['equal frames are one state'] }];
}

/**
 * The states as they are and, where dead cells all around may be a margin, without it: less by the same on all
 * sides, and cut to what ever lives.
 * @param isFramed whether another colour says where the board ends
 */
function cropMargins(states: readonly Grid[], isFramed: boolean): AssumedStates[] {
  const { width, height } = states[0]!;
  const whole: AssumedStates = { states, notes: [] };
  const box = findLiveBox(states);
  if (isFramed || box === null) return [whole];
  const { left, top } = box;
  const [right, bottom] = [width - box.right, height - box.bottom];
  if (left + top + right + bottom === 0) return [whole];
  const least = Math.min(left, top, right, bottom);
  const crops = [whole];
  const note = 'dead cells around it are a margin';
  for (let margin = 1; margin <= least; margin++) {
    const sides = { left: margin, top: margin, right: width - margin, bottom: height - margin };
    crops.push({ states: states.map((state) => crop(state, sides)), notes: [note] });
  }
  crops.push({ states: states.map((state) => crop(state, box)), notes: [note] });
  return crops;
}

interface Box {
  readonly left: number;
  readonly top: number;
  /** Past the last column and row. */
  readonly right: number;
  readonly bottom: number;
}

/** What lives in any of the states; null when nothing does. */
function findLiveBox(states: readonly Grid[]): Box | null {
  const { width, height } = states[0]!;
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (const { cells } of states) {
    for (let k = 0; k < cells.length; k++) {
      if (cells[k] === 0) continue;
      const [row, column] = [Math.floor(k / width), k % width];
      [left, right] = [Math.min(left, column), Math.max(right, column + 1)];
      [top, bottom] = [Math.min(top, row), Math.max(bottom, row + 1)];
    }
  }
  return right === 0 ? null : { left, top, right, bottom };
}

function crop(grid: Grid, { left, top, right, bottom }: Box): Grid {
  const cropped = createGrid(right - left, bottom - top);
  for (let row = top; row < bottom; row++) {
    const from = row * grid.width;
    cropped.cells.set(grid.cells.subarray(from + left, from + right), (row - top) * cropped.width);
  }
  return cropped;
}

/** Whether no life-like rule explains the cells inside, whatever lies around the board. */
export function contradictsItself(states: readonly Grid[]): boolean {
  const { width, height } = states[0]!;
  const count = createNeighbourCounter({ topology: { kind: 'plane' }, width, height });
  const seen = new Uint8Array(18); // 1 with a dead next state, 2 with a live one
  for (let frame = 0; frame + 1 < states.length; frame++) {
    const { cells } = states[frame]!;
    const next = states[frame + 1]!.cells;
    const neighbours = count(cells);
    for (let row = 1; row < height - 1; row++) {
      for (let k = row * width + 1; k < (row + 1) * width - 1; k++) {
        const ruleCase = 9 * cells[k]! + neighbours[k]!;
        seen[ruleCase]! |= 1 << next[k]!;
        if (seen[ruleCase] === 3) return true;
      }
    }
  }
  return false;
}
