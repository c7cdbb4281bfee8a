/** What a machine on a board is: where it starts, when it is looked at, and what is read then. */

import type { Grid, Topology } from '@lifegpt/core';

/** Something that was read off a board. */
export interface MachineReading {
  readonly generation: number;
  /** One line for people. */
  readonly text: string;
  /** What was read, in a word. */
  readonly value: string;
}

/** A part of a board, and how often it is shown. */
export interface MachineView {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** Cells along a side that are shown as one, alive when any of them is. */
  readonly shrink: number;
  /** Generations between two frames. */
  readonly every: number;
}

/** A machine made of Life. */
export interface Machine {
  /** Names it, its input among it; a folder with another one's state is refused. */
  readonly name: string;
  readonly grid: Grid;
  readonly topology: Topology;
  /** How many generations it is run. */
  readonly generations: number;
  /** Generations in which something is read, ascending. */
  readonly stops: readonly number[];
  /**
   * What is read in one of these generations.
   * @throws MachineError when the board is in no known state
   */
  read(grid: Grid, generation: number): MachineReading;
  /** What of the board an animation shows. */
  readonly view: MachineView;
}

/** A board that left the states that its machine knows. */
export class MachineError extends Error {
  override readonly name = 'MachineError';
}
