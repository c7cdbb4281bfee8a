/** Life-like rules: which neighbour counts give birth, and which let a live cell survive. */

/** An outer-totalistic rule of two states on the Moore neighbourhood (2^18 of them). */
export interface LifeRule {
  /** Bit n is set when a dead cell with n live neighbours is born (n = 0..8). */
  readonly birth: number;
  /** Bit n is set when a live cell with n live neighbours survives (n = 0..8). */
  readonly survival: number;
}

/** Conway's Game of Life, B3/S23. */
export const CONWAY: LifeRule = { birth: 1 << 3, survival: (1 << 2) | (1 << 3) };
