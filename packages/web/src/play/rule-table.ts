/** A rule's table of 512 bits as a picture that is explored, and painted where that is wanted. */

import { NEIGHBOURHOODS } from '@lifegpt/core';
import { currentPalette, onTheme } from '../board/palette.js';
import { cellAt, prepareSurface } from '../board/surface.js';
import { onceAFrame } from '../elements.js';
import { MOVES } from './draw.js';

/** Columns of the picture: the five lower bits of a neighbourhood; rows are its first four cells. */
const COLUMNS = 32;
const ROWS = NEIGHBOURHOODS / COLUMNS;

/** What becomes of each neighbourhood; null where that is open. */
export type OpenTable = ArrayLike<number | null>;

/** A table's picture. */
export interface RuleTable {
  show(table: OpenTable): void;
  /** Draws it again, at its present size. */
  draw(): void;
}

/** Where a table is shown. */
export interface RuleTableOptions {
  readonly canvas: HTMLCanvasElement;
  /** Shows the neighbourhood that is pointed at. */
  readonly note: HTMLElement;
  readonly title: string;
  /** Changes a bit; those of one gesture belong together. Without it the table is only looked at. */
  readonly paint?: (neighbourhood: number, value: number, gesture: object) => void;
}

/** Makes a canvas a table. */
export function createRuleTable({ canvas, note, title, paint }: RuleTableOptions): RuleTable {
  let table: OpenTable = new Uint8Array(NEIGHBOURHOODS);
  let stroke: { readonly value: number; readonly gesture: object } | null = null;
  let at = 0;

  const draw = onceAFrame(() => {
    const surface = prepareSurface(canvas, COLUMNS, ROWS);
    if (surface === null) return;
    const { context, size } = surface;
    const { cell, faint, heat, soft } = currentPalette();
    for (let k = 0; k < NEIGHBOURHOODS; k++) {
      const [x, y] = [(k % COLUMNS) * size, Math.floor(k / COLUMNS) * size];
      const next = table[k]!;
      if (next === null) {
        // open is a dot, dead a tile and alive a dark one
        context.fillStyle = soft;
        context.fillRect(x + size * 0.35, y + size * 0.35, size * 0.3, size * 0.3);
        continue;
      }
      context.fillStyle = next === 1 ? cell : faint;
      context.fillRect(x, y, size - 1, size - 1);
    }
    if (document.activeElement === canvas) {
      context.strokeStyle = heat;
      context.lineWidth = 2;
      context.strokeRect((at % COLUMNS) * size, Math.floor(at / COLUMNS) * size, size, size);
    }
    describe();
  });

  /** The neighbourhood that a place of the table stands for, as three rows. */
  function describe(): void {
    const bits = at.toString(2).padStart(9, '0').replace(/0/g, '·').replace(/1/g, '■');
    const next = { 0: 'dead', 1: 'alive' }[table[at] ?? -1] ?? 'open';
    note.textContent = `${bits.slice(0, 3)}\n${bits.slice(3, 6)}\n${bits.slice(6)}  → ${next}`;
    const keys = paint === undefined ? 'Arrow keys move' : 'Arrow keys move, space changes it';
    canvas.setAttribute('aria-label', `${title}, neighbourhood ${at} of 512: ${next}. ${keys}`);
  }

  const flipped = (): number => (table[at] === 1 ? 0 : 1);

  canvas.addEventListener('pointerdown', (event) => {
    const k = cellAt(canvas, event);
    if (k === null) return;
    at = k;
    draw();
    if (paint === undefined) return;
    canvas.setPointerCapture(event.pointerId);
    stroke = { value: flipped(), gesture: {} };
    paint(at, stroke.value, stroke.gesture);
  });
  canvas.addEventListener('pointermove', (event) => {
    const k = cellAt(canvas, event);
    if (k === null || k === at) return;
    at = k;
    if (stroke !== null && table[at] !== stroke.value) paint?.(at, stroke.value, stroke.gesture);
    else describe();
  });
  for (const end of ['pointerup', 'pointercancel'] as const) {
    canvas.addEventListener(end, () => void (stroke = null));
  }
  canvas.addEventListener('keydown', (event) => {
    const move = MOVES[event.key];
    if (move !== undefined) {
      const row = (Math.floor(at / COLUMNS) + move[0] + ROWS) % ROWS;
      at = row * COLUMNS + (((at % COLUMNS) + move[1] + COLUMNS) % COLUMNS);
      draw();
    } else if (event.key === ' ' && paint !== undefined) paint(at, flipped(), {});
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  canvas.addEventListener('focus', draw);
  canvas.addEventListener('blur', draw);
  onTheme(draw);
  new ResizeObserver(draw).observe(canvas.parentElement!);
  return {
    show(next) {
      table = next;
      draw();
    },
    draw,
  };
}
