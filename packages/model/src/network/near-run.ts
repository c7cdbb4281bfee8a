/**
 * A board that goes on from its own answers with kept tokens: a token that is certain whatever the answer's earlier tokens are
 * is a function of what its window on the given board holds, so where that did not change it is kept. Tokens that were not
 * certain in such a way are computed every time.
 */

import { NEAR_TIE_MARGIN } from './near-feeds.js';
import type { NearBoards } from './near-pass.js';
import { turnReaders } from './near-readers.js';
import { askAgain, LIKELIEST, type NearModel } from './near-states.js';
import { eachCell } from './near-windows.js';

/** What a generation took. */
export interface NearStep {
  /** Cells that are not what they were. */
  readonly changed: Int32Array;
  /** Tokens that were computed; those of the cells that are left, and the end's, were kept. */
  readonly computed: number;
  readonly forwardPasses: number;
  /** The least certain margin of the computed tokens. */
  readonly minMargin: number;
}

/** A board under way. */
export interface NearRun {
  /** Its state, which changes with each step. */
  readonly cells: Uint8Array;
  /** One generation; null, with the state as it was, where only the dense network can say what comes next. */
  step(signal?: AbortSignal): Promise<NearStep | null>;
  /** Keeps no token: to be called when the state was changed from outside. */
  forget(): void;
}

/** Begins a run. @param cells the first state, which stays as it is */
export function openNearRun(
  near: NearModel,
  board: Omit<NearBoards, 'texts'>,
  first: Uint8Array,
): NearRun {
  const { width, height, form } = board;
  const size = width * height;
  const text = new Uint8Array(1 + size);
  const cells = text.subarray(1);
  cells.set(first);
  const boards: NearBoards = { ...board, texts: [text] };
  const eachReader = turnReaders(near.reads(boards));
  const isMarked = new Uint8Array(size);
  /** What changed last; null when everything may have. */
  let changed: Int32Array | null = null;
  /** Cells whose tokens hang on earlier ones. */
  let open: number[] = [];

  /** Cells whose windows changed, and open ones. */
  function listDirty(cause: Int32Array): Int32Array {
    const dirty: number[] = [];
    const mark = (cell: number): void => {
      if (isMarked[cell] === 1) return;
      isMarked[cell] = 1;
      dirty.push(cell);
    };
    for (const cell of cause) eachReader(cell, mark);
    open.forEach(mark);
    for (const cell of dirty) isMarked[cell] = 0;
    return Int32Array.from(dirty);
  }

  async function step(signal?: AbortSignal): Promise<NearStep | null> {
    const turned: number[] = [];
    const left: number[] = [];
    let minMargin = Infinity;
    const dirty = changed === null ? null : listDirty(changed);
    const take = (_: number, patch: Parameters<typeof eachCell>[0], found: Float32Array): void =>
      eachCell(patch, width, (cell, column) => {
        const margin = found[column]!;
        if (margin === 0) left.push(cell);
        else if (margin > 0 !== (cells[cell] === 1)) turned.push(cell);
        if (margin !== 0) minMargin = Math.min(minMargin, Math.abs(margin));
      });
    if (dirty === null) await near.sweep(boards, take, signal);
    else if (dirty.length > 0) await near.pick(boards, dirty, 'none', take, signal);
    const endMargin = near.endMargin(form);
    const isEndOpen = endMargin < NEAR_TIE_MARGIN;
    if (!isEndOpen && dirty === null) minMargin = Math.min(minMargin, endMargin);
    let forwardPasses = 1;
    if (left.length > 0 || isEndOpen) {
      const settled = await settle(turned, left, isEndOpen, signal);
      if (settled === null) return null;
      forwardPasses += settled.passes;
      minMargin = Math.min(minMargin, settled.minMargin);
    }
    const computed = (dirty?.length ?? size) + Number(isEndOpen || dirty === null);
    for (const cell of turned) cells[cell] = 1 - cells[cell]!;
    open = left;
    changed = Int32Array.from(turned);
    return { changed, computed, forwardPasses, minMargin };
  }

  /** Asks open tokens again until nothing changes, and adds those cells that turn. */
  async function settle(
    turned: number[],
    left: readonly number[],
    isEndOpen: boolean,
    signal?: AbortSignal,
  ): Promise<{ passes: number; minMargin: number } | null> {
    const next = cells.slice();
    for (const cell of turned) next[cell] = 1 - next[cell]!;
    const margins = new Float32Array(size + 1).fill(Infinity);
    const asked = { undecided: Int32Array.from(left).sort(), drawn: [isEndOpen ? [size] : []] };
    for (let passes = 1; ; passes++) {
      const before = left.map((cell) => next[cell]!);
      const undecided = new Set<number>();
      await askAgain(near, boards, asked, { next, margins, left: undecided }, LIKELIEST, signal);
      if (undecided.size > 0) return null;
      if (left.some((cell, i) => next[cell] !== before[i])) continue;
      for (const cell of left) if (next[cell] !== cells[cell]) turned.push(cell);
      return { passes, minMargin: margins.reduce((least, value) => Math.min(least, value)) };
    }
  }

  return {
    cells,
    step,
    forget() {
      changed = null;
    },
  };
}
