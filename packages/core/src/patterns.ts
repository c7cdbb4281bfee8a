/** The patterns that can be named instead of given as a file. */

import { parseRle } from './formats/rle.js';
import type { Grid } from './grid.js';
import { LIBRARY } from './pattern-library.js';

/** A pattern of the built-in library. */
export interface LibraryPattern {
  /** What it is called on the command line: lower case, with hyphens. */
  readonly name: string;
  readonly title: string;
  /** What it does under B3/S23, in a line. */
  readonly description: string;
  /** The pattern in its bounding box. */
  readonly grid: Grid;
}

/** All patterns of the library. */
export function listPatterns(): readonly LibraryPattern[] {
  return PATTERNS;
}

/** The pattern of a name, whatever its case and with blanks or hyphens; undefined when none has it. */
export function findPattern(name: string): LibraryPattern | undefined {
  const key = name
    .trim()
    .toLowerCase()
    .replace(/[\s_]+/g, '-');
  return PATTERNS.find((pattern) => pattern.name === key);
}

const PATTERNS: readonly LibraryPattern[] = LIBRARY.map(({ name, title, description, rle }) => ({
  name,
  title,
  description,
  grid: parseRle(rle, name).grid,
}));
