/** Undo and redo: what a change replaced is kept, a run with all its generations included. */

/** What can be undone. */
export interface History<State> {
  /**
   * Keeps the state that a change replaces.
   * @param gesture changes of one gesture, such as a stroke, are undone together
   */
  keep(before: State, gesture?: object): void;
  /** The state before the last change, in exchange for the present one; undefined when there is none. */
  undo(now: State): State | undefined;
  /** The state that the last undo left, in exchange for the present one. */
  redo(now: State): State | undefined;
  canUndo(): boolean;
  canRedo(): boolean;
}

/**
 * An empty history.
 * @param bytesOf what states take; those that share memory may be counted twice
 * @param memory bytes for all of them; the last one is kept in any case
 */
export function createHistory<State>(
  bytesOf: (state: State) => number,
  memory = 256 * 2 ** 20,
): History<State> {
  let undone: State[] = [];
  let done: State[] = [];
  let last: object | undefined;

  return {
    keep(before, gesture) {
      undone = [];
      const goesOn = gesture !== undefined && gesture === last;
      last = gesture;
      if (goesOn) return;
      done.push(before);
      let sum = done.reduce((total, state) => total + bytesOf(state), 0);
      while (done.length > 1 && sum > memory) sum -= bytesOf(done.shift()!);
    },
    undo(now) {
      const state = done.pop();
      if (state !== undefined) undone.push(now);
      last = undefined;
      return state;
    },
    redo(now) {
      const state = undone.pop();
      if (state !== undefined) done.push(now);
      last = undefined;
      return state;
    },
    canUndo: () => done.length > 0,
    canRedo: () => undone.length > 0,
  };
}
