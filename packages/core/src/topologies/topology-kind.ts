/** What a way to join borders has to say of itself; each is a file beside this one, and a line in `topology.ts`. */

/** A way to join the borders of a board. */
export interface TopologyKind<T extends { readonly kind: string }> {
  readonly kind: T['kind'];
  /** The letter that stands before the sides, as Golly writes it. */
  readonly letter: string;
  /** In a sentence: `Klein bottle`. */
  readonly name: string;
  /** Whether both sides have to be equal. */
  readonly isSquare: boolean;
  /** Boards of the kind, each as it is written canonically; tests try them. */
  readonly examples: readonly string[];
  /** The topology that stands at the sides. @throws what `fail` throws, when a side has a mark that means nothing here */
  readonly read: (horizontal: WrittenSide, vertical: WrittenSide, fail: Fail) => T;
  /** What stands behind each side: `+5`, `*`, or nothing. */
  readonly write: (topology: T) => readonly [horizontal: string, vertical: string];
  /**
   * Where a place one step outside of the board really is, whole sides more or less; null where nothing lives.
   * @param row -1 .. height
   * @param column -1 .. width
   */
  readonly locate: (topology: T, size: Size, row: number, column: number) => Place | null;
  /** For a heading: what it is called, its shift with it. */
  readonly title: (topology: T) => string;
  /** How the borders are joined, in a sentence or two. */
  readonly joints: (topology: T) => string;
}

/** A board's sides in cells. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A place on a board, or around it. */
export type Place = readonly [row: number, column: number];

/** One side of a bounded grid as it is written: `30*+5`. */
export interface WrittenSide {
  readonly side: number;
  readonly twist: boolean;
  /** With its sign, or empty. */
  readonly shift: string;
}

/** Throws an error that begins with what was written. */
export type Fail = (reason: string) => never;

/** Refuses marks at the sides of a kind that has none. */
export function refuseMarks(
  name: string,
  horizontal: WrittenSide,
  vertical: WrittenSide,
  fail: Fail,
): void {
  if (horizontal.twist || vertical.twist)
    fail(`marks a border with '*', which is for a Klein bottle (K) and not for a ${name}`);
  if (horizontal.shift || vertical.shift)
    fail(`shifts a border by ${horizontal.shift || vertical.shift}, which a ${name} cannot`);
}

/** -1 before the board, 1 behind it, 0 on it. */
export function outside(place: number, side: number): number {
  if (place < 0) return -1;
  return place >= side ? 1 : 0;
}
