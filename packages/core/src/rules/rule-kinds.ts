/** What a rule is: by the number of live neighbours, or by its table. */

/** An outer-totalistic rule of two states on the Moore neighbourhood (2^18 of them). */
export interface LifeRule {
  /** Bit n is set when a dead cell with n live neighbours is born (n = 0..8). */
  readonly birth: number;
  /** Bit n is set when a live cell with n live neighbours survives (n = 0..8). */
  readonly survival: number;
}

/** Any rule of two states on the 3x3 neighbourhood (2^512 of them). */
export interface TableRule {
  /**
   * `[512]`, each 0 or 1: what becomes of a cell. The index is its neighbourhood in Golly's MAP order: NW 256,
   * N 128, NE 64, W 32, the cell itself 16, E 8, SW 4, S 2, SE 1.
   */
  readonly table: Uint8Array;
}

/** A rule by counts or by its table. */
export type Rule = LifeRule | TableRule;
