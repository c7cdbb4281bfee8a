/** Pointing at a cell of the answer shows what the model computed when it wrote it. */

import type { Grid } from '@lifegpt/core';
import type { HeadAttention } from '@lifegpt/model';
import { cellAt } from '../board/surface.js';
import { byId, complain, write } from '../elements.js';
import type { InspectedCell } from '../messages.js';
import { MOVES } from '../play/draw.js';
import type { Game } from '../play/game.js';
import { headerOf } from '../play/setup.js';
import type { Session } from '../session.js';
import { createHeads, percent, shadeWeights } from './heads.js';
import type { Surgery } from './surgery.js';

/** What is explored. */
export interface ExplorerOptions {
  readonly canvas: HTMLCanvasElement;
  readonly session: Session;
  readonly game: Game;
  /** The given board. */
  readonly board: () => Grid;
  /** The finished answer, null while there is none. */
  readonly answer: () => Grid | null;
  /** What is changed inside the model. */
  readonly surgery: () => Surgery;
  /** A cell was read, or, with null, none is looked at any more. */
  readonly onRead: (seen: SeenCell | null) => void;
  /** A cell was clicked, or Enter pressed on it; true when that meant something else than to keep it. */
  readonly onPress: (cell: number) => boolean;
}

/** What is pointed at, and what the model computed. */
export interface SeenCell {
  readonly cell: number;
  /** Attention on the given board's cells, the mean of all heads, as shades. */
  readonly tint: Float32Array;
  readonly inspected: InspectedCell;
}

/** Follows pointer and keyboard. */
export interface Explorer {
  seen(): SeenCell | null;
  /** Whether the cell stays when the pointer goes on. */
  isKept(): boolean;
  /** Reads a cell; the one that is seen, or the middle, when left out. */
  read(cell?: number): void;
  forget(): void;
}

/** How many of the strongest cells are named: a neighbourhood has nine. */
const NAMED = 9;

/** Makes an answer's canvas one to explore. */
export function createExplorer(options: ExplorerOptions): Explorer {
  const { canvas, session, game, board, answer, surgery, onRead, onPress } = options;
  const heads = createHeads(byId('heads'));
  let seen: SeenCell | null = null;
  let isKept = false;
  /** The cell that was asked for last, null when none is. */
  let asked: number | null = null;
  /** One question at a time is under way; of those that come meanwhile the last counts. */
  let isAsking = false;
  let isStale = false;

  async function ask(): Promise<void> {
    isStale = true;
    if (isAsking) return;
    isAsking = true;
    while (isStale) {
      isStale = false;
      const finished = answer();
      const cell = asked;
      if (finished === null || cell === null) break;
      const grid = board();
      const setup = game.setup();
      try {
        const inspected = await session.call('inspect', {
          model: setup.player,
          header: headerOf(setup),
          grid,
          answer: finished,
          cell,
          surgery: surgery(),
        });
        // what was asked under other circumstances is late, and nobody waits for it
        if (asked !== null && grid === board()) show(inspected, grid);
      } catch (error) {
        complain('look-problem', (error as Error).message);
      }
    }
    isAsking = false;
  }

  function point(cell: number): void {
    if (answer() === null || asked === cell) return;
    asked = cell;
    void ask();
  }

  function keep(cell: number): void {
    if (answer() === null) return;
    isKept = !(isKept && asked === cell);
    point(cell);
    if (seen !== null) describe();
  }

  function describe(): void {
    const { cell } = seen!;
    write(
      'look-cell',
      `Cell ${placeOf(cell)}, row and column${isKept ? ' (kept; click it again to let go)' : ''}`,
    );
  }

  const placeOf = (k: number): string => {
    const { width } = board();
    return `(${Math.floor(k / width) + 1}, ${(k % width) + 1})`;
  };

  function show(inspected: InspectedCell, grid: Grid): void {
    const { cell, heads: attention } = inspected.reading;
    const mean = averageHeads(attention);
    seen = { cell, tint: shadeWeights(mean), inspected };
    heads.show(attention, grid, cell);
    describe();
    const strongest = strongestOf(mean, NAMED);
    const list = strongest.map((k) => `${placeOf(k)} ${percent(mean[k]!)}`).join(', ');
    write('strongest', `The ${strongest.length} cells it looked at most: ${list}.`);
    onRead(seen);
  }

  canvas.addEventListener('pointermove', (event) => {
    const cell = cellAt(canvas, event);
    if (cell !== null && !isKept) point(cell);
  });
  canvas.addEventListener('click', (event) => {
    const cell = cellAt(canvas, event);
    if (cell !== null && !onPress(cell)) keep(cell);
  });
  canvas.addEventListener('keydown', (event) => {
    const at = asked ?? 0;
    const move = MOVES[event.key];
    if (move !== undefined) {
      event.preventDefault();
      const { width, height } = board();
      const row = (Math.floor(at / width) + move[0] + height) % height;
      point(row * width + (((at % width) + move[1] + width) % width));
    } else if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      if (!onPress(at)) keep(at);
    }
  });
  return {
    seen: () => seen,
    isKept: () => isKept,
    read(cell) {
      const { width, height, cells } = board();
      const middle = Math.floor(height / 2) * width + Math.floor(width / 2);
      asked = cell ?? asked ?? Math.min(middle, cells.length - 1);
      void ask();
    },
    forget() {
      seen = null;
      asked = null;
      isKept = false;
      heads.clear();
      write('look-cell', 'Point at a cell of the answer');
      write('strongest', '');
      onRead(null);
    },
  };
}

/** The mean over all heads, for each cell. */
export function averageHeads(heads: readonly HeadAttention[]): Float32Array {
  const mean = new Float32Array(heads[0]!.cells.length);
  for (const { cells } of heads) cells.forEach((weight, k) => (mean[k]! += weight / heads.length));
  return mean;
}

/** The indices of the largest values, the largest first. */
function strongestOf(values: Float32Array, count: number): number[] {
  const best: number[] = [];
  values.forEach((value, k) => {
    if (best.length === count && value <= values[best.at(-1)!]!) return;
    const at = best.findIndex((each) => values[each]! < value);
    best.splice(at < 0 ? best.length : at, 0, k);
    if (best.length > count) best.pop();
  });
  return best;
}
