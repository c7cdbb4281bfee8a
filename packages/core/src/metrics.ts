/** How far a prediction is from the truth, in cells. */

import type { Grid } from './grid.js';
import { InputError } from './input-error.js';

/** The difference of two grids. */
export interface GridComparison {
  /** Cells in which the two differ. */
  readonly wrongCells: number;
  /** Cells compared. */
  readonly cells: number;
}

/** The difference of two runs from the same state, over the predicted generations. */
export interface RunComparison {
  /** No cell is wrong. */
  readonly exact: boolean;
  /** Wrong cells over all predicted generations. */
  readonly wrongCells: number;
  /** Share of right cells among the predicted ones, 0 to 1; 1 when nothing was predicted. */
  readonly cellAccuracy: number;
  /** The first generation that is wrong somewhere (the given state is 0), null when none is. */
  readonly firstDivergence: number | null;
}

/**
 * Counts the cells in which two grids differ.
 * @throws InputError when their sizes differ.
 */
export function compareGrids(predicted: Grid, truth: Grid): GridComparison {
  if (predicted.width !== truth.width || predicted.height !== truth.height) {
    throw new InputError(
      `a ${predicted.width}x${predicted.height} grid cannot be compared with a ${truth.width}x${truth.height} one; ` +
        'give both the same size',
    );
  }
  let wrongCells = 0;
  for (let k = 0; k < truth.cells.length; k++) {
    if (predicted.cells[k] !== truth.cells[k]) wrongCells++;
  }
  return { wrongCells, cells: truth.cells.length };
}

/**
 * Compares two runs. Entry 0 of both is the state that was given: it must be the same, and is not
 * counted as predicted.
 * @throws InputError when the runs differ in length, size or given state.
 */
export function compareRuns(predicted: readonly Grid[], truth: readonly Grid[]): RunComparison {
  if (predicted.length !== truth.length || truth.length === 0) {
    throw new InputError(
      `a run of ${predicted.length} states cannot be compared with one of ${truth.length}; ` +
        'give both the same number of states, the given one first',
    );
  }
  let wrongCells = 0;
  let cells = 0;
  let firstDivergence: number | null = null;
  for (const [generation, grid] of predicted.entries()) {
    const comparison = compareGrids(grid, truth[generation]!);
    if (generation === 0) {
      if (comparison.wrongCells > 0) {
        throw new InputError(
          `the two runs start from states that differ in ${comparison.wrongCells} cells; start both from the same`,
        );
      }
      continue;
    }
    wrongCells += comparison.wrongCells;
    cells += comparison.cells;
    if (comparison.wrongCells > 0) firstDivergence ??= generation;
  }
  return {
    exact: wrongCells === 0,
    wrongCells,
    cellAccuracy: cells === 0 ? 1 : (cells - wrongCells) / cells,
    firstDivergence,
  };
}
