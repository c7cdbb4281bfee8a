/** The program of Rendell's Turing machine, as the machine itself: it doubles a row of ones. */

/** What stands in a cell of the tape; 0 is the blank. */
export type TuringSymbol = '0' | '1' | '2';
/** The three states of the finite machine. */
export type TuringState = 'A' | 'B' | 'C';

/** What is done for a state and a symbol that was read: write, move, go on in a state. */
interface Action {
  readonly write: TuringSymbol;
  readonly move: -1 | 1;
  readonly next: TuringState;
}

/**
 * The entries of the table that its run uses, as they were read off the board: B looks to the right for a one and makes it a two, A goes back
 * and puts another two before the row; when no one is left, C makes all twos ones, and halts at the blank before them.
 */
const TURING_PROGRAM: Readonly<Record<string, Action>> = {
  A0: { write: '2', move: 1, next: 'B' },
  A2: { write: '2', move: -1, next: 'A' },
  B0: { write: '0', move: -1, next: 'C' },
  B1: { write: '2', move: -1, next: 'A' },
  B2: { write: '2', move: 1, next: 'B' },
  C2: { write: '1', move: -1, next: 'C' },
};

/** A machine between two actions. */
export interface TuringConfiguration {
  /** From 1, when it reads its first symbol. */
  readonly step: number;
  /** Null when it has halted. */
  readonly state: TuringState | null;
  /** The cell that is read; the first step reads cell 0. */
  readonly head: number;
  /** The cells to the left of the head, the nearest first, without the blanks beyond the last that is none. */
  readonly left: readonly TuringSymbol[];
  readonly symbol: TuringSymbol;
  /** The cells to the right, likewise. */
  readonly right: readonly TuringSymbol[];
}

/** What the file's tape holds: two ones, the head on the first. */
export const TURING_START: TuringConfiguration = {
  step: 1,
  state: 'B',
  head: 0,
  left: [],
  symbol: '1',
  right: ['1'],
};

/** The configuration after an action; null from a halted one. */
export function stepTuring(now: TuringConfiguration): TuringConfiguration | null {
  if (now.state === null) return null;
  const action = TURING_PROGRAM[now.state + now.symbol];
  if (action === undefined) return { ...now, step: now.step + 1, state: null };
  const { write, move, next } = action;
  const [from, to] = move > 0 ? [now.right, now.left] : [now.left, now.right];
  const behind = trim([write, ...to]);
  const before = from.slice(1);
  return {
    step: now.step + 1,
    state: next,
    head: now.head + move,
    symbol: from[0] ?? '0',
    left: move > 0 ? behind : before,
    right: move > 0 ? before : behind,
  };
}

/** Leaves out blanks behind the last symbol that is none. */
export function trim(cells: readonly TuringSymbol[]): TuringSymbol[] {
  const last = cells.findLastIndex((symbol) => symbol !== '0');
  return cells.slice(0, last + 1);
}

/** The tape with the head's cell in brackets, the cell number of its left end before it. */
export function formatTape({ head, left, symbol, right, state }: TuringConfiguration): string {
  const cell = state === null ? symbol : `[${symbol}]`;
  const cells = [...left.toReversed(), cell, ...right];
  return `head ${head}, tape from ${head - left.length}: ${cells.join(' ')}`;
}
