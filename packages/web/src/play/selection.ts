/** What is selected on the board: a box whose cells can be moved, turned, copied and taken away. */

import { formatRle, type Grid } from '@lifegpt/core';
import { drop, flip, floatCentred, lift, rotate, type Box, type Floating } from './edit.js';
import type { Game } from './game.js';

/** The selection; what it does to the board can be undone. */
export interface Selection {
  /** Null while nothing is selected. */
  box(): Box | null;
  select(box: Box | null): void;
  /** Whether a piece lies above the board, as it was put in or moved last. */
  isFloating(): boolean;
  /** Lays a piece into the middle of the board, beside what is there, and selects it. */
  add(piece: Grid): void;
  moveBy(columns: number, rows: number): void;
  rotate(): void;
  flip(): void;
  /** Makes the selected cells dead. */
  clear(): void;
  copy(): void;
  /** Puts in what was copied last; says whether anything was. */
  paste(): boolean;
  /** The selected cells as RLE; null while nothing is selected. */
  write(): string | null;
  /** Calls back when something else is selected. */
  listen(listener: () => void): void;
}

/** A selection of nothing yet. */
export function createSelection(game: Game): Selection {
  const listeners: (() => void)[] = [];
  let box: Box | null = null;
  /** The selected piece while it lies above the board, and the board that shows it. */
  let floating: (Floating & { readonly shown: Grid; readonly gesture: object }) | null = null;
  let copied: Grid | null = null;

  const tell = (): void => listeners.forEach((listener) => listener());
  const board = (): Grid => game.timeline().current().grid;

  function take(): Floating {
    if (floating !== null && floating.shown === board()) return floating;
    return lift(board(), box!);
  }

  function put(next: Floating): void {
    const gesture = floating !== null && floating.shown === board() ? floating.gesture : {};
    const shown = drop(next);
    const { piece, left, top } = next;
    box = { left, top, width: piece.width, height: piece.height };
    floating = { ...next, shown, gesture };
    game.place(shown, gesture);
    tell();
  }

  function change(edit: (piece: Floating) => Floating): void {
    if (box !== null) put(edit(take()));
  }

  game.listen((what) => {
    const { width, height } = board();
    if (what !== 'board' || box === null) return;
    const isInside = box.left < width && box.top < height && box.left + box.width > 0;
    if (isInside && (floating === null || floating.under.width === width)) return;
    [box, floating] = [null, null];
    tell();
  });

  const selection: Selection = {
    box: () => box,
    isFloating: () => floating !== null && floating.shown === board(),
    select(next) {
      [box, floating] = [next, null];
      tell();
    },
    add(piece) {
      floating = null;
      put(floatCentred(piece, board()));
    },
    moveBy: (columns, rows) =>
      change((piece) => ({ ...piece, left: piece.left + columns, top: piece.top + rows })),
    rotate: () => change(rotate),
    flip: () => change(flip),
    clear() {
      if (box === null) return;
      const { under } = take();
      const { left, top, width, height } = box;
      game.place(under);
      selection.select({ left, top, width, height });
    },
    copy() {
      if (box !== null) copied = take().piece;
    },
    paste() {
      if (copied === null) return false;
      const was = box;
      floating = null;
      const centred = floatCentred(copied, board());
      // beside where it came from, so that it is seen
      put(was === null ? centred : { ...centred, left: was.left + 1, top: was.top + 1 });
      return true;
    },
    write() {
      if (box === null) return null;
      const { piece } = take();
      return formatRle({ grid: piece, name: null, comments: [], rule: null, warnings: [] });
    },
    listen: (listener) => void listeners.push(listener),
  };
  return selection;
}
