/** The board under mouse, finger and keyboard: drawing, selecting, moving about. */

import { createGrid, type Grid } from '@lifegpt/core';
import { cellAt, placeAt, surfaceOf } from '../board/surface.js';
import type { Viewport } from '../board/viewport.js';
import { write } from '../elements.js';
import { boxBetween, type Box } from './edit.js';
import type { Game } from './game.js';
import type { Selection } from './selection.js';

/** What a pointer does on the board. */
export type Tool = 'draw' | 'select' | 'hand';

/** Where the keyboard's cursor is. */
export interface BoardCursor {
  /** The cell, null while the board has no focus. */
  cell(): number | null;
}

/** What drawing works with. */
export interface DrawingOptions {
  readonly canvas: HTMLCanvasElement;
  readonly game: Game;
  readonly selection: Selection;
  readonly viewport: Viewport;
  readonly tool: () => Tool;
  /** Is told when the cursor moved. */
  readonly onCursor: () => void;
}

/** Keys that move a cursor: rows down, columns to the right. */
export const MOVES: Readonly<Record<string, readonly [down: number, right: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/** A pointer that went further than this, in CSS pixels, is no click. */
const CLICK = 6;

/** What a pointer that is down is doing. */
type Gesture =
  | { readonly kind: 'stroke'; readonly value: number; readonly key: object; cell: number }
  | { readonly kind: 'box'; readonly from: number }
  | { readonly kind: 'carry'; readonly from: number; cell: number; hasMoved: boolean }
  | { readonly kind: 'hand'; readonly at: PointerEvent; last: PointerEvent };

/** Makes a game's board one to work on. */
export function enableDrawing(options: DrawingOptions): BoardCursor {
  const { canvas, game, selection, viewport, tool, onCursor } = options;
  let gesture: Gesture | null = null;
  let cursor: number | null = null;
  const fingers = new Map<number, PointerEvent>();

  const board = (): Grid => game.timeline().current().grid;

  function paint(cells: readonly number[], value: number, key?: object): void {
    const { width, height, cells: before } = board();
    const next = before.slice();
    for (const cell of cells) next[cell] = value;
    game.place(createGrid(width, height, next), key);
  }

  function begin(event: PointerEvent): Gesture | null {
    const { width, cells } = board();
    const cell = cellAt(canvas, event);
    if (cell === null) return null;
    const isHand = tool() === 'hand' || event.button === 1;
    if (isHand) return { kind: 'hand', at: event, last: event };
    // a piece that was just put in is carried by the pen as well
    const isCarried = tool() === 'select' || selection.isFloating();
    if (isCarried && isIn(selection.box(), cell, width)) {
      return { kind: 'carry', from: cell, cell, hasMoved: false };
    }
    if (tool() === 'select') {
      selection.select(boxBetween(cell, cell, width));
      return { kind: 'box', from: cell };
    }
    selection.select(null);
    const [value, key] = [1 - cells[cell]!, {}];
    paint([cell], value, key);
    return { kind: 'stroke', value, key, cell };
  }

  canvas.addEventListener('pointerdown', (event) => {
    moveTo(null);
    fingers.set(event.pointerId, event);
    if (fingers.size > 1) return void (gesture = null); // two fingers zoom
    if (event.button > 1) return;
    gesture = begin(event);
    if (gesture === null) return;
    if (event.button === 1) event.preventDefault();
    if (gesture.kind !== 'hand' || viewport.view().zoom > 1) {
      canvas.setPointerCapture(event.pointerId);
    }
  });

  canvas.addEventListener('pointermove', (event) => {
    if (fingers.size === 2 && fingers.has(event.pointerId)) return pinch(event);
    if (gesture === null) return;
    if (gesture.kind === 'hand') return drag(gesture, event);
    const { width } = board();
    const cell = cellAt(canvas, event);
    if (cell === null) return;
    if (gesture.kind === 'box') selection.select(boxBetween(gesture.from, cell, width));
    else if (cell === gesture.cell) return;
    else if (gesture.kind === 'stroke') {
      paint(lineBetween(gesture.cell, cell, width), gesture.value, gesture.key);
      gesture.cell = cell;
    } else {
      const [from, to] = [gesture.cell, cell];
      selection.moveBy(
        (to % width) - (from % width),
        Math.floor(to / width) - Math.floor(from / width),
      );
      gesture.cell = cell;
      gesture.hasMoved = true;
    }
  });

  function drag(hand: Gesture & { kind: 'hand' }, event: PointerEvent): void {
    const { size } = surfaceOf(canvas)!;
    const cell = (size * canvas.clientWidth) / canvas.width;
    const [across, down] = [event.clientX - hand.last.clientX, event.clientY - hand.last.clientY];
    hand.last = event;
    if (viewport.view().zoom > 1) viewport.pan(across / cell, down / cell);
  }

  /** The place between two fingers stays where it is. */
  function pinch(event: PointerEvent): void {
    const before = [...fingers.values()];
    fingers.set(event.pointerId, event);
    const after = [...fingers.values()];
    const apart = ([a, b]: readonly PointerEvent[]): number =>
      Math.hypot(a!.clientX - b!.clientX, a!.clientY - b!.clientY);
    const middle = {
      clientX: (after[0]!.clientX + after[1]!.clientX) / 2,
      clientY: (after[0]!.clientY + after[1]!.clientY) / 2,
    };
    viewport.zoom(apart(after) / Math.max(1, apart(before)), ...placeAt(canvas, middle));
  }

  for (const end of ['pointerup', 'pointercancel'] as const) {
    canvas.addEventListener(end, (event) => {
      if (end === 'pointerup' && gesture !== null && fingers.size === 1) finish(gesture, event);
      fingers.delete(event.pointerId);
      gesture = null;
    });
  }

  /** What went nowhere is a click. */
  function finish(done: Gesture, event: PointerEvent): void {
    const cell = cellAt(canvas, event);
    if (cell === null) return;
    const toggle = (): void => paint([cell], 1 - board().cells[cell]!);
    if (done.kind === 'hand' && done.at.button === 0) {
      const far = Math.hypot(event.clientX - done.at.clientX, event.clientY - done.at.clientY);
      if (far < CLICK) toggle();
    } else if (done.kind === 'carry' && !done.hasMoved && tool() === 'draw') {
      selection.select(null);
      toggle();
    }
  }

  canvas.addEventListener(
    'wheel',
    (event) => {
      // the wheel scrolls the page, unless the board is in use or it is a pinch
      const isMeant = event.ctrlKey || event.metaKey || document.activeElement === canvas;
      if (!isMeant || surfaceOf(canvas) === null) return;
      event.preventDefault();
      viewport.zoom(Math.exp(-event.deltaY / 300), ...placeAt(canvas, event));
    },
    { passive: false },
  );

  function moveTo(cell: number | null): void {
    cursor = cell;
    const { width, cells } = board();
    const place = (k: number): string =>
      `row ${Math.floor(k / width) + 1}, column ${(k % width) + 1}`;
    write('cursor', cell === null ? '' : `${place(cell)}: ${cells[cell] === 1 ? 'alive' : 'dead'}`);
    if (cell !== null) showPlace(cell);
    onCursor();
  }

  /** Moves a large board so that the keyboard's cursor is seen. */
  function showPlace(cell: number): void {
    const surface = surfaceOf(canvas);
    if (surface === null || viewport.view().zoom === 1) return;
    const [column, row] = [cell % surface.width, Math.floor(cell / surface.width)];
    const beyond = (place: number, [from, to]: readonly [number, number]): number =>
      place <= from ? from + 2 - place : place >= to - 1 ? to - 3 - place : 0;
    const [across, down] = [beyond(column, surface.columns), beyond(row, surface.rows)];
    if (across !== 0 || down !== 0) viewport.pan(across, down);
  }

  canvas.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { width, height, cells } = board();
    const at = Math.min(cursor ?? 0, cells.length - 1);
    const move = MOVES[event.key];
    if (move !== undefined && event.shiftKey && selection.box() !== null) {
      selection.moveBy(move[1], move[0]);
    } else if (move !== undefined) {
      const row = (Math.floor(at / width) + move[0] + height) % height;
      moveTo(row * width + (((at % width) + move[1] + width) % width));
    } else if (cursor !== null && (event.key === ' ' || event.key === 'Enter')) {
      if (tool() === 'select')
        selection.select(boxBetween(cornerOf(selection.box(), at, width), at, width));
      else paint([at], 1 - cells[at]!);
      moveTo(at);
    } else if (event.key === 'Escape') selection.select(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  canvas.addEventListener('focus', () => {
    // only the keyboard needs a cursor
    if (!canvas.matches(':focus-visible')) return;
    const { width, height } = board();
    moveTo(cursor ?? Math.floor(height / 2) * width + Math.floor(width / 2));
  });
  canvas.addEventListener('blur', () => moveTo(null));
  return { cell: () => (cursor !== null && cursor < board().cells.length ? cursor : null) };
}

function isIn(box: Box | null, cell: number, width: number): boolean {
  if (box === null) return false;
  const [row, column] = [Math.floor(cell / width), cell % width];
  const isInColumns = column >= box.left && column < box.left + box.width;
  return isInColumns && row >= box.top && row < box.top + box.height;
}

/** By the keyboard a box goes from where it began to the cursor. */
function cornerOf(box: Box | null, at: number, width: number): number {
  return box === null ? at : Math.max(0, box.top) * width + Math.max(0, box.left);
}

/** The cells on the line from one to another (Bresenham 1965). */
export function lineBetween(from: number, to: number, width: number): number[] {
  let [x, y] = [from % width, Math.floor(from / width)];
  const [endX, endY] = [to % width, Math.floor(to / width)];
  const [dx, dy] = [Math.abs(endX - x), Math.abs(endY - y)];
  const [stepX, stepY] = [Math.sign(endX - x), Math.sign(endY - y)];
  const cells = [from];
  let error = dx - dy;
  while (x !== endX || y !== endY) {
    const twice = 2 * error;
    if (twice > -dy) {
      error -= dy;
      x += stepX;
    }
    if (twice < dx) {
      error += dx;
      y += stepY;
    }
    cells.push(y * width + x);
  }
  return cells;
}
