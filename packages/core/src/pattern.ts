/** A pattern as a file holds it: cells with a name, comments and perhaps a rule. */

import type { Grid } from './grid.js';

/** A place in the plane: columns to the right, rows downwards. */
export interface Position {
  readonly x: number;
  readonly y: number;
}

/** What a pattern file says. */
export interface Pattern {
  readonly name: string | null;
  /** The file's remarks, a line each. */
  readonly comments: readonly string[];
  /** The rule as the file writes it (`parseRule` reads it), null when it names none. */
  readonly rule: string | null;
  readonly grid: Grid;
  /**
   * Where the grid's top left cell lies in the unbounded plane, when the file says so. A board of w x h cells reaches
   * from -floor(w / 2) and -floor(h / 2) there, as in Golly.
   */
  readonly position?: Position;
  /** The size that the file states, where it is not the grid's. Golly centres by it. */
  readonly statedSize?: { readonly width: number; readonly height: number };
  /** How many generations the pattern has run, when the file says so. */
  readonly generation?: number;
  /** What was odd in the file but did not stop its reading, as `file:line: remark`. */
  readonly warnings: readonly string[];
}
