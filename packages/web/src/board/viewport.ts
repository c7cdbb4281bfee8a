/** Zoom and pan: which part of the boards is looked at. All boards of a run are looked at alike. */

import type { View } from './surface.js';

/** The view of boards that may be larger than the screen. */
export interface Viewport {
  view(): View;
  /** Begins with the whole of a board; the same size again changes nothing. */
  fit(width: number, height: number): void;
  /** Shows the whole board. */
  reset(): void;
  /** Makes everything larger by a factor; the place stays where it is on the screen. */
  zoom(factor: number, column?: number, row?: number): void;
  /** Moves the board by so many cells. */
  pan(columns: number, rows: number): void;
  /** Calls back at each new view. */
  listen(listener: () => void): void;
}

/** Cells seen in a row at the highest zoom. */
const FEWEST_CELLS = 6;

/** The view of a board that is not known yet. */
export function createViewport(): Viewport {
  const listeners: (() => void)[] = [];
  let [width, height] = [1, 1];
  let view: View = whole();

  function whole(): View {
    return { zoom: 1, column: width / 2, row: height / 2 };
  }

  function set(zoom: number, column: number, row: number): void {
    const most = Math.max(1, Math.max(width, height) / FEWEST_CELLS);
    const within = Math.min(most, Math.max(1, zoom));
    const inside = (place: number, cells: number): number => {
      const seen = Math.max(width, height) / within;
      return seen >= cells ? cells / 2 : Math.min(cells - seen / 2, Math.max(seen / 2, place));
    };
    view = { zoom: within, column: inside(column, width), row: inside(row, height) };
    listeners.forEach((listener) => listener());
  }

  return {
    view: () => view,
    fit(nextWidth, nextHeight) {
      if (nextWidth === width && nextHeight === height) return;
      [width, height] = [nextWidth, nextHeight];
      view = whole();
      listeners.forEach((listener) => listener());
    },
    reset: () => set(1, width / 2, height / 2),
    zoom(factor, column = view.column, row = view.row) {
      const most = Math.max(1, Math.max(width, height) / FEWEST_CELLS);
      const next = Math.min(most, Math.max(1, view.zoom * factor));
      const share = view.zoom / next;
      set(next, column + (view.column - column) * share, row + (view.row - row) * share);
    },
    pan: (columns, rows) => set(view.zoom, view.column - columns, view.row - rows),
    listen: (listener) => void listeners.push(listener),
  };
}
