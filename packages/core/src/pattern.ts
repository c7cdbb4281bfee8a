/** A pattern as a file holds it: cells with a name, comments and perhaps a rule. */

import type { Grid } from './grid.js';

/** What a pattern file says. */
export interface Pattern {
  readonly name: string | null;
  /** The file's remarks, a line each. */
  readonly comments: readonly string[];
  /** The rule as the file writes it (`parseRule` reads it), null when it names none. */
  readonly rule: string | null;
  readonly grid: Grid;
  /** What was odd in the file but did not stop its reading, as `file:line: remark`. */
  readonly warnings: readonly string[];
}
