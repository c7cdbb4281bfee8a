/** The neighbourhood of a cell with the heads that look at it, each a dot that can be dragged. */

import { locateCell, type BoundedGrid, type Grid } from '@lifegpt/core';
import type { HeadPlace, HeadReading } from '@lifegpt/model';
import { paintTint } from '../board/digits.js';
import { currentPalette } from '../board/palette.js';
import { paintCells, paintFrame, paintLines } from '../board/paint.js';
import { prepareSurface } from '../board/surface.js';

/** Cells on each side of the one in the middle. */
const RADIUS = 2;
const SIDE = 2 * RADIUS + 1;

/** Where a head looks, in cells below and to the right of the cell that is written. */
export interface MapPlace {
  readonly down: number;
  readonly right: number;
}

/** The board's cells on the map, row by row; -1 where there is none. */
export function cellsAround(bounds: BoundedGrid, cell: number): number[] {
  const { width, height } = bounds;
  const row = Math.floor(cell / width);
  const column = cell % width;
  return Array.from({ length: SIDE ** 2 }, (_, i) => {
    const r = row + Math.floor(i / SIDE) - RADIUS;
    const c = column + (i % SIDE) - RADIUS;
    // a topology says whose cell lies one step outside
    const isNear = r >= -1 && r <= height && c >= -1 && c <= width;
    return isNear ? locateCell(bounds, r, c) : -1;
  });
}

/** Places with less of a head's window than this are not drawn. */
const LEAST_PLACE = 0.05;

/**
 * Where on the map the largest of a head's places lies; null where none does. Places that are counted from other borders than
 * the upper and the left one are found around the cell by the topology.
 */
export function placeOnMap(
  { places }: Pick<HeadReading, 'places'>,
  bounds: BoundedGrid,
  cell: number,
): MapPlace | null {
  for (const place of places) {
    if (place.share < LEAST_PLACE) return null;
    const found = locatePlace(place, bounds, cell);
    if (found !== null) return found;
  }
  return null;
}

function locatePlace(place: HeadPlace, bounds: BoundedGrid, cell: number): MapPlace | null {
  const { width, height } = bounds;
  const [row, column] = [Math.floor(cell / width), cell % width];
  if (place.row === 'top' && place.column === 'left')
    return { down: place.down, right: place.right };
  const references = {
    top: row,
    bottom: height - 1 - row,
    left: column,
    right: width - 1 - column,
    zero: 0,
  };
  const nearRow = Math.round(references[place.row] + place.down);
  const nearColumn = Math.round(references[place.column] + place.right);
  const isInside = nearRow >= 0 && nearRow < height && nearColumn >= 0 && nearColumn < width;
  if (!isInside) return null;
  const target = nearRow * width + nearColumn;
  const found = cellsAround(bounds, cell)
    .map((each, i) => ({ each, down: Math.floor(i / SIDE) - RADIUS, right: (i % SIDE) - RADIUS }))
    .filter(({ each }) => each === target)
    .sort((a, b) => Math.hypot(a.down, a.right) - Math.hypot(b.down, b.right))[0];
  return found === undefined ? null : { down: found.down, right: found.right };
}

/** Sets dots that share a cell side by side. @returns where each is drawn */
export function spreadPlaces(places: readonly MapPlace[]): MapPlace[] {
  const groups = new Map<string, number[]>();
  places.forEach(({ down, right }, i) => {
    const key = `${Math.round(down)} ${Math.round(right)}`;
    groups.set(key, [...(groups.get(key) ?? []), i]);
  });
  const drawn = [...places];
  for (const group of groups.values()) {
    if (group.length === 1) continue;
    group.forEach((index, i) => {
      const turn = (2 * Math.PI * i) / group.length - Math.PI / 2;
      const { down, right } = places[index]!;
      drawn[index] = {
        down: Math.round(down) + 0.27 * Math.sin(turn),
        right: Math.round(right) + 0.27 * Math.cos(turn),
      };
    });
  }
  return drawn;
}

/** What the map shows. */
export interface MapContent {
  readonly bounds: BoundedGrid;
  readonly grid: Grid;
  readonly cell: number;
  /** Attention on the board's cells, as shades. */
  readonly tint: Float32Array;
  readonly dots: readonly {
    readonly head: number;
    readonly place: MapPlace;
    readonly text: string;
    readonly isOff: boolean;
    readonly isMoved: boolean;
  }[];
  readonly chosen: number;
}

/** The map. */
export interface HeadMap {
  show(content: MapContent): void;
}

/** What is done on the map. */
export interface HeadMapOptions {
  readonly canvas: HTMLCanvasElement;
  readonly onChoose: (head: number) => void;
  /** @param gesture the same for all places of one drag */
  readonly onMove: (head: number, place: MapPlace, gesture?: object) => void;
  readonly onSwitch: (head: number) => void;
}

const STEPS: Readonly<Record<string, MapPlace>> = {
  ArrowUp: { down: -1, right: 0 },
  ArrowDown: { down: 1, right: 0 },
  ArrowLeft: { down: 0, right: -1 },
  ArrowRight: { down: 0, right: 1 },
};
/** How far an arrow key moves a head; with Shift a whole cell. */
const STEP = 0.25;
/** A pointer that went no further, in CSS pixels, only chooses. */
const CLICK = 4;

/** Puts dots over a canvas. */
export function createHeadMap({ canvas, onChoose, onMove, onSwitch }: HeadMapOptions): HeadMap {
  const frame = canvas.parentElement!;
  const dots = new Map<number, HTMLButtonElement>();
  let content: MapContent | null = null;

  function dotOf(head: number): HTMLButtonElement {
    const known = dots.get(head);
    if (known !== undefined) return known;
    const dot = document.createElement('button');
    dot.type = 'button';
    dot.className = 'dot';
    dot.textContent = String(head + 1);
    dots.set(head, dot);
    frame.append(dot);
    let drag: { readonly x: number; readonly y: number; isMoving: boolean } | null = null;
    dot.addEventListener('pointerdown', (event) => {
      drag = { x: event.clientX, y: event.clientY, isMoving: false };
      dot.setPointerCapture(event.pointerId);
      onChoose(head);
    });
    dot.addEventListener('pointermove', (event) => {
      if (drag === null) return;
      const far = Math.hypot(event.clientX - drag.x, event.clientY - drag.y);
      drag.isMoving ||= far > CLICK;
      if (drag.isMoving) onMove(head, placeUnder(event), drag);
    });
    for (const end of ['pointerup', 'pointercancel'] as const)
      dot.addEventListener(end, () => (drag = null));
    dot.addEventListener('click', () => onChoose(head));
    dot.addEventListener('keydown', (event) => {
      const step = STEPS[event.key];
      if (event.key === 'Delete' || event.key === 'Backspace') onSwitch(head);
      else if (step !== undefined) {
        const { place } = content!.dots.find((each) => each.head === head)!;
        const size = event.shiftKey ? 1 : STEP;
        onMove(head, {
          down: place.down + size * step.down,
          right: place.right + size * step.right,
        });
      } else return;
      event.preventDefault();
    });
    return dot;
  }

  function placeUnder({ clientX, clientY }: PointerEvent): MapPlace {
    const box = canvas.getBoundingClientRect();
    return {
      down: ((clientY - box.top) / box.height) * SIDE - RADIUS - 0.5,
      right: ((clientX - box.left) / box.width) * SIDE - RADIUS - 0.5,
    };
  }

  function draw(): void {
    if (content === null) return;
    const surface = prepareSurface(canvas, SIDE, SIDE);
    if (surface === null) return;
    const { bounds, grid, cell, tint, chosen } = content;
    const cells = cellsAround(bounds, cell);
    const { faint, heat, ink, line } = currentPalette();
    paintCells(
      surface,
      cells.map((k) => (k < 0 ? 1 : 0)),
      line,
    );
    paintLines(surface);
    paintCells(
      surface,
      cells.map((k) => (k < 0 ? 0 : grid.cells[k]!)),
      faint,
    );
    paintTint(
      surface,
      cells.map((k) => (k < 0 ? 0 : 0.8 * tint[k]!)),
      heat,
    );
    paintFrame(surface, RADIUS * SIDE + RADIUS, ink, 1 / 18);
    const cellSize = canvas.offsetWidth / SIDE;
    const free = content.dots.filter(({ isMoved }) => !isMoved);
    const drawn = spreadPlaces(free.map(({ place }) => place));
    const shown = new Set<number>();
    for (const { head, place, text, isOff, isMoved } of content.dots) {
      const at = isMoved ? place : drawn[free.findIndex((each) => each.head === head)]!;
      const dot = dotOf(head);
      dot.hidden = false;
      dot.style.left = `${canvas.offsetLeft + (at.right + RADIUS + 0.5) * cellSize}px`;
      dot.style.top = `${canvas.offsetTop + (at.down + RADIUS + 0.5) * cellSize}px`;
      dot.classList.toggle('off', isOff);
      dot.classList.toggle('moved', isMoved);
      dot.setAttribute('aria-pressed', String(head === chosen));
      dot.setAttribute('aria-label', text);
      dot.tabIndex = head === chosen ? 0 : -1;
      shown.add(head);
    }
    for (const [head, dot] of dots) dot.hidden = !shown.has(head);
  }

  new ResizeObserver(draw).observe(frame);
  return {
    show(next) {
      content = next;
      draw();
    },
  };
}
